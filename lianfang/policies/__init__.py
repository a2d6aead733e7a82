"""Step 3. What medicine, law or a unit's own dated decision says: in_force()."""
