"""Which encoder queries use: the model's export where there is one, else torch."""

import logging

from index.embedding.encoder import Encoder, full_fingerprint
from index.embedding.model_files import ModelReference
from index.embedding.queries.query_encoder import QueryEncoder
from index.embedding.queries.query_export import export_for_queries
from index.embedding.queries.query_files import QueryExport, export_folder
from index.embedding.text_encoder import TextEncoder

_log = logging.getLogger(__name__)


def load_query_encoder(reference: ModelReference, *, precision: str) -> TextEncoder:
    """Load a model for queries; where its export is missing it is made first, which takes seconds once.

    Args:
        reference: The model.
        precision: "bf16" or "fp32", of the vectors that queries are compared with.

    Raises:
        ModelError: There is no export, and torch cannot load the model either.
    """
    export = QueryExport.read(full_fingerprint(reference, precision))
    encoder = _loaded(export, reference, precision)
    if encoder is None and (export is None or export.refusal is None):
        encoder = _loaded(export_for_queries(reference, precision), reference, precision)
    return encoder or Encoder.load(reference, precision=precision)


def _loaded(export: QueryExport | None, reference: ModelReference, precision: str) -> QueryEncoder | None:
    """Load an export; None where there is none, or it is damaged."""
    if export is None or export.refusal is not None or not export.is_whole():
        return None
    try:
        return QueryEncoder.load(
            export_folder(export.model),
            reference,
            precision=precision,
            dimensions=export.dimensions,
            lowercase=export.lowercase,
        )
    except Exception as error:  # noqa: BLE001 - of another version, ONNX Runtime raises what it likes; it is made again
        _log.info("The export of %s for queries cannot be loaded: %s", reference.name, error)
        export.forget()
        return None
