"""The library served to programs: REST and MCP on one process."""
