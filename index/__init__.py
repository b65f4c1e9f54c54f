"""Build the library: PubMed XML to an article store, vectors, a keyword index and a published search index."""

import os

# ONNX Runtime tells Microsoft of each process and session, and writes an identifier of the machine, unless it is told
# not to before it is first imported; txtai and transformers import it too. Some releases read the second name.
for _name in ("ORT_DISABLE_TELEMETRY", "ORT_TELEMETRY_DISABLED"):
    os.environ[_name] = "1"
