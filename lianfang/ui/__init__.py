"""Step 5. Owns no table: base page, components, template tags, and the door of every view, needs()."""
