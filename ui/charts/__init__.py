"""The charts of the overview: their numbers, and each as a file."""
