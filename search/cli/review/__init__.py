"""`pubmed-search recall` and `pubmed-search duplicates`: the work of a review."""
