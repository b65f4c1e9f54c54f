"""A service on another machine, as this one's programs use it: the page, and MCP over standard streams."""
