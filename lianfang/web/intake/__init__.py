"""The pages on which rosters are uploaded, looked through and taken over."""
