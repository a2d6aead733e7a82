"""What was done in the units one looks after: activity list and audit trail in one."""
