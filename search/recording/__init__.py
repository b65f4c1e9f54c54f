"""Searches written down, saved and repeated."""
