"""Networks of models for ONNX Runtime: their export, and their weights in 8 bits."""
