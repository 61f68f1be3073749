"""The scorecard: a model on paper."""
