"""The mathematics, in reading order: features, prior, posterior, context, silence, scoring, explanation."""
