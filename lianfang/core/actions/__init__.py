"""What the program itself does with core's tables: sealing events, keeping keys."""
