"""Pages of what staff do for their unit beside returns: working groups, assigned units, absences."""
