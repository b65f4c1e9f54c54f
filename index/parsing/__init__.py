"""Converts one PubMed XML element to one article."""
