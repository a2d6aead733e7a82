"""What people do from morning to evening, in a real browser; each file is a story."""
