"""The parts of the review page: recall, comparison with a file, screening."""
