"""What an article is, what of it is searched, how it is kept."""
