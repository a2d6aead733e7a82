"""Views: the rules as they hold, and what an authority decides differently."""
