"""A list of articles as a table: HTML for a notebook, pandas, Arrow."""
