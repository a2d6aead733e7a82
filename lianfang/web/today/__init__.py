"""今日待办 and the lists of the missing: what a person owes, what their units owe, and what was done about it."""
