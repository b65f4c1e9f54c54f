"""What restricts a search beside its words."""
