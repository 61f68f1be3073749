"""Read and write tables of interviews in batches."""
