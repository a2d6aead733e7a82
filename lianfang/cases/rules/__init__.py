"""Decisions of the room: plain Python."""
