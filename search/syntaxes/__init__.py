"""Search strategies in the languages of other houses, recognised and translated into PubMed's."""
