"""A build opened: vectors, words and filters behind one search index."""
