"""Views of the roster, a file for each thing one comes to do."""
