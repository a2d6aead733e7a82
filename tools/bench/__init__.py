"""Measures what the issue promises of speed and memory, beside programs that do the least possible."""
