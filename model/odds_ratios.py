"""Odds ratios of the signs, before and after training."""

from typing import NamedTuple

import numpy as np

from ..data.catalogue.questions import Signal
from .parameters import ModelParameters
from .predictive_distribution import normal_quantile


class OddsRatio(NamedTuple):
    """What a sign is worth: odds ratio per standard unit of strength, favourable direction.

    Parameters
    ----------
    signal : Signal
    ratio, low, high : float
        Now, with its interval.
    prior : float
        Before training.
    """

    signal: Signal
    ratio: float
    low: float
    high: float
    prior: float


def odds_ratios(model: ModelParameters, level: float) -> list[OddsRatio]:
    """Return the odds ratio of every sign, in the order of the catalogue.

    Parameters
    ----------
    model : ModelParameters
    level : float
        Coverage of the intervals.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> found = odds_ratios(OfferModel.default(), 0.90)[5]
    >>> found.signal.id, round(found.low, 2), round(found.ratio, 2), round(found.high, 2)
    ('rapport', 0.93, 1.15, 1.42)
    """
    mean, sd = model.posterior.mean[1:], np.sqrt(np.diag(model.posterior.covariance)[1:])
    reach = normal_quantile(level) * sd
    columns = (mean, mean - reach, mean + reach, model.prior_mean[1:])
    figures = zip(*(np.exp(column).tolist() for column in columns), strict=True)
    return [OddsRatio(s, *row) for s, row in zip(model.catalogue.signals, figures, strict=True)]
