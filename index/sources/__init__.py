"""The sources of PubMed XML: files, the packaged sample, NLM's servers."""
