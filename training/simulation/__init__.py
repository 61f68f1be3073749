"""Simulation: synthetic interviews, and the sample size for an interval of a given width."""
