"""What every page shares: its frame, its messages, safe HTML."""
