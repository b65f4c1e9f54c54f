"""The filters beside a list."""
