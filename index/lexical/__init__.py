"""Finding by words: BM25, exact words with their positions, spelling, the MeSH vocabulary."""
