"""Everybody's health, day by day: rolls of a class, cards, what was found, and what was done about it."""
