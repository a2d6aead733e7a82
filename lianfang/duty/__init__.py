"""Step 8. Who is on duty when, what they hand over, and who answers the telephone now."""
