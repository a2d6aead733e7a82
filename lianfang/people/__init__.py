"""Step 4. Who signs in, which posting they hold where, and what that lets them do (access.py)."""
