"""Opening, ending and chasing what is owed."""
