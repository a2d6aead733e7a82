"""What each disease's file says, for whoever has to go by it: rules with their sources, and what changed."""
