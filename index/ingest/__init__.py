"""Source files into the store: cut into batches, parsed by workers, applied whole."""
