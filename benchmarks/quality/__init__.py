"""How good the answers are: ranking, evidence, known items, and questions in everyday words."""
