"""Shards of a split library on Ray: their replicas, who asks them, and what is published of them."""
