"""How each term of a query is read by its tag, and what becomes of terms that cannot be read."""
