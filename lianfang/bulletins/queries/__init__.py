"""What a day comes to, and what was decided about it."""
