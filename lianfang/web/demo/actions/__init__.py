"""Filling an empty system with the demo, through the same actions that people use."""
