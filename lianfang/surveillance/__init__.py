"""Step 12. Signals: what many findings say together — statutory thresholds, later the statistics of rises."""
