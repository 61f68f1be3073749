"""Odds ratios of the signs, before and after training."""

from typing import NamedTuple

import numpy as np

from ..data.catalogue.questions import Signal
from .parameters import ModelParameters
from .predictive_distribution import normal_quantile


class OddsRatio(NamedTuple):
    """The odds ratio of a sign, per standard unit of strength in the favourable direction.

    Parameters
    ----------
    signal : Signal
    ratio, low, high : float
        Of the present model, with its interval.
    prior : float
        Odds ratio before training.
    """

    signal: Signal
    ratio: float
    low: float
    high: float
    prior: float


def odds_ratios(model: ModelParameters, level: float) -> list[OddsRatio]:
    """Compute the odds ratio of every sign, in the order of the catalogue: ``exp(m ± z* sd)``.

    Parameters
    ----------
    model : ModelParameters
    level : float
        Coverage of the intervals, between 0 and 1.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> rapport = odds_ratios(OfferModel.default(), 0.90)[7]
    >>> rapport.signal.id, round(rapport.low, 2), round(rapport.ratio, 2), round(rapport.high, 2)
    ('rapport', 0.94, 1.17, 1.46)
    """
    mean, sd = model.posterior.mean[1:], np.sqrt(np.diag(model.posterior.covariance)[1:])
    half_width = normal_quantile(level) * sd
    columns = (mean, mean - half_width, mean + half_width, model.prior_mean[1:])
    rows = zip(*(np.exp(column).tolist() for column in columns), strict=True)
    return [OddsRatio(signal, *row) for signal, row in zip(model.catalogue.signals, rows, strict=True)]
