"""The paper scorecard: a model on one page, to fill in with a pencil."""
