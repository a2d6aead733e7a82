"""Reads of the import of rosters: the file, the classes it may name, whom the database knows, and the preview."""
