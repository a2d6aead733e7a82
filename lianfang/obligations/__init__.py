"""Step 7. Who owes what by when, and whether it was done; whom it climbs to when it is not."""
