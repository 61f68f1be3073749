"""The outlook over several interviews: at least one offer, how many, and how many more interviews it takes.

The uncertainty about the coefficients is shared by all interviews, that about the level of an employer by the
interviews there. So everything is computed for one draw of coefficients and levels at a time, under which
interviews are independent, and then averaged over draws.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..data.answers.observations import Floats
from .posterior import Posterior
from .predictive_distribution import sigmoid
from .scoring import Score

MAX_MORE_INTERVIEWS = 1000  # further interviews that are counted
MAX_EXACT_INTERVIEWS = 500  # with more, the number of offers is treated as normal under each draw
_SAMPLE = 2000  # interviews: a sample of this size represents more of them
_MAX_DRAWS, _MIN_DRAWS = 20_000, 400
_MAX_MULTIPLICATIONS = 5e7  # of the exact distribution
_NEGLIGIBLE = 1e-6  # probability at which the distribution is cut off
_NEWTON_STEPS = 50  # to the mode, at most
_NEWTON_TOLERANCE = 1e-3  # standard deviations, of the last step
_erfc = np.frompyfunc(math.erfc, 1, 1)  # without scipy, which takes longer to import than a prediction


@dataclass(frozen=True)
class Draws:
    """Draws of coefficients and levels after the silences, as log-odds of ``m`` interviews.

    Parameters
    ----------
    eta : (m, draws) array
        Log-odds before any silence.
    elsewhere : (m, draws) array
        The same averaged over the level of each employer, as for a further interview.
    weight : (draws,) array
        Probability of each draw given the silences; they sum to 1.
    """

    eta: Floats
    elsewhere: Floats
    weight: Floats


def draws_after_silence(
    score: Score, rows: npt.NDArray[np.intp], row_weight: float, posterior: Posterior, n: int, seed: int
) -> Draws:
    """Draw coefficients and levels from the posterior given the silences, by importance sampling.

    The level of an employer with several interviews is drawn along with the coefficients; any other level is
    averaged over. In coordinates ``e`` in which ``β ~ N(m, V)`` and these levels are standard normal, half
    the draws come from ``N(e₀, I)`` and half from ``N(e₀, P⁻¹)``, with ``e₀`` the mode given the silences and
    ``P`` the curvature there. The first half covers all of the posterior, the second its centre after many
    silences. Draws come in pairs ``e₀ ± step``, which cancels much of their error. Without any silence all
    have the same weight.

    Parameters
    ----------
    score : Score
        Of all interviews.
    rows : (m,) array of int
        Indices of the interviews to use.
    row_weight : float
        Number of interviews that each of them represents. If it is above 1, every level is averaged over.
    posterior : Posterior
        ``N(m, V)``, without the silences.
    n : int
        Number of draws, a multiple of four.
    seed : int
        Of the random numbers.
    """
    variance, eigenvectors = np.linalg.eigh(posterior.covariance)
    root = eigenvectors * np.sqrt(np.maximum(variance, 0.0))  # root rootᵀ = V, also where V is singular
    X, offset = score.averaged_over_employers()
    X, offset, silence = X[rows], offset[rows], score.silence[rows]
    deviations = np.zeros((rows.size, 0)) if row_weight > 1 else score.employer.shared_deviations()[rows]
    unaveraged = np.where(deviations.any(axis=1), 1 / score.employer.shrinkage[rows], 1.0)
    eta_at_mean = unaveraged * (offset + X @ posterior.mean)
    X = np.hstack([unaveraged[:, None] * (X @ root), deviations])
    mode = _mode(X, eta_at_mean, silence, row_weight)
    eta = eta_at_mean + X @ mode
    curvature = row_weight * np.maximum(_slope(eta) - _slope(eta + silence), 0.0)
    narrow = np.linalg.cholesky(_precision(X, curvature))
    step = np.random.default_rng(seed).standard_normal((2, n // 4, mode.size))
    step[1] = np.linalg.solve(narrow.T, step[1].T).T
    step = np.concatenate([step[0], step[1], -step[0], -step[1]])
    standardised = mode + step
    eta = eta_at_mean[:, None] + X @ standardised.T
    log_likelihood = row_weight * (np.logaddexp(0, eta + silence[:, None]) - np.logaddexp(0, eta)).sum(axis=0)
    log_wide = -np.sum(step**2, axis=1) / 2
    log_narrow = np.log(np.diag(narrow)).sum() - np.sum((step @ narrow) ** 2, axis=1) / 2
    log_proposal = np.logaddexp(log_wide, log_narrow)
    log_weight = log_likelihood - np.sum(standardised**2, axis=1) / 2 - log_proposal
    weight = np.exp(log_weight - log_weight.max())
    levels = deviations @ standardised[:, posterior.mean.size :].T
    return Draws(eta, (eta - levels) / unaveraged[:, None], weight / weight.sum())


def _mode(X: Floats, eta_at_mean: Floats, silence: Floats, row_weight: float) -> Floats:
    """Find the mode ``e₀`` of the standardised coefficients and levels given the silences: (d,) array.

    Newton steps with the curvature of known outcomes, which is never negative (the EM gradient algorithm of
    Lange 1995). ``X`` : (m, d) array; ``eta_at_mean`` : (m,) array, log-odds at the posterior mean;
    ``silence`` : (m,) array of ``u``. Each row represents ``row_weight`` interviews.
    """
    mode = np.zeros(X.shape[1])
    if not silence.any():
        return mode
    for _ in range(_NEWTON_STEPS):
        eta = eta_at_mean + X @ mode
        gradient = row_weight * X.T @ (sigmoid(eta + silence) - sigmoid(eta)) - mode
        step = np.linalg.solve(_precision(X, row_weight * _slope(eta)), gradient)
        mode = mode + step
        if np.max(np.abs(step)) < _NEWTON_TOLERANCE:
            break
    return mode


def _precision(X: Floats, curvature: Floats) -> Floats:
    """Compute ``I + Xᵀ diag(curvature) X``, the precision under a standard normal prior.

    ``X`` is (m, d), ``curvature`` (m,), the result a (d, d) array.
    """
    root = np.sqrt(curvature)[:, None] * X
    return np.asarray(np.eye(X.shape[1]) + root.T @ root)  # a symmetric product takes half the time


def _slope(eta: Floats) -> Floats:
    """Compute ``σ'(η) = σ(η) σ(-η)`` of log-odds: (m,) array."""
    return sigmoid(eta) * sigmoid(-eta)


@dataclass(frozen=True)
class Outlook:
    """Offers to expect from several pending interviews together.

    Parameters
    ----------
    n : int
        Pending interviews.
    at_least_one : float
        Probability of one offer or more.
    independent : float
        The same if the uncertainty about coefficients and levels were independent between interviews.
    expected : float
        Expected number of offers.
    low, high : int
        Interval of the number of offers.
    level : float
        Least coverage of that interval.
    distribution : tuple of float
        Probability of 0, 1, 2, ... offers, until the rest is below a millionth; empty for more than 500
        interviews.
    target : float
        Probability of at least one offer to reach.
    more : int or None
        Number of further interviews like these, before any silence, that reach the target: 0 if it is reached
        already, None if it takes more than 1,000 or if there are no interviews.
    """

    n: int
    at_least_one: float
    independent: float
    expected: float
    low: int
    high: int
    level: float
    distribution: tuple[float, ...]
    target: float
    more: int | None

    def to_dict(self) -> dict[str, Any]:
        """Convert the outlook to plain data for JSON.

        Returns
        -------
        dict
            The parameters by name.
        """
        return asdict(self)


def outlook(
    score: Score, posterior: Posterior, *, level: float = 0.90, target: float = 0.90, seed: int = 0
) -> Outlook:
    """Compute the number of offers to expect from several interviews.

    Under a draw of the coefficients ``β`` and of the levels ``ε`` interview ``i`` ends in an offer with
    probability ``pᵢ = σ(ηᵢ + uᵢ)``, where ``ηᵢ = η₀ᵢ + xᵢᵀβ + εᵢ`` and ``uᵢ`` is the update for its silence.
    The number of offers has a Poisson-binomial distribution. Silences are evidence about ``β`` and ``ε`` as
    well: a draw from their posterior without the silences has the weight ``Π (1 - σ(ηᵢ) + σ(ηᵢ) exp uᵢ)``,
    the probability of the silences under it. So the outlook of one interview is the chance shown for it. A
    further interview is one of these, chosen at random, before any silence and averaged over the level.

    Interviews at one employer share its level. The level of an employer with one interview is not drawn: the
    interview is averaged over it, ``ηᵢ = κ (η₀ᵢ + xᵢᵀβ + E[εᵢ | β])``.

    More than 2,000 interviews are represented by a sample, evenly spaced in the order of their chances. Each
    is then averaged over the level of its employer, also where several are at one.

    Parameters
    ----------
    score : Score
        Of ``n`` interviews.
    posterior : Posterior
        ``N(m, V)`` of the coefficients.
    level : float
        Coverage of the interval of the number of offers, between 0 and 1.
    target : float
        Probability of at least one offer to reach.
    seed : int
        Of the draws: the same seed gives the same outlook.

    References
    ----------
    Hong (2013), On computing the distribution function for the Poisson binomial distribution, Computational
    Statistics & Data Analysis 59:41-51.
    Volkova (1996), A refinement of the central limit theorem for sums of independent random indicators,
    Theory of Probability and its Applications 40(4):791-794.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> from offerodds.data.answers.observations import observe_frame
    >>> model = OfferModel.default()
    >>> score = model.score(observe_frame(model.catalogue, {"rapport": [5, 3, 4]}))
    >>> three = outlook(score, model.posterior)
    >>> round(three.at_least_one, 1), round(three.independent, 1), round(three.expected, 1)
    (0.7, 0.7, 1.0)
    """
    n = score.eta.size
    if not n:
        return Outlook(0, 0.0, 0.0, 0.0, 0, 0, level, (1.0,), target, None)
    rows, row_weight = _representatives(score)
    draws = draws_after_silence(score, rows, row_weight, posterior, _affordable_draws(rows.size), seed)
    eta = draws.eta + score.silence[rows, None]
    p = sigmoid(eta)
    log_none = -row_weight * np.logaddexp(0, eta).sum(axis=0)  # of no offer, under each draw
    log_fresh = np.log(sigmoid(-draws.elsewhere).mean(axis=0))
    distribution = _distribution(p) @ draws.weight if n <= MAX_EXACT_INTERVIEWS else None
    cdf = _normal_cdf(p, row_weight, draws.weight) if distribution is None else _exact_cdf(distribution)
    low, high = (_quantile(cdf, share, n) for share in ((1 - level) / 2, (1 + level) / 2))
    chance = p @ draws.weight
    return Outlook(
        n=n,
        at_least_one=_at_least_one(log_none, draws.weight),
        independent=float(-np.expm1(row_weight * np.log1p(-chance).sum())),
        expected=float(row_weight * chance.sum()),
        low=low,
        high=high,
        level=level,
        distribution=() if distribution is None else _trimmed(distribution),
        target=target,
        more=_more(log_none, log_fresh, draws.weight, target),
    )


def _representatives(score: Score) -> tuple[npt.NDArray[np.intp], float]:
    """Select rows that represent all interviews, (m,) array of int, and the number that each represents."""
    n = score.eta.size
    if n <= _SAMPLE:
        return np.arange(n), 1.0
    order = np.argsort(score.eta + score.silence, kind="stable")
    return order[((np.arange(_SAMPLE) + 0.5) * n / _SAMPLE).astype(int)], n / _SAMPLE


def _affordable_draws(rows: int) -> int:
    """Limit the draws to what the exact distribution of so many interviews has time for."""
    return int(max(min(_MAX_DRAWS, 2 * _MAX_MULTIPLICATIONS / rows**2), _MIN_DRAWS))


def _at_least_one(log_none: Floats, weight: Floats) -> float:
    """Average the probability of an offer over draws; both are (draws,) arrays, as in `_more`."""
    return float(1 - weight @ np.exp(log_none))


def _more(log_none: Floats, log_fresh: Floats, weight: Floats, target: float) -> int | None:
    """Find the smallest number of further interviews that reaches the target, by bisection.

    ``log_none``, ``log_fresh`` : (draws,) arrays, log probability of no offer from the pending interviews and
    from a further one; ``weight`` : (draws,) array, probability of each draw.
    """

    def reaches(more: int) -> bool:
        return _at_least_one(log_none + more * log_fresh, weight) >= target

    if not reaches(MAX_MORE_INTERVIEWS):
        return None
    return _smallest(reaches, MAX_MORE_INTERVIEWS)


def _smallest(is_enough: Callable[[int], bool], upper: int) -> int:
    """Find the smallest of 0 ... ``upper`` that is enough, by bisection, assuming that ``upper`` is."""
    too_few, enough = -1, upper
    while enough - too_few > 1:
        middle = (too_few + enough) // 2
        if is_enough(middle):
            enough = middle
        else:
            too_few = middle
    return enough


def _distribution(p: Floats) -> Floats:
    """Compute the distribution of the number of offers under each draw: (n + 1, draws) array.

    Interview by interview: ``P(k) ← (1 - p) P(k) + p P(k - 1)``. ``p`` : (n, draws) array.
    """
    distribution = np.zeros((p.shape[0] + 1, p.shape[1]))
    distribution[0] = 1.0
    for i, chance in enumerate(p, start=1):
        distribution[1 : i + 1] += chance * (distribution[:i] - distribution[1 : i + 1])
        distribution[0] *= 1 - chance
    return distribution


def _trimmed(distribution: Floats) -> tuple[float, ...]:
    """Cut a distribution, (n + 1,) array, off where the rest is negligible."""
    rest = 1 - np.cumsum(distribution)
    last = int(np.argmax(rest < _NEGLIGIBLE))
    return tuple(distribution[: last + 1].tolist())


def _exact_cdf(distribution: Floats) -> Callable[[int], float]:
    """Build the distribution function of the number of offers from its probabilities, (n + 1,) array."""
    cumulative = np.cumsum(distribution)
    return lambda number: float(cumulative[number])


def _normal_cdf(p: Floats, row_weight: float, weight: Floats) -> Callable[[int], float]:
    """Build an approximate distribution function: normal, corrected for skewness, averaged over draws.

    ``p`` : (m, draws) array of chances, each of ``row_weight`` interviews; ``weight`` : (draws,) array.
    """
    mean = row_weight * p.sum(axis=0)
    sd = np.sqrt(np.maximum(row_weight * (p * (1 - p)).sum(axis=0), 1e-12))  # never 0: it divides
    skewness = row_weight * (p * (1 - p) * (1 - 2 * p)).sum(axis=0) / sd**3

    def cdf(number: int) -> float:
        z = (number + 0.5 - mean) / sd  # with a continuity correction
        normal = np.asarray(_erfc(-z / math.sqrt(2)), dtype=float) / 2
        correction = skewness * (1 - z**2) * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) / 6
        return float(weight @ np.clip(normal + correction, 0, 1))

    return cdf


def _quantile(cdf: Callable[[int], float], share: float, n: int) -> int:
    """Find the smallest number of offers, at most ``n``, whose distribution function reaches a share."""
    return _smallest(lambda number: cdf(number) >= share, n)
