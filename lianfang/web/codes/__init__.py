"""What the staff of a class does for self-service: codes, personal links, devices, requests of families."""
