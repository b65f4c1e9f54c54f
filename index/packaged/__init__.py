"""Public data that packages of PyPI carry: the sample, the vocabulary. Files are read, nothing is imported."""
