"""One PubMed XML element to one article."""
