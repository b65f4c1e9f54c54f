"""The next build made from the one in service: what did not change is copied, not read from the articles again."""
