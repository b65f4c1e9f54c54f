"""Data sets and pairs made of a library."""
