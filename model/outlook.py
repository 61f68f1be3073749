"""The outlook over several interviews: at least one offer, how many, and how many more it would take.

What is not known of the weights and of one's employers is treated as shared by all interviews. Everything
is therefore computed for one draw of the coefficients at a time, where interviews are independent, and
then averaged.
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

_STEPS = 50  # to the mode
MAX_MORE_INTERVIEWS = 1000  # more interviews than this are not counted
MAX_EXACT_INTERVIEWS = 500  # interviews: beyond, the number of offers is normal, given the weights
_SAMPLE = 2000  # interviews: beyond, so many stand for all
_DRAWS, _FEWEST_DRAWS = 20_000, 400
_CELLS = 5e7  # multiplications that the exact distribution may take
_UNLIKELY = 1e-6
_erfc = np.frompyfunc(math.erfc, 1, 1)


@dataclass(frozen=True)
class Draws:
    """Log-odds of ``m`` interviews for each of some draws of the coefficients, before any silence.

    Parameters
    ----------
    eta : (m, draws) array
    weight : (draws,) array
        How probable each draw is after the silences; they sum to 1.
    """

    eta: Floats
    weight: Floats


def draws_after_silence(
    score: Score, rows: npt.NDArray[np.intp], share: float, posterior: Posterior, n: int, seed: int
) -> Draws:
    """Return draws of the coefficients after the silences, by importance sampling.

    In coordinates ``e`` in which ``β ~ N(m, V)`` is standard normal, half the draws come from ``N(e₀, I)``
    and half from ``N(e₀, C)``, with ``e₀`` the mode after the silences and ``C`` the covariance that their
    curvature leaves there. The first half reaches wherever the posterior does, the second keeps to where it
    is after many silences. Draws come in pairs ``e₀ ± step``, which cancels much of their error; without any
    silence all weigh the same.

    Parameters
    ----------
    score : Score
    rows : (m,) array
        The interviews of the score to take.
    share : float
        How many interviews each of them stands for.
    posterior : Posterior
    n : int
        How many draws, a multiple of four.
    seed : int
    """
    variance, axes = np.linalg.eigh(posterior.covariance)
    root = axes * np.sqrt(np.maximum(variance, 0.0))
    X, silence = score.X[rows] @ root, score.silence[rows]
    at_mean = score.context[rows] + score.X[rows] @ posterior.mean
    mode = _mode(X, at_mean, silence, share)
    eta = at_mean + X @ mode
    narrow = np.linalg.cholesky(
        _precision(X, share * np.maximum(_slope(eta) - _slope(eta + silence), 0.0))
    )
    step = np.random.default_rng(seed).standard_normal((2, n // 4, mode.size))
    step[1] = np.linalg.solve(narrow.T, step[1].T).T
    step = np.concatenate([step[0], step[1], -step[0], -step[1]])
    drawn = mode + step
    eta = at_mean[:, None] + X @ drawn.T
    likelihood = share * (np.logaddexp(0, eta + silence[:, None]) - np.logaddexp(0, eta)).sum(axis=0)
    of_wide = -np.sum(step**2, axis=1) / 2
    of_narrow = np.log(np.diag(narrow)).sum() - np.sum((step @ narrow) ** 2, axis=1) / 2
    log_weight = likelihood - np.sum(drawn**2, axis=1) / 2 - np.logaddexp(of_wide, of_narrow)
    weight = np.exp(log_weight - log_weight.max())
    return Draws(eta, weight / weight.sum())


def _mode(X: Floats, at_mean: Floats, silence: Floats, share: float) -> Floats:
    """Return the most probable coefficients after the silences, standardised: (1 + k,) array.

    The steps are those of Newton with the curvature of known outcomes, which is never negative (the EM
    gradient algorithm of Lange 1995).
    """
    found = np.zeros(X.shape[1])
    if not silence.any():
        return found
    for _ in range(_STEPS):
        eta = at_mean + X @ found
        uphill = share * X.T @ (sigmoid(eta + silence) - sigmoid(eta)) - found
        found = found + np.linalg.solve(_precision(X, share * _slope(eta)), uphill)
    return found


def _precision(X: Floats, curvature: Floats) -> Floats:
    """Return the curvature of a log posterior under a standard normal prior: (1 + k, 1 + k) array."""
    return np.asarray(np.eye(X.shape[1]) + (X.T * curvature) @ X)


def _slope(eta: Floats) -> Floats:
    """Return ``σ'(η) = σ(η) σ(-η)``."""
    return sigmoid(eta) * sigmoid(-eta)


@dataclass(frozen=True)
class Outlook:
    """What several pending interviews promise together.

    Parameters
    ----------
    n : int
        Pending interviews.
    at_least_one : float
        Probability of one offer or more.
    independent : float
        What it would be if what is not known of the weights were drawn anew for each interview.
    expected : float
        Expected number of offers.
    low, high : int
        Interval of that number.
    level : float
        Its coverage, at least.
    distribution : tuple of float
        Probability of 0, 1, 2, ... offers, up to where the rest is below a millionth; empty for more than
        500 interviews.
    target : float
        The chance of at least one offer that is aimed at.
    more : int or None
        How many more interviews like these, nothing heard or missed yet, bring it about; 0 if it is there,
        None if more than 1,000 or if there are none to be like.
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
        """Return the outlook as plain data for JSON.

        Returns
        -------
        dict
            The parameters by name.
        """
        return asdict(self)


def outlook(
    score: Score, posterior: Posterior, *, level: float = 0.90, target: float = 0.90, seed: int = 0
) -> Outlook:
    """Return what the interviews scored promise together.

    For each draw of the coefficients ``β`` interview ``i`` ends in an offer with ``p_i = σ(η_i + u_i)``. Here
    ``η_i = context_i + xᵢᵀβ``, and ``u_i`` is the update for its silence. The number of offers has the
    Poisson-binomial law. Silence speaks about ``β`` too: under ``N(m, V)`` each draw weighs
    ``Π (1 - σ(η_i) + exp(u_i) σ(η_i))``, how probable the silences are under it. So the outlook of one
    interview is the chance shown for it. A further interview like these is one of them, drawn at random,
    before any silence.

    Of more than 2,000 interviews every so-many-th, in the order of their chances, stands for its neighbours.

    Parameters
    ----------
    score : Score
        Of ``n`` interviews.
    posterior : Posterior
    level : float
        Coverage of the interval of the number of offers.
    target : float
        Chance of at least one offer that is aimed at.
    seed : int
        The same seed gives the same outlook.

    Returns
    -------
    Outlook

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
    >>> found = outlook(model.score(observe_frame(model.catalogue, {"rapport": [5, 3, 4]})), model.posterior)
    >>> round(found.at_least_one, 1), round(found.independent, 1), round(found.expected, 1)
    (0.6, 0.7, 0.9)
    """
    n = score.eta.size
    if not n:
        return Outlook(0, 0.0, 0.0, 0.0, 0, 0, level, (1.0,), target, None)
    rows, share = _representatives(score)
    draws = draws_after_silence(score, rows, share, posterior, _affordable(rows.size), seed)
    after = draws.eta + score.silence[rows, None]
    p = sigmoid(after)
    none = -share * np.logaddexp(0, after).sum(axis=0)  # log probability of no offer, a draw
    fresh = np.log(sigmoid(-draws.eta).mean(axis=0))
    distribution = _distribution(p) @ draws.weight if n <= MAX_EXACT_INTERVIEWS else None
    below = _exact_law(distribution) if distribution is not None else _normal_law(p, share, draws.weight)
    low, high = (_quantile(below, q, n) for q in ((1 - level) / 2, (1 + level) / 2))
    chance = p @ draws.weight
    return Outlook(
        n=n,
        at_least_one=_at_least_one(none, draws.weight),
        independent=float(-np.expm1(share * np.log1p(-chance).sum())),
        expected=float(share * chance.sum()),
        low=low,
        high=high,
        level=level,
        distribution=() if distribution is None else _trimmed(distribution),
        target=target,
        more=_more(none, fresh, draws.weight, target),
    )


def _representatives(score: Score) -> tuple[Any, float]:
    """Return the rows that stand for all, and for how many each stands."""
    n = score.eta.size
    if n <= _SAMPLE:
        return np.arange(n), 1.0
    order = np.argsort(score.eta + score.silence, kind="stable")
    return order[((np.arange(_SAMPLE) + 0.5) * n / _SAMPLE).astype(int)], n / _SAMPLE


def _affordable(rows: int) -> int:
    """Return how many draws the exact distribution of so many interviews leaves time for."""
    return int(max(min(_DRAWS, 2 * _CELLS / rows**2), _FEWEST_DRAWS))


def _at_least_one(none: Floats, weight: Floats) -> float:
    return float(1 - weight @ np.exp(none))


def _more(none: Floats, fresh: Floats, weight: Floats, target: float) -> int | None:
    """Return the smallest number of further interviews that brings the target about, by bisection."""
    if _at_least_one(none + MAX_MORE_INTERVIEWS * fresh, weight) < target:
        return None
    short, enough = -1, MAX_MORE_INTERVIEWS
    while enough - short > 1:
        middle = (short + enough) // 2
        if _at_least_one(none + middle * fresh, weight) >= target:
            enough = middle
        else:
            short = middle
    return enough


def _distribution(p: Floats) -> Floats:
    """Return the law of the number of offers, given each draw: (n + 1, draws) array.

    Interview by interview: ``P(k) ← (1 - p) P(k) + p P(k - 1)``.

    Parameters
    ----------
    p : (n, draws) array
    """
    law = np.zeros((p.shape[0] + 1, p.shape[1]))
    law[0] = 1.0
    for i, chance in enumerate(p, start=1):
        law[1 : i + 1] += chance * (law[:i] - law[1 : i + 1])
        law[0] *= 1 - chance
    return law


def _trimmed(distribution: Floats) -> tuple[float, ...]:
    """Return a distribution up to where the rest is negligible."""
    rest = 1 - np.cumsum(distribution)
    last = int(np.argmax(rest < _UNLIKELY))
    return tuple(distribution[: last + 1].tolist())


def _exact_law(distribution: Floats) -> Callable[[int], float]:
    below = np.cumsum(distribution)
    return lambda number: float(below[number])


def _normal_law(p: Floats, share: float, weight: Floats) -> Callable[[int], float]:
    """Return the probability of at most so many offers, normal but for skewness, averaged over draws."""
    mean = share * p.sum(axis=0)
    sd = np.sqrt(np.maximum(share * (p * (1 - p)).sum(axis=0), 1e-12))
    skewness = share * (p * (1 - p) * (1 - 2 * p)).sum(axis=0) / sd**3

    def below(number: int) -> float:
        z = (number + 0.5 - mean) / sd
        normal = np.asarray(_erfc(-z / math.sqrt(2)), dtype=float) / 2
        bend = skewness * (1 - z**2) * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) / 6
        return float(weight @ np.clip(normal + bend, 0, 1))

    return below


def _quantile(below: Callable[[int], float], share: float, n: int) -> int:
    """Return the smallest number of offers that is not exceeded with at least this probability."""
    short, enough = -1, n
    while enough - short > 1:
        middle = (short + enough) // 2
        if below(middle) >= share:
            enough = middle
        else:
            short = middle
    return enough
