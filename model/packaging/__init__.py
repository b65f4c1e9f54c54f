"""A finished run as a model folder that others load."""
