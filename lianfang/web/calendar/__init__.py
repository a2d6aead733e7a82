"""Pages of school calendars (the room `orgs` stands below `ui`)."""
