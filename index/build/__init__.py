"""From sources to a published build: the command's work, in order."""
