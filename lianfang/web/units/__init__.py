"""Pages of the unit tree: look, change, import, and see where nobody holds a duty."""
