"""Step 15. Settings, urls, wiring (the only upward arrows) and schedule."""
