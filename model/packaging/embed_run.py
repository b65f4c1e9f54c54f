"""A finished run of `pubmed-model embed`, read back from its folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.core.errors import ModelError
from index.core.json_text import parse_json
from model.runs.run_folder import CONFIGURATION, METRICS


@dataclass(frozen=True, slots=True)
class EmbedRun:
    """A finished run.

    Attributes:
        folder: Its folder.
        settings: Its request.
        versions: Of what computed it.
        pairs: How many pairs of each kind it trained on.
        steps: How many steps it took.
        seconds: How long its last call took.
    """

    folder: Path
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    pairs: Mapping[str, int]
    steps: int
    seconds: float

    @classmethod
    def read(cls, folder: Path) -> "EmbedRun":
        """Read a run.

        Raises:
            ModelError: It is not a run, or not finished.
        """
        try:
            configuration = parse_json((folder / CONFIGURATION).read_bytes())
            metrics = parse_json((folder / METRICS).read_bytes())
            steps = max(int(line["step"]) for line in metrics["log"])
            return cls(
                folder,
                configuration["settings"],
                configuration["versions"],
                metrics["pairs"],
                steps,
                float(metrics["seconds"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{folder} holds no finished run. Give its command again to finish it:\n"
                f"  pubmed-model embed --output {folder} ..."
            ) from error

    @property
    def student(self) -> str:
        """The model that it began with."""
        return str(self.settings["student"])

    @property
    def model(self) -> Path:
        """The folder of its result."""
        return self.folder / "model"
