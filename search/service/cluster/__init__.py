"""The service on Ray: replicas that answer from equal copies of the library, and the one door to them."""
