"""Fitting: the posterior of the weights from interviews with outcomes, wherever these lie."""
