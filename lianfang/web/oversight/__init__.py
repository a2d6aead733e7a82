"""Pages on which a second person agrees, confirms or reviews: requests, postings, emergencies."""
