"""What words name: headings for the ranking, and what untagged words of a Boolean query are searched as."""
