"""Fine-tunes of an encoder: texts by class, entities by tag."""
