"""Articles: their fields, their searchable text, and how they are stored."""
