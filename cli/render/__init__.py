"""How results look in the terminal, a file each."""
