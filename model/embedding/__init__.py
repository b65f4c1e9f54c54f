"""Training sentence embeddings."""
