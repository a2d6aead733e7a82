"""Views: what waits for me (desk), requests, postings, access beyond one's duty."""
