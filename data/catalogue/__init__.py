"""The catalogue of signs: the questions, what each is worth, and the published findings behind it."""
