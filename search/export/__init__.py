"""Articles as files for reference managers, spreadsheets and programs."""
