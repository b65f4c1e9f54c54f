"""The library folder: its layout, its lock, and the build in service."""
