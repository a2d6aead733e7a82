"""Step 11. Return forms, what a unit filed for a day, its versions, figures and signatures."""
