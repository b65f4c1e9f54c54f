"""Explore a result: facets, similar articles, a map of topics."""
