"""Benchmarks of whole processes: their start, and a service under load."""
