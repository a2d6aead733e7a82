"""Step 2. The unit tree, sponsoring lines, and the import of units from a spreadsheet."""
