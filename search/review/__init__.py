"""The bench of whoever makes a review: recall of known articles, duplicates, screening."""
