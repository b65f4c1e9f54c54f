"""Masked language modelling from scratch."""
