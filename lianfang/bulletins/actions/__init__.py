"""Gathering the day, meeting over it, deciding."""
