"""What an address, a browser and the process remember."""
