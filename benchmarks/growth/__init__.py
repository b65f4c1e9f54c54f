"""How cost grows with the number of articles, up to a million."""
