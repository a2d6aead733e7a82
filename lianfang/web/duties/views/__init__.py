"""Views: working groups, assigned units (areas), absences (leave)."""
