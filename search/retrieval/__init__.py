"""From a query to a ranked list."""
