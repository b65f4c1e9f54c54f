"""Build the library: PubMed XML to an article store, vectors, a keyword index and a published search index."""
