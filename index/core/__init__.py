"""Used everywhere: errors, progress, atomic files, text normalization. Imports nothing of this project."""
