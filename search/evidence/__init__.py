"""The sentence of an article that matches a query best, and why an article ranks."""
