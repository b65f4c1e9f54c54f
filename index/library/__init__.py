"""The library folder: where things lie in it, who may write, which build is in service."""
