"""One whole day of all schools, played over HTTP with real accounts, and the proof that nothing got lost."""
