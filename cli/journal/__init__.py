"""The ``offerodds journal`` commands."""
