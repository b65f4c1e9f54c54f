"""`pubmed-search`: one module a sub-command, and what they print."""
