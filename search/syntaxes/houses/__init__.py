"""The languages of the houses, one module each: signs, tokens and fields."""
