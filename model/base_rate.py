"""The base rate of one interview: what is known before any sign."""

import numpy as np

from ..data.answers.observations import Floats, Observations
from .predictive_distribution import logit, shrinkage
from .prior import INTERCEPT_SD

HIGHEST_SHARE = 0.90  # the last candidate left is not always chosen
RATES = ("stage", "other_candidates", "base_rate")  # the last of them that is answered counts alone


def context_log_odds(seen: Observations, base_rate: float) -> Floats:
    """Return the log-odds that each interview starts from, at an employer like the average one.

    A ``base_rate`` of the person's own comes first, then ``1 / (other_candidates + 1)``, then the
    published rate of the ``stage``, then the model's. Such rates are averages over employers that
    differ, so they lie nearer to even odds than the rate of one employer does: ``logit(rate) / κ₀``,
    so that averaged over employers (spread `INTERCEPT_SD`) it gives the rate back.

    Parameters
    ----------
    seen : Observations
    base_rate : float
        The model's.

    Returns
    -------
    (n,) array

    Examples
    --------
    >>> from offerodds.data.catalogue.catalogue import Catalogue
    >>> from offerodds.data.answers.observations import observe
    >>> from offerodds.model.predictive_distribution import sigmoid
    >>> start = context_log_odds(observe(Catalogue.built_in(), {"stage": "final"}), 0.30)
    >>> sigmoid(shrinkage(INTERCEPT_SD**2) * start).round(2)
    array([0.32])
    """
    return start_log_odds(reference_rate(seen, base_rate))


def reference_rate(seen: Observations, base_rate: float) -> Floats:
    """Return the rate that is known of interviews like each: (n,) array; parameters as above."""
    rate = np.full(seen.n, base_rate)
    for field in RATES:
        if field in seen.answers:
            known = share_of_one(seen[field]) if field == "other_candidates" else seen[field]
            rate = np.where(np.isnan(known), rate, known)
    return rate


def share_of_one(others: Floats) -> Floats:
    """Return the chance of one among so many other candidates: (n,) array."""
    return np.asarray(np.minimum(1 / (others + 1), HIGHEST_SHARE))


def start_log_odds(rate: Floats) -> Floats:
    """Return the log-odds at an average employer, from a rate averaged over employers: (n,) array."""
    return np.asarray(logit(rate) / shrinkage(INTERCEPT_SD**2))
