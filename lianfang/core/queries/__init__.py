"""Reads of core's own tables."""
