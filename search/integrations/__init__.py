"""Retrievers for frameworks that answer from documents; each module needs the package that it is named after."""
