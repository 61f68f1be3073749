"""The base rate of one interview: what is known before any sign."""

import numpy as np

from ..data.answers.observations import Floats, Observations
from .predictive_distribution import logit, shrinkage
from .prior import EMPLOYER_SD, LEVEL_SD

MAX_CANDIDATE_RATE = 0.90  # the last candidate left is not always chosen
SPREAD = LEVEL_SD**2 + EMPLOYER_SD**2  # variance of log-odds among people and employers
RATE_FIELDS = ("stage", "other_candidates", "base_rate")  # the last of them that is answered counts


def context_log_odds(observations: Observations, base_rate: float) -> Floats:
    """Compute the log-odds that each interview starts from, for an average person at an average employer.

    The starting rate is the person's own ``base_rate``, else ``1 / (other_candidates + 1)``, else the
    published rate of the ``stage``, else that of the model.

    Parameters
    ----------
    observations : Observations
        ``n`` interviews.
    base_rate : float
        Of the model, between 0 and 1.

    Returns
    -------
    (n,) array
        ``η₀``, log-odds.

    Examples
    --------
    >>> from offerodds.data.catalogue.catalogue import Catalogue
    >>> from offerodds.data.answers.observations import observe
    >>> from offerodds.model.predictive_distribution import sigmoid
    >>> eta_0 = context_log_odds(observe(Catalogue.built_in(), {"stage": "final"}), 0.30)
    >>> sigmoid(shrinkage(SPREAD) * eta_0).round(2)
    array([0.32])
    """
    return starting_log_odds(starting_rate(observations, base_rate))


def starting_rate(observations: Observations, base_rate: float) -> Floats:
    """Select the most specific rate that is known of each interview.

    Parameters
    ----------
    observations : Observations
        ``n`` interviews.
    base_rate : float
        Of the model, between 0 and 1.

    Returns
    -------
    (n,) array
        Rates between 0 and 1.
    """
    rate = np.full(observations.n, base_rate)
    for field in RATE_FIELDS:
        if field in observations.answers:
            answer = observations[field]
            known = rate_among_candidates(answer) if field == "other_candidates" else answer
            rate = np.where(np.isnan(known), rate, known)
    return rate


def rate_among_candidates(others: Floats) -> Floats:
    """Compute the chance of one candidate among equals, ``1 / (others + 1)``, at most .90.

    Parameters
    ----------
    others : (n,) array
        Number of other candidates.

    Returns
    -------
    (n,) array
        Rates between 0 and 1.
    """
    return np.asarray(np.minimum(1 / (others + 1), MAX_CANDIDATE_RATE))


def starting_log_odds(rate: Floats) -> Floats:
    """Compute the log-odds of an average person at an average employer from a rate among all.

    People and employers differ, with variance `SPREAD` in log-odds, and an average of probabilities is nearer
    to one half than the probability at the average. So ``η₀ = logit(rate) / κ₀``: averaged over people and
    employers it gives the rate back.

    Parameters
    ----------
    rate : (n,) array
        Rates between 0 and 1.

    Returns
    -------
    (n,) array
        ``η₀``, log-odds.
    """
    return np.asarray(logit(rate) / shrinkage(SPREAD))
