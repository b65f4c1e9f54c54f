"""A list of results and what stands around it."""
