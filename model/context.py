"""The base rate of one interview: what is known before any sign."""

import numpy as np

from ..data.observations import Floats, Observations
from .predictive import logit, shrinkage
from .prior import INTERCEPT_SD

HIGHEST_SHARE = 0.90  # the last candidate left is not always chosen


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
    >>> from offerodds.data.catalogue import Catalogue
    >>> from offerodds.data.observations import observe
    >>> from offerodds.model.predictive import sigmoid
    >>> start = context_log_odds(observe(Catalogue.built_in(), {"stage": "final"}), 0.30)
    >>> sigmoid(shrinkage(INTERCEPT_SD**2) * start).round(2)
    array([0.32])
    """
    rate = np.full(seen.n, base_rate)
    for field in ("stage", "other_candidates", "base_rate"):
        if field in seen.answers:
            known = _candidates_share(seen[field]) if field == "other_candidates" else seen[field]
            rate = np.where(np.isnan(known), rate, known)
    return np.asarray(logit(rate) / shrinkage(INTERCEPT_SD**2))


def _candidates_share(others: Floats) -> Floats:
    """Return each candidate's share of one offer: (n,) array."""
    return np.minimum(1 / (others + 1), HIGHEST_SHARE)
