"""Step 14. Owns no table: the home page and pages that gather several rooms."""
