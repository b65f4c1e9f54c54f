"""The ranking measured on judged collections."""
