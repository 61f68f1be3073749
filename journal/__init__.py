"""The journal: interviews, the predictions made at the time, and their outcomes."""
