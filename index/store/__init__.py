"""The article store: articles, ledger of files, PaperETL's tables."""
