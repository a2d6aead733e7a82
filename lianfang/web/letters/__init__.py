"""Letters with one-time passwords for many class teachers."""
