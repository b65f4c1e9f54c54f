"""A library split over several by PMID: its shards asked together, so that they answer as one."""
