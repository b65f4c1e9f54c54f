"""Searches recorded, saved and repeated."""
