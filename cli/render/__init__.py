"""Results as text and tables in the terminal."""
