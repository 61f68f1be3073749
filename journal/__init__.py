"""The journal: interviews, what was predicted of them, and what became of them."""
