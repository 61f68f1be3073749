"""Results in plain words, as plain data and as HTML, shared by the terminal, the page and notebooks."""
