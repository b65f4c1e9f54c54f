"""`pubmed-search saved`: the saved searches of a library, and what is new in them."""
