"""The ``offerodds journal`` commands, one file each."""
