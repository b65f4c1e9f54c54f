"""REST: routes, the shape of their answers, problems."""
