"""Results in plain words and as plain data, shared by the terminal and the page."""
