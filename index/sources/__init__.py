"""Where PubMed XML comes from: files, the packaged sample, NLM's servers."""
