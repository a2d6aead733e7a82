"""What follows an announcement in other rooms."""
