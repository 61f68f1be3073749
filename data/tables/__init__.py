"""Tables of interviews, read and written in batches."""
