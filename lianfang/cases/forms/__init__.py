"""What is typed about emergencies."""
