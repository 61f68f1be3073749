"""How fast a person's answers come, and how often none does: the silence law learned from dates."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...data.catalogue.catalogue import Silence

_erfc = np.frompyfunc(math.erfc, 1, 1)
_TINY = np.finfo(float).tiny
_FAR = 25.0  # standard deviations: beyond, a short continued fraction is exact, and erfc nears underflow
_SAME_DAY = 0.5  # days, of an answer on the day of the interview
_LOWEST = np.array([math.log(0.01), math.log(0.01), 0.0])  # what Silence allows of median, sigma and share
_HIGHEST = np.array([math.log(1e6), math.log(100), math.nextafter(1.0, 0.0)])
_STILL = 1e-8  # a step that moves no parameter more is the last
_MOST = 1000  # cycles of three steps


@dataclass(frozen=True)
class Waits:
    """How long ``n`` interviews were waited on.

    Parameters
    ----------
    days : (n,) array
        Days from the interview to the first answer; where none came, days waited so far. 0 or more, NaN
        where not known.
    answered : (n,) array of bool
        Whether an answer of any kind came.
    offer : (n,) array
        1 for an offer, 0 for none (rejected, or given up unanswered), NaN where not known.
    promised : (n,) array
        Day an answer was promised for, NaN where none was.
    chance : (n,) array
        Probability of an offer before the silence is counted; read only where ``offer`` is NaN.
    """

    days: Floats
    answered: npt.NDArray[np.bool_]
    offer: Floats
    promised: Floats
    chance: Floats


@dataclass(frozen=True)
class _Evidence:
    """Imaginary interviews and finished waits as sums, and the waits that are open."""

    total: float  # delays seen
    free: float  # of them without a promise
    mean: float  # log days of these
    squares: float  # log days about that mean, or about the promise
    non_offers: float
    never: float  # of them never answered
    answered_doubt: Floats  # (k,) probability of no offer, where answered with what is not known
    doubt: Floats  # (m,) probability of no offer, where not answered
    waited: Floats  # (m,) log days
    promised: Floats  # (m,) log days, NaN without a promise


def learn_silence(waits: Waits, prior: Silence, worth: float = 10.0) -> Silence:
    """Return the posterior mode of the delay law and of the share of non-offers never answered.

    The days until an answer are log-normal about the median, or about the promised day, which teaches
    ``σ`` alone; a share ``g`` of non-offers is never answered. With ``q`` the probability of no offer (1 or
    0 where it is known), an answer at ``t`` has likelihood ``(1 - q g) f(t)`` and none until ``T``
    ``(1 - q g) (1 - F(T)) + q g``. The prior counts as ``worth`` interviews of which everything is known.
    EM finds the mode; every third step leaps ahead along two, where that does not lower the posterior.

    An answer on the day of the interview came after half a day. Unknown days say nothing about the delay:
    an answer still counts as one, and an interview given up unanswered as never answered. An offer without
    an answer is a wait whose end is not known.

    Parameters
    ----------
    waits : Waits
    prior : Silence
        The published law; returned as it is where the waits say nothing.
    worth : float
        Interviews the prior is worth, above 0.

    Returns
    -------
    Silence

    References
    ----------
    Dempster, Laird & Rubin (1977), Maximum likelihood from incomplete data via the EM algorithm, Journal
    of the Royal Statistical Society B 39(1):1-38.
    Farewell (1982), Biometrics 38(4):1041-1046.
    Varadhan & Roland (2008), Simple and globally convergent methods for accelerating the convergence of
    any EM algorithm, Scandinavian Journal of Statistics 35(2):335-353.

    Examples
    --------
    >>> n = 10  # answers on day 40, where the published law says 10: halfway is 20
    >>> unknown, rejected = np.full(n, np.nan), np.zeros(n)
    >>> waits = Waits(np.full(n, 40.0), np.full(n, True), rejected, unknown, unknown)
    >>> law = learn_silence(waits, Silence())
    >>> round(law.median_days, 3), round(law.sigma, 3), round(law.never_answered, 3)
    (20.0, 0.99, 0.225)
    """
    if not np.any(waits.answered | (waits.days > 0) | (np.isnan(waits.days) & (waits.offer == 0))):
        return prior
    start = np.array([math.log(prior.median_days), math.log(prior.sigma), max(prior.never_answered, 0.01)])
    median, sigma, never = _mode(_evidence(waits, prior, worth), start)
    return Silence(
        median_days=min(max(math.exp(median), 0.01), 1e6),
        sigma=min(max(math.exp(sigma), 0.01), 100.0),
        never_answered=float(never),
    )


def _evidence(waits: Waits, prior: Silence, worth: float) -> _Evidence:
    doubt = 1 - np.where(np.isnan(waits.offer), waits.chance, waits.offer)
    promised = np.log(np.maximum(waits.promised, 1.0))
    days = np.log(np.maximum(waits.days, _SAME_DAY))
    dated = waits.answered & ~np.isnan(days)
    free, bound = days[dated & np.isnan(promised)], (days - promised)[dated & ~np.isnan(promised)]
    mu = math.log(prior.median_days)
    mean = (worth * mu + float(free.sum())) / (worth + free.size)
    spread = worth * (prior.sigma**2 + (mu - mean) ** 2)
    rejected = np.count_nonzero(waits.answered & (waits.offer == 0))
    ghosts = np.count_nonzero(~waits.answered & np.isnan(waits.days) & (waits.offer == 0))
    unanswered = ~waits.answered & (waits.days > 0)  # no time yet, or nobody knows how much, says nothing
    return _Evidence(
        total=worth + free.size + bound.size,
        free=worth + free.size,
        mean=mean,
        squares=float(spread + np.sum((free - mean) ** 2) + np.sum(bound**2)),
        non_offers=worth + rejected + ghosts,
        never=worth * prior.never_answered + ghosts,
        answered_doubt=doubt[waits.answered & np.isnan(waits.offer)],
        doubt=doubt[unanswered],
        waited=np.log(waits.days[unanswered]),
        promised=promised[unanswered],
    )


def _mode(seen: _Evidence, law: Floats) -> Floats:
    """Return log median, log sigma and share where the steps come to rest."""
    for _ in range(_MOST):
        one, _ = _step(law, seen)
        two, height = _step(one, seen)
        if np.abs(two - one).max() < _STILL:
            return two
        move, bend = one - law, two - 2 * one + law
        stride = max(1.0, float(np.linalg.norm(move)) / max(float(np.linalg.norm(bend)), 1e-15))
        leap = law + 2 * stride * move + stride**2 * bend
        law = two
        if np.all((leap > _LOWEST) & (leap < _HIGHEST)):
            after, reached = _step(leap, seen)
            law = after if reached >= height else law
    return law


def _step(law: Floats, seen: _Evidence) -> tuple[Floats, float]:
    """Return the law one step of EM on, and the log posterior, up to a constant, of the law given."""
    mu, sigma, g = float(law[0]), math.exp(law[1]), float(law[2])
    free = np.isnan(seen.promised)
    z = (seen.waited - np.where(free, mu, seen.promised)) / sigma
    log_survival, hazard = _tail(z)
    answer = 1 - seen.doubt * g  # probability that one comes, the days aside
    answer_told = 1 - seen.answered_doubt * g
    later = np.log(answer) + log_survival
    with np.errstate(divide="ignore"):
        silence = np.logaddexp(later, np.log(seen.doubt * g))
    coming = np.exp(later - silence)  # probability that one comes yet
    squares = seen.squares + seen.free * (seen.mean - mu) ** 2
    height = silence.sum() + np.log(answer_told).sum() - seen.total * law[1] - squares / sigma**2 / 2
    height += seen.never * math.log(max(g, _TINY)) + (seen.non_offers - seen.never) * math.log1p(-g)

    never = seen.never + np.sum(1 - coming)
    rejections = np.sum(coming * seen.doubt / answer) + np.sum(seen.answered_doubt / answer_told)
    rejections = seen.non_offers - seen.never + (1 - g) * rejections
    n, drift = coming[free].sum(), sigma * np.sum((coming * hazard)[free])
    centre = np.clip((seen.free * seen.mean + n * mu + drift) / (seen.free + n), _LOWEST[0], _HIGHEST[0])
    shift = centre - mu
    squares = seen.squares + seen.free * (seen.mean - centre) ** 2
    squares += sigma**2 * np.sum(coming * (1 + z * hazard)) - 2 * shift * drift + n * shift**2
    spread = math.log(squares / (seen.total + coming.sum())) / 2
    moved = np.array([centre, spread, never / (never + rejections)])
    return np.clip(moved, _LOWEST, _HIGHEST), float(height)


def _tail(z: Floats) -> tuple[Floats, Floats]:
    """Return ``log(1 - Φ(z))`` and the hazard ``φ(z) / (1 - Φ(z))``, however far out."""
    near, out = np.minimum(z, _FAR), z > _FAR
    survival = np.asarray(_erfc(near / math.sqrt(2)), dtype=float) / 2
    log_survival = np.log(survival)
    hazard = np.exp(-(near**2) / 2) / math.sqrt(2 * math.pi) / survival
    beyond = far = z[out]
    for k in (5, 4, 3, 2, 1):
        beyond = far + k / beyond
    log_survival[out] = -(far**2) / 2 - math.log(2 * math.pi) / 2 - np.log(beyond)
    hazard[out] = beyond
    return log_survival, hazard
