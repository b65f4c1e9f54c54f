"""PubMed's query language, written a second time from its User Guide: small, slow, and apart from the program's reader.

Nothing here reads a query with the program's code or asks an index. Every article is a handful of word lists.
Source: PubMed User Guide (https://pubmed.ncbi.nlm.nih.gov/help/), NLM's MeSH tutorials on subheadings.
"""
