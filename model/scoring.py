"""The score of interviews: the base rate each starts from, its days of silence, log-odds and interval."""

import math
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from ..data.answers.observations import Floats, Observations
from ..data.answers.parsing import split_proportion
from ..data.catalogue.catalogue import Silence
from ..data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from .employers import EmployerLevels, EmployerTerms, updated_by_rate
from .features import Effects, features, strengths
from .posterior import Posterior
from .predictive_distribution import (
    interval,
    logit,
    probability_and_interval,
    shrinkage,
    sigmoid,
)
from .prior import EMPLOYER_SD, LEVEL_SD

MAX_CANDIDATE_RATE = 0.90  # the last candidate left is not always chosen
SPREAD = LEVEL_SD**2 + EMPLOYER_SD**2  # variance of log-odds among people and employers
_SPREAD_SHRINKAGE = float(shrinkage(SPREAD))
RATE_FIELDS = ("stage", "other_candidates", "base_rate")  # the last of them that is answered counts
EMPLOYER_RATE_FIELD = "employer_rate"
_MIN_SHARE = 1e-9  # of the variance; a smaller one cannot be distinguished from rounding errors
_TINY = float(np.finfo(float).tiny)
_erfc = np.frompyfunc(math.erfc, 1, 1)  # without scipy, which takes longer to import than a prediction


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
    return np.asarray(logit(rate) / _SPREAD_SHRINKAGE)


@dataclass(frozen=True)
class Score:
    """The linear predictor of ``n`` interviews under a posterior, and what it is computed from.

    Parameters
    ----------
    strength : (n, k) array
        ``z``, answers in standard units, NaN where unanswered.
    X : (n, 1 + k) array
        Design matrix: 1 for the intercept, then the features ``c z``.
    context : (n,) array
        ``η₀``, log-odds that each interview starts from.
    silence : (n,) array
        ``u``, log-odds that the days without an answer add.
    posterior : Posterior
        Of the coefficients.
    employer : EmployerTerms
        Levels of the ``n`` employers.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736.
    """

    strength: Floats
    X: Floats
    context: Floats
    silence: Floats
    posterior: Posterior
    employer: EmployerTerms

    def row(self, i: int) -> "Score":
        """Select one interview; its numbers take a tenth of the time of arrays of one number.

        Parameters
        ----------
        i : int
            Index of the interview.

        Returns
        -------
        Score
            With numbers instead of (n,) arrays, and (k,) instead of (n, k) arrays.
        """
        row = Score(
            self.strength[i],
            self.X[i],
            self.context[i],
            self.silence[i],
            self.posterior,
            self.employer.row(i),
        )
        computed = {"eta", "_covariance", "variance", "kappa"} & vars(self).keys()  # need not be repeated
        vars(row).update({name: vars(self)[name][..., i] for name in computed})
        return row

    @cached_property
    def eta(self) -> Floats:
        """Mean of the log-odds before any silence, ``η = η₀ + xᵀm + E[ε]`` (MacKay 1992): (n,) array."""
        return self.context + self.posterior.mean @ self.X.T + self.employer.mean

    @cached_property
    def _design(self) -> Floats:
        """Design matrix with the slopes of known employers: (n, 1 + k) array."""
        return self.employer.added_to(self.X)

    @cached_property
    def _covariance(self) -> Floats:
        """Covariance of each coefficient with the log-odds, ``Vx``: (1 + k, n) array."""
        return self.posterior.covariance @ self._design.T

    @cached_property
    def variance(self) -> Floats:
        """Variance of the log-odds at this employer, ``v = xᵀVx + Var(ε | β)`` (MacKay 1992): (n,) array.

        ``x`` includes the slopes of a known employer.
        """
        return _sum_of_products(self._design.T, self._covariance) + self.employer.variance

    @cached_property
    def _level_covariance(self) -> Floats:
        """Covariance of each coefficient with the log-odds without any sign: (n, 1 + k) or (1 + k,) array."""
        slope, covariance = self.employer.slope, self.posterior.covariance
        return covariance[0] if slope is None else np.asarray(covariance[0] + slope @ covariance)

    @cached_property
    def level_variance(self) -> Floats:
        """The part of ``v`` without any sign, of own level and employer (MacKay 1992): (n,) array."""
        own, slope = self._level_covariance[..., 0] + self.employer.variance, self.employer.slope
        return own if slope is None else own + _sum_of_products(slope.T, self._level_covariance.T)

    def variance_parts(self) -> tuple[Floats, Floats]:
        """Split ``v`` into what knowing the weights of the signs would remove, and what would be left.

        With ``v_s`` of the signs, ``v_l`` of the levels and their covariance ``c``, that is left which the
        levels have beside the signs, ``v_l - c² / v_s`` (law of total variance, for normal log-odds).

        Returns
        -------
        signs : (n,) array
            Squared log-odds; 0 without any sign.
        levels : (n,) array
            Squared log-odds; together with ``signs`` it is ``v``.
        """
        variance, of_levels = self.variance, self.level_variance
        covariance = np.vecdot(self.X[..., 1:], self._level_covariance[..., 1:])
        of_signs = variance - of_levels - 2 * covariance
        explained = covariance**2 / np.maximum(of_signs, _MIN_SHARE * variance)
        levels = np.minimum(of_levels - explained, variance)
        return variance - levels, levels

    @cached_property
    def kappa(self) -> Floats:
        """Shrinkage towards even odds, ``κ = 1 / √(1 + π v / 8)`` (MacKay 1992): (n,) array."""
        return shrinkage(self.variance)

    @property
    def log_odds(self) -> Floats:
        """Log-odds of the probability, ``κ η + u`` (MacKay 1992): (n,) array."""
        return self.kappa * self.eta + self.silence

    @property
    def base_log_odds(self) -> Floats:
        """The log-odds shown with nothing answered, ``κ₀ (η₀ + m₀ + E[ε])`` (MacKay 1992): (n,) array."""
        return self._base_kappa * self._base

    @cached_property
    def _base_kappa(self) -> Floats:
        """Shrinkage with nothing answered, ``κ₀`` (MacKay 1992): (n,) array."""
        return shrinkage(self.level_variance)

    @cached_property
    def _base(self) -> Floats:
        """Mean of the log-odds with nothing answered: (n,) array."""
        return self.context + self.employer.mean + float(self.posterior.mean[0])

    @property
    def base_rate(self) -> Floats:
        """The probability with nothing answered, ``σ`` of `base_log_odds` (MacKay 1992): (n,) array."""
        return sigmoid(self.base_log_odds)

    def averaged_over_employers(self, out: Floats | None = None) -> tuple[Floats, Floats]:
        """Compute rows of a logistic regression with what is unknown of the employers integrated out.

        Parameters
        ----------
        out : (n, 1 + k) array, optional
            Where to put ``X``.

        Returns
        -------
        X : (n, 1 + k) array
            ``κ_ε x``, with ``κ_ε`` of MacKay (1992) for the variance of the level given the coefficients.
        offset : (n,) array
            Log-odds at coefficients 0.
        """
        kappa, X = self.employer.shrinkage, self._design
        offset, slope = self.context + self.employer.mean, self.employer.slope
        if slope is not None:  # the mean is that at the posterior mean of the coefficients
            offset = offset - slope @ self.posterior.mean
        return np.multiply(kappa[:, None], X, out=out), kappa * offset

    @property
    def probability(self) -> Floats:
        """Probability of an offer, ``p = σ(κ η + u)`` (MacKay 1992): (n,) array."""
        return sigmoid(self.log_odds)

    @property
    def contributions(self) -> Floats:
        """What each feature adds to the log-odds shown without any; together they give ``κ η``: (n, k) array.

        Without any feature the log-odds are ``κ₀ b``, with ``b = η₀ + m₀ + E[ε]``. A feature adds
        ``κ mⱼ xⱼ``. Because its weight is uncertain it also moves the estimate towards even odds,
        ``κ < κ₀``. That pull, ``(κ - κ₀) b``, is shared in proportion to the variance that each feature
        brings; together they bring ``v - v₀``, the variance less that without any feature (MacKay 1992).
        """
        x, kappa, kappa_0 = self.X[..., 1:], self.kappa, self._base_kappa
        variance_brought = x * (self._covariance.T + self._level_covariance)[..., 1:]
        # (κ - κ₀) / (v - v₀) in a form that is also right where the features bring no variance
        pull = -(np.pi / 8) * (kappa * kappa_0) ** 2 / (kappa + kappa_0) * self._base
        return (kappa * (x * self.posterior.mean[1:]).T + pull * variance_brought.T).T

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


def _sum_of_products(a: Floats, b: Floats) -> Floats:
    """Multiply two (m, n) arrays, or two (m,) arrays, and sum over their rows: (n,) array, or scalar."""
    total: Floats = a @ b if a.ndim == 1 else np.einsum("ij,ij->j", a, b)
    return total


def score(
    observations: Observations,
    posterior: Posterior,
    effects: Effects,
    base_rate: float,
    employers: EmployerLevels | None = None,
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
    employers : EmployerLevels, optional
        Levels of known employers; by default all are unknown.

    Returns
    -------
    Score
    """
    strength = strengths(observations)
    transposed = np.empty((1 + strength.shape[1], observations.n))
    transposed[0] = 1.0
    features(strength, effects, out=transposed[1:].T)
    context = context_log_odds(observations, base_rate)
    levels = (employers or EmployerLevels()).terms(observations, posterior.mean.size)
    if EMPLOYER_RATE_FIELD in observations.answers:
        levels = updated_by_rate(levels, context, *split_proportion(observations[EMPLOYER_RATE_FIELD]))
    return Score(strength, transposed.T, context, _silence(observations), posterior, levels)


def _silence(observations: Observations) -> Floats:
    """Compute the log-odds that the days without an answer add: (n,) array."""
    if SILENCE_FIELD not in observations.answers:
        return np.zeros(observations.n)
    days, promised = observations[SILENCE_FIELD], observations[PROMISE_FIELD]
    return silence_log_odds(days, promised, observations.catalogue.silence)


def silence_log_odds(days: Floats, promised_days: Floats, law: Silence) -> Floats:
    """Compute the update ``u`` that days without an answer add to the log-odds of an offer.

    ``u = log[(1 - F) / (g + (1 - g)(1 - F))]``, with ``F`` the log-normal distribution of days until an
    answer and ``g`` the share of non-offers that are never answered: the probability of this silence with an
    offer, over that without one. It does not depend on the weights. Offers and rejections are assumed to come
    equally fast, because no figures distinguish them.

    Parameters
    ----------
    days : (n,) array
        Days without an answer, NaN where unknown.
    promised_days : (n,) array
        Days until a promised answer, NaN without a promise; becomes the median of ``F``.
    law : Silence
        Median, shape and ``g``.

    Returns
    -------
    (n,) array
        ``u``, log-odds: never positive, 0 where the days are unknown.

    Examples
    --------
    >>> unknown = np.array([np.nan])
    >>> silence_log_odds(np.array([30.0]), unknown, Silence()).round(2)
    array([-1.35])
    """
    update = np.zeros(days.shape)
    known = ~np.isnan(days)
    promised = promised_days[known]
    median = np.where(np.isnan(promised), law.median_days, np.maximum(promised, 1.0))
    z = np.log(np.maximum(days[known], _TINY) / median) / law.sigma  # finite on the first day too
    survival = np.asarray(_erfc(z / math.sqrt(2)), dtype=float) / 2
    survival = np.maximum(survival, _TINY)  # keeps the logarithm finite after any time
    g = law.never_answered
    update[known] = np.log(survival) - np.log(g + (1 - g) * survival)
    return update


def delay_quantile(share: float, law: Silence, promised_days: float | None = None) -> float:
    """Compute the days within which a share of answers comes: ``median exp(sigma z)``, of a log-normal law.

    Parameters
    ----------
    share : float
        Of the answers that come at all, between 0 and 1.
    law : Silence
    promised_days : float, optional
        Days until a promised answer; becomes the median, as in `silence_log_odds`.

    Returns
    -------
    float
        Infinite where it exceeds the range of numbers.

    Examples
    --------
    >>> round(delay_quantile(0.9, Silence()), 1), round(delay_quantile(0.9, Silence(), 7), 1)
    (36.0, 25.2)
    """
    median = law.median_days if promised_days is None else max(promised_days, 1.0)
    with np.errstate(over="ignore"):
        return float(median * np.exp(law.sigma * NormalDist().inv_cdf(share)))
