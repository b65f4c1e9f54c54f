"""Measure the ranking on judged collections."""
