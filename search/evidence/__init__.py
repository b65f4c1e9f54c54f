"""The sentence of an article that speaks most to a query, and why an article ranks."""
