"""What changes emergencies."""
