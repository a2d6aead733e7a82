"""What changes the roster, one verb a function."""
