"""One article as HTML."""
