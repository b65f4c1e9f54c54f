"""Text pasted as a search strategy: its characters, comments, numbered lines, and what has to be mended."""
