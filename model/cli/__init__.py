"""`pubmed-model`: one module a sub-command."""
