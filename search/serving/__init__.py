"""A library held open: the build in service, the next one when it is published."""
