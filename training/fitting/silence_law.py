"""The silence law: how long employers take to answer and how often they never do, fitted to dates."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...data.catalogue.catalogue import Silence

_erfc = np.frompyfunc(math.erfc, 1, 1)  # numpy has none, and scipy is no dependency
_SMALLEST = np.finfo(float).tiny
# Standard deviations from which a short continued fraction is exact; erfc underflows at about 37.
_FAR_TAIL = 25.0
_SAME_DAY = 0.5  # days that an answer on the day of the interview is counted as
_LOWER_BOUNDS = np.array(
    [math.log(0.01), math.log(0.01), 0.0]
)  # log median, log sigma, share: as in `Silence`
_UPPER_BOUNDS = np.array([math.log(1e6), math.log(100), math.nextafter(1.0, 0.0)])
_CONVERGED = 1e-8  # largest change of a parameter in one step
_MAX_CYCLES = 1000  # of three steps each


@dataclass(frozen=True)
class ResponseTimes:
    """How long employers took to answer after ``n`` interviews, or have been silent.

    Parameters
    ----------
    days : (n,) array
        Days from the interview to the first answer; without an answer, days of silence so far (a censored
        time). 0 or more, NaN where unknown.
    answered : (n,) array of bool
        Whether there was an answer of any kind.
    offer : (n,) array
        1 for an offer, 0 for none (rejected, or given up unanswered), NaN where unknown.
    promised : (n,) array
        Days after which an answer was promised, NaN where none was.
    chance : (n,) array
        Probability of an offer before the silence is counted; read only where ``offer`` is NaN.
    """

    days: Floats
    answered: npt.NDArray[np.bool_]
    offer: Floats
    promised: Floats
    chance: Floats


@dataclass(frozen=True)
class _Statistics:
    """Sufficient statistics of the prior and of complete times, and the censored times themselves.

    A delay is free if no day was promised; then its log is normal about the log median, otherwise about the
    log of the promised day.
    """

    n_delays: float
    n_free: float
    free_mean: float  # mean log days of free delays
    squares: float  # sum of squared log days, about that mean or about the promise
    n_no_offer: float
    n_never_answered: float  # of those without an offer
    answered_no_offer: Floats  # (k,) probability of no offer, where the content of an answer is unknown
    silent_no_offer: Floats  # (m,) probability of no offer, where there is no answer yet
    silent_log_days: Floats  # (m,) log days of silence
    silent_log_promised: Floats  # (m,) log days, NaN without a promise


def fit_silence_law(times: ResponseTimes, prior: Silence, prior_size: float = 10.0) -> Silence:
    """Fit the delay law and the share of rejections that are never sent: the posterior mode, by EM.

    The days until an answer are log-normal about the median, or about the promised day, so a promise informs
    ``σ`` alone. A share ``g`` of those without an offer is never answered. With ``q`` the probability of no
    offer (1 or 0 where it is known), an answer after ``t`` days has likelihood ``(1 - q g) f(t)``, and
    silence until ``T`` has ``(1 - q g) (1 - F(T)) + q g``. This is a cure model (Farewell 1982). The prior
    counts as ``prior_size`` complete interviews. Every third EM step extrapolates along the last two
    (SQUAREM), unless that lowers the posterior.

    An answer on the day of the interview counts as half a day. Where days are unknown an answer informs ``g``
    alone, and an interview given up unanswered counts as never answered. An offer without an answer is a
    censored time.

    Parameters
    ----------
    times : ResponseTimes
    prior : Silence
        The published law; returned unchanged if the times contain no information.
    prior_size : float
        Interviews that the prior counts as, above 0.

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
    >>> n = 10  # answers on day 40, where the published law has a median of 10: halfway is 20
    >>> unknown, rejected = np.full(n, np.nan), np.zeros(n)
    >>> times = ResponseTimes(np.full(n, 40.0), np.full(n, True), rejected, unknown, unknown)
    >>> law = fit_silence_law(times, Silence())
    >>> round(law.median_days, 3), round(law.sigma, 3), round(law.never_answered, 3)
    (20.0, 0.99, 0.225)
    """
    if not np.any(times.answered | (times.days > 0) | (np.isnan(times.days) & (times.offer == 0))):
        return prior
    # a share of exactly 0 is a fixed point of EM, even if the data contradict it
    start = np.array([math.log(prior.median_days), math.log(prior.sigma), max(prior.never_answered, 0.01)])
    median, sigma, never = _squarem(start, _summarize(times, prior, prior_size))
    return Silence(
        median_days=min(max(math.exp(median), 0.01), 1e6),
        sigma=min(max(math.exp(sigma), 0.01), 100.0),
        never_answered=float(never),
    )


def _summarize(times: ResponseTimes, prior: Silence, prior_size: float) -> _Statistics:
    no_offer = 1 - np.where(np.isnan(times.offer), times.chance, times.offer)
    promised = np.log(np.maximum(times.promised, 1.0))
    days = np.log(np.maximum(times.days, _SAME_DAY))
    dated = times.answered & ~np.isnan(days)
    free, late = days[dated & np.isnan(promised)], (days - promised)[dated & ~np.isnan(promised)]
    mu = math.log(prior.median_days)
    mean = (prior_size * mu + float(free.sum())) / (prior_size + free.size)
    prior_squares = prior_size * (prior.sigma**2 + (mu - mean) ** 2)
    rejected = np.count_nonzero(times.answered & (times.offer == 0))
    ghosted = np.count_nonzero(~times.answered & np.isnan(times.days) & (times.offer == 0))
    silent = ~times.answered & (times.days > 0)  # a silence of zero or unknown days has no information
    return _Statistics(
        n_delays=prior_size + free.size + late.size,
        n_free=prior_size + free.size,
        free_mean=mean,
        squares=float(prior_squares + np.sum((free - mean) ** 2) + np.sum(late**2)),
        n_no_offer=prior_size + rejected + ghosted,
        n_never_answered=prior_size * prior.never_answered + ghosted,
        answered_no_offer=no_offer[times.answered & np.isnan(times.offer)],
        silent_no_offer=no_offer[silent],
        silent_log_days=np.log(times.days[silent]),
        silent_log_promised=promised[silent],
    )


def _squarem(law: Floats, data: _Statistics) -> Floats:
    """Iterate EM to its fixed point, with extrapolation.

    Parameters
    ----------
    law : (3,) array
        Log median days, log sigma and share never answered, to start from.
    data : _Statistics

    Returns
    -------
    (3,) array
    """
    for _ in range(_MAX_CYCLES):
        one, _ = _em_step(law, data)
        two, log_posterior = _em_step(one, data)
        if np.abs(two - one).max() < _CONVERGED:
            return two
        first, curvature = one - law, two - 2 * one + law
        length = max(1.0, float(np.linalg.norm(first)) / max(float(np.linalg.norm(curvature)), 1e-15))
        extrapolated = law + 2 * length * first + length**2 * curvature
        law = two
        if np.all((extrapolated > _LOWER_BOUNDS) & (extrapolated < _UPPER_BOUNDS)):
            stabilized, reached = _em_step(extrapolated, data)
            law = stabilized if reached >= log_posterior else law
    return law


def _em_step(law: Floats, data: _Statistics) -> tuple[Floats, float]:
    """Compute one EM step.

    Parameters
    ----------
    law : (3,) array
        Log median days, log sigma and share never answered.
    data : _Statistics

    Returns
    -------
    updated : (3,) array
    log_posterior : float
        Of the law given, not of the updated one; up to a constant.
    """
    mu, sigma, g = float(law[0]), math.exp(law[1]), float(law[2])
    # E-step: the probability that a silent employer will still answer
    free = np.isnan(data.silent_log_promised)
    z = (data.silent_log_days - np.where(free, mu, data.silent_log_promised)) / sigma
    log_survival, hazard = _log_survival_and_hazard(z)
    p_answer = 1 - data.silent_no_offer * g  # that there is one at all, whenever
    p_answer_known = 1 - data.answered_no_offer * g
    log_later = np.log(p_answer) + log_survival
    with np.errstate(divide="ignore"):
        log_silence = np.logaddexp(log_later, np.log(data.silent_no_offer * g))
    later = np.exp(log_later - log_silence)
    squares = data.squares + data.n_free * (data.free_mean - mu) ** 2
    height = (
        log_silence.sum() + np.log(p_answer_known).sum() - data.n_delays * law[1] - squares / sigma**2 / 2
    )
    never, no_offer = data.n_never_answered, data.n_no_offer
    height += never * math.log(max(g, _SMALLEST)) + (no_offer - never) * math.log1p(-g)

    # M-step: expected counts, then moments of log days with those of the truncated normal beyond today
    never = data.n_never_answered + np.sum(1 - later)
    rejections = np.sum(later * data.silent_no_offer / p_answer)
    rejections += np.sum(data.answered_no_offer / p_answer_known)
    rejections = data.n_no_offer - data.n_never_answered + (1 - g) * rejections
    n, drift = later[free].sum(), sigma * np.sum((later * hazard)[free])
    centre = np.clip(
        (data.n_free * data.free_mean + n * mu + drift) / (data.n_free + n),
        _LOWER_BOUNDS[0],
        _UPPER_BOUNDS[0],
    )
    shift = centre - mu
    squares = data.squares + data.n_free * (data.free_mean - centre) ** 2
    squares += sigma**2 * np.sum(later * (1 + z * hazard)) - 2 * shift * drift + n * shift**2
    log_sigma = math.log(squares / (data.n_delays + later.sum())) / 2
    updated = np.array([centre, log_sigma, never / (never + rejections)])
    return np.clip(updated, _LOWER_BOUNDS, _UPPER_BOUNDS), float(height)


def _log_survival_and_hazard(z: Floats) -> tuple[Floats, Floats]:
    """Compute ``log(1 - Φ(z))`` and the hazard ``φ(z) / (1 - Φ(z))``, accurate for any z: (m,) arrays."""
    near, far = np.minimum(z, _FAR_TAIL), z > _FAR_TAIL
    survival = np.asarray(_erfc(near / math.sqrt(2)), dtype=float) / 2
    log_survival = np.log(survival)
    hazard = np.exp(-(near**2) / 2) / math.sqrt(2 * math.pi) / survival
    far_hazard = far_z = z[far]
    for k in (5, 4, 3, 2, 1):  # Laplace's continued fraction, from the innermost term
        far_hazard = far_z + k / far_hazard
    log_survival[far] = -(far_z**2) / 2 - math.log(2 * math.pi) / 2 - np.log(far_hazard)
    hazard[far] = far_hazard
    return log_survival, hazard
