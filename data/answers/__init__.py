"""Answers: one cell, one form or one column as numbers, checked against the catalogue."""
