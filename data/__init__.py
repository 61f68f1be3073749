"""What is known: the catalogue and its evidence, and the reading and checking of answers."""
