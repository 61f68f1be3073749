"""Streaming: tables of any size, scored and trained on batch by batch."""
