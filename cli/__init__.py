"""The terminal: one file a command, each a thin wrapper around the package."""
