"""Internal validation: how a fit is expected to perform on new interviews of the same kind."""
