"""Fitting: the posterior of the weights, given interviews with outcomes in memory, on disk or on Spark."""
