"""What every room needs: errors, progress, whole files, words, wording. Imports nothing of this project."""
