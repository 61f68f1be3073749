"""Answers: read one cell, one form or one column as numbers, and check them against the catalogue."""
