"""Probabilities and intervals for many interviews at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..data.answers.observations import Floats, Observations
from .base_rate import context_log_odds
from .features import Effects, features, strengths
from .posterior import Posterior
from .predictive_distribution import estimate, interval, probability
from .silence import silence_log_odds

SILENCE = "days_since_interview"
PROMISE = "promised_days"


@dataclass(frozen=True)
class Score:
    """What a posterior says of ``n`` interviews.

    Parameters
    ----------
    strength : (n, k) array
        Answers in standard units, NaN where unanswered.
    discount : (n,) array
        Halo discount.
    design : (n, 1 + k) array
        Intercept column and features.
    context : (n,) array
        Log-odds that each interview starts from.
    silence : (n,) array
        What the days without an answer add to the log-odds of the probability.
    posterior : Posterior
        Of the coefficients.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736.
    """

    strength: Floats
    discount: Floats
    design: Floats
    context: Floats
    silence: Floats
    posterior: Posterior

    @cached_property
    def eta(self) -> Floats:
        """Mean of the log-odds, context included and silence not: (n,) array."""
        return self.context + self.posterior.mean @ self.design.T

    @cached_property
    def variance(self) -> Floats:
        """Variance of the same: (n,) array."""
        across = self.design.T
        return np.asarray(np.einsum("ij,ij->j", self.posterior.covariance @ across, across))

    @property
    def probability(self) -> Floats:
        """``σ(κ η + silence)`` (MacKay 1992): (n,) array."""
        return probability(self.eta, self.variance, self.silence)

    def estimate(self, level: float) -> Floats:
        """Return probability and interval at once, for less than one after the other.

        Parameters
        ----------
        level : float
            Coverage, between 0 and 1.

        Returns
        -------
        (3, n) array
            Probability, lower and upper end.
        """
        return estimate(self.eta, self.variance, level, self.silence)

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Return the interval of the probability, drawn out to hold it, a mean (MacKay 1992).

        Without a silence it is ``σ(η ± z √v)``. Days without an answer also make high log-odds less probable;
        the ends are then quantiles of ``σ(η + silence)`` after Bayes' rule.

        Parameters
        ----------
        level : float
            Coverage, between 0 and 1.

        Returns
        -------
        low : (n,) array
            Lower ends.
        high : (n,) array
            Upper ends.
        """
        return interval(self.eta, self.variance, level, self.silence)


def score(seen: Observations, posterior: Posterior, effects: Effects, base_rate: float) -> Score:
    """Return what a posterior says of the interviews observed.

    Parameters
    ----------
    seen : Observations
        Of ``n`` interviews.
    posterior : Posterior
    effects : Effects
        Published effects, which the halo discount is made of.
    base_rate : float
        The model's, for interviews whose context says nothing else.

    Returns
    -------
    Score
    """
    strength = strengths(seen)
    x, discount = features(strength, effects)
    across = np.concatenate([np.ones((1, seen.n)), x.T])
    context = context_log_odds(seen, base_rate)
    return Score(strength, discount, across.T, context, _silence(seen), posterior)


def _silence(seen: Observations) -> Floats:
    """Return what the days without an answer add: (n,) array."""
    if SILENCE not in seen.answers:
        return np.zeros(seen.n)
    return silence_log_odds(seen[SILENCE], seen[PROMISE], seen.catalogue.silence)
