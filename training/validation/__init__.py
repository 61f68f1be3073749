"""Validation: how a fit would do on other interviews of the same kind."""
