"""Views of self-service: coming in, the child's record, choices and requests, devices."""
