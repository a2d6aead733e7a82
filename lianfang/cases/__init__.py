"""Step 10. Emergency reports and their clock; later cases, contacts and isolation."""
