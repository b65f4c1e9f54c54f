"""The server: loopback only, downloads beside the page."""
