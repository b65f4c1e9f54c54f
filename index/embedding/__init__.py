"""Text to vectors: the model's files, the encoder, the vectors kept by text and model, the cross-encoder."""
