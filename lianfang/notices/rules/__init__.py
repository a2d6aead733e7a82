"""When something is sent, and when again."""
