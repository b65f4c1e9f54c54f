"""An open library: the build in service, the next one when it is published."""
