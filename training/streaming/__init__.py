"""Tables of any size, batch by batch: scored and trained from."""
