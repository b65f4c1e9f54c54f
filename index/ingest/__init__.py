"""Loads source files into the store: split into batches, parsed by workers, applied whole."""
