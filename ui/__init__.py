"""Show a library of PubMed articles in the browser."""
