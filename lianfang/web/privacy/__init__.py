"""Processing rules for everybody; for those who answer for them data map, responses, assessments, purges, holds."""
