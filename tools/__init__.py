"""What sets up, starts, checks and measures the program; nothing here is imported by the rooms."""
