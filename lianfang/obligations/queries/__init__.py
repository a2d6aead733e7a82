"""Who owes what, who is late, and what was done about it."""
