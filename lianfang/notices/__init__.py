"""Step 6. A notice, whom it was delivered to, and who has read or confirmed it."""
