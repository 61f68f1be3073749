"""The catalogue of signs: the questions, and the published evidence on each."""
