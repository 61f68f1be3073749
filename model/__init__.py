"""The mathematics: features, prior, likelihood, posterior, silence, scoring, explanation, and the model."""
