"""The demo: a real map and real schools of one province, invented people, some days of invented reports."""
