"""The linear predictor, probability and interval of many interviews at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..data.answers.observations import Floats, Observations
from .base_rate import context_log_odds
from .features import Effects, features, strengths
from .posterior import Posterior
from .predictive_distribution import interval, probability, probability_and_interval, shrinkage
from .prior import EMPLOYER_SD
from .silence import silence_log_odds

SILENCE_FIELD = "days_since_interview"
PROMISE_FIELD = "promised_days"


@dataclass(frozen=True)
class Score:
    """The linear predictor of ``n`` interviews under a posterior, and what it is computed from.

    Parameters
    ----------
    strength : (n, k) array
        ``z``, answers in standard units, NaN where unanswered.
    discount : (n,) array
        ``c``, halo discount.
    X : (n, 1 + k) array
        Design matrix: 1 for the intercept, then the features ``c z``.
    context : (n,) array
        ``η₀``, log-odds that each interview starts from.
    silence : (n,) array
        ``u``, log-odds that the days without an answer add.
    posterior : Posterior
        Of the coefficients.
    employer_variance : float
        ``τ²``, variance of the level of an unknown employer, in squared log-odds.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736.
    """

    strength: Floats
    discount: Floats
    X: Floats
    context: Floats
    silence: Floats
    posterior: Posterior
    employer_variance: float

    @cached_property
    def eta(self) -> Floats:
        """Mean of the log-odds before any silence, ``η = η₀ + xᵀm`` (MacKay 1992): (n,) array."""
        return self.context + self.posterior.mean @ self.X.T

    @cached_property
    def variance(self) -> Floats:
        """Variance of the log-odds at an unknown employer, ``v = xᵀVx + τ²`` (MacKay 1992): (n,) array."""
        transposed = self.X.T  # its rows are contiguous
        of_coefficients = np.einsum("ij,ij->j", self.posterior.covariance @ transposed, transposed)
        return np.asarray(of_coefficients + self.employer_variance)

    @cached_property
    def sign_variance(self) -> Floats:
        """The part of the variance that comes from the weights of the signs alone: (n,) array."""
        x = self.X.T[1:]
        return np.asarray(np.einsum("ij,ij->j", self.posterior.covariance[1:, 1:] @ x, x))

    @property
    def level_variance(self) -> float:
        """The part of the variance without any sign: of the own level and the employer's, ``V₀₀ + τ²``."""
        return float(self.posterior.covariance[0, 0] + self.employer_variance)

    @property
    def employer_shrinkage(self) -> float:
        """Factor ``κ_τ = 1 / √(1 + πτ²/8)`` that averages log-odds over employers (MacKay 1992)."""
        return float(shrinkage(self.employer_variance))

    @property
    def base_log_odds(self) -> Floats:
        """The log-odds shown with nothing answered, ``κ₀ (η₀ + m₀)``: (n,) array."""
        return np.asarray(shrinkage(self.level_variance) * (self.context + self.posterior.mean[0]))

    @property
    def probability(self) -> Floats:
        """Probability of an offer, ``p = σ(κ η + u)`` (MacKay 1992): (n,) array."""
        return probability(self.eta, self.variance, self.silence)

    def probability_and_interval(self, level: float) -> Floats:
        """Compute probability and interval together, faster than one after the other.

        Parameters
        ----------
        level : float
            Coverage, between 0 and 1.

        Returns
        -------
        (3, n) array
            Probability, lower and upper end.
        """
        return probability_and_interval(self.eta, self.variance, level, self.silence)

    def interval(self, level: float) -> tuple[Floats, Floats]:
        """Compute the interval of the probability, ``σ(η ± z* √v)`` without a silence.

        With one the ends are quantiles of ``σ(x + u)``, where the silence also makes high log-odds ``x`` less
        probable. The interval is widened where needed to contain the probability, a mean (MacKay 1992).

        Parameters
        ----------
        level : float
            Coverage, between 0 and 1.

        Returns
        -------
        low : (n,) array
            Lower ends, probabilities.
        high : (n,) array
            Upper ends, probabilities.
        """
        return interval(self.eta, self.variance, level, self.silence)


def score(
    observations: Observations,
    posterior: Posterior,
    effects: Effects,
    base_rate: float,
    employer_sd: float = EMPLOYER_SD,
) -> Score:
    """Compute the features and the linear predictor of interviews.

    Parameters
    ----------
    observations : Observations
        ``n`` interviews.
    posterior : Posterior
        Of ``1 + k`` coefficients.
    effects : Effects
        Published effects, for the halo discount.
    base_rate : float
        Between 0 and 1, for interviews whose context gives no other.
    employer_sd : float
        ``τ``, standard deviation of employers' levels, log-odds.

    Returns
    -------
    Score
    """
    strength = strengths(observations)
    x, discount = features(strength, effects)
    transposed = np.concatenate([np.ones((1, observations.n)), x.T])
    context = context_log_odds(observations, base_rate)
    return Score(strength, discount, transposed.T, context, _silence(observations), posterior, employer_sd**2)


def _silence(observations: Observations) -> Floats:
    """Compute the log-odds that the days without an answer add: (n,) array."""
    if SILENCE_FIELD not in observations.answers:
        return np.zeros(observations.n)
    days, promised = observations[SILENCE_FIELD], observations[PROMISE_FIELD]
    return silence_log_odds(days, promised, observations.catalogue.silence)
