"""Builds on Ray: one machine's cores or a cluster's, for what takes days on one machine."""
