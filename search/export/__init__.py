"""Articles as reference managers, spreadsheets and programs read them."""
