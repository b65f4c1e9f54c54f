"""Queries encoded without torch: a model's export, where it lies, and which encoder serves."""
