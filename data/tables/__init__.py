"""Tables of interviews, read and written in batches: CSV, Parquet, JSON and JSON lines."""
