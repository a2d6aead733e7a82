"""Step 1. What every room stands on: events (audit and outbox), the clock, problems, exports, ids."""
