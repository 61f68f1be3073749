"""Which published effects one's own outcomes contradict: the prior checked against the posterior."""

from dataclasses import asdict, dataclass
from math import erfc, exp, lgamma, log, sqrt
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...model.posterior import Posterior
from ...model.prior import Prior

ALPHA = 0.05
_TOLD = 0.02  # share of a prior variance that outcomes took away: below it the normal law is far off


@dataclass(frozen=True)
class PriorConflict:
    """How far outcomes moved one weight, in units of how far they would if the prior were right.

    Parameters
    ----------
    signal : int
        Which signal, counted from 0 as in the catalogue.
    difference : float
        Standardised: standard normal if the prior is right.
    p, adjusted : float
        Two-sided, and by Holm over all signals judged.
    flagged : bool
        ``adjusted < .05``: more than chance allows.
    direction : {"higher", "lower"}
        Whether outcomes make the weight higher than published or lower.
    """

    signal: int
    difference: float
    p: float
    adjusted: float
    flagged: bool
    direction: Literal["higher", "lower"]


@dataclass(frozen=True)
class PriorConflictCheck:
    """Published effects beside one's own outcomes.

    Parameters
    ----------
    signals : tuple of PriorConflict
        Every signal of which the outcomes tell something, the largest difference first.
    chi_square : float
        Of all of them together.
    degrees : int
        Of freedom; 0 where the outcomes tell nothing.
    p : float or None
        Probability of a chi-square as large if the prior is right; None without degrees of freedom.
    """

    signals: tuple[PriorConflict, ...]
    chi_square: float
    degrees: int
    p: float | None

    @property
    def flagged(self) -> tuple[PriorConflict, ...]:
        """Signals that disagree with the published evidence more than chance allows."""
        return tuple(each for each in self.signals if each.flagged)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data for JSON.

        Returns
        -------
        dict
            The parameters by name.
        """
        return asdict(self)


def check_prior_conflict(
    prior: Prior, posterior: Posterior, answered: npt.NDArray[np.bool_]
) -> PriorConflictCheck:
    """Compare what outcomes say with what the prior led to expect.

    If the prior is right, the posterior mean of a weight lies around its prior mean with variance
    ``prior variance - posterior variance``, so

        ``z = (posterior mean - prior mean) / √(prior variance - posterior variance)``

    is about standard normal. It says as much of a weight that moved far on little evidence as of one that
    moved little on much. All together: ``dᵀ (C - V)⁻ d``, chi-square with as many degrees of freedom as
    there are directions in which the outcomes took away 2% of the variance or more; weights of which
    they took less are not judged.

    Parameters
    ----------
    prior : Prior
        One prior, not an average over several: that of the published evidence.
    posterior : Posterior
        The posterior under that very prior.
    answered : (k,) array of bool
        Which signals were answered in an interview with an outcome; the others move only with these.

    Returns
    -------
    PriorCheck

    References
    ----------
    Box (1980), Sampling and Bayes' inference in scientific modelling and robustness, Journal of the Royal
    Statistical Society A 143(4):383-430.
    Evans & Moshonov (2006), Checking for prior-data conflict, Bayesian Analysis 1(4):893-914.
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6(2):65-70.

    Examples
    --------
    >>> prior = Prior(np.array([0.0, 0.2]), np.diag([1.0, 0.04]))
    >>> posterior = Posterior(np.array([0.3, -0.3]), np.diag([0.5, 0.01]))
    >>> check = check_prior_conflict(prior, posterior, np.array([True]))
    >>> [(each.signal, round(each.difference, 2), each.direction, each.flagged) for each in check.signals]
    [(0, -2.89, 'lower', True)]
    >>> check_prior_conflict(prior, Posterior(prior.mean, prior.covariance), np.array([True])).p is None
    True
    """
    before, after = np.diag(prior.covariance)[1:], np.diag(posterior.covariance)[1:]
    judged = np.flatnonzero(np.asarray(answered, dtype=bool) & (before - after > _TOLD * before))
    moved = (posterior.mean - prior.mean)[1:]
    z = moved[judged] / np.sqrt((before - after)[judged])
    p = np.array([erfc(abs(value) / sqrt(2)) for value in z])
    adjusted = holm_adjusted(p)
    signals = [
        PriorConflict(
            signal=int(j),
            difference=float(z[i]),
            p=float(p[i]),
            adjusted=float(adjusted[i]),
            flagged=bool(adjusted[i] < ALPHA),
            direction="higher" if z[i] > 0 else "lower",
        )
        for i, j in enumerate(judged)
    ]
    signals.sort(key=lambda each: -abs(each.difference))
    chi_square, degrees = _together(prior, posterior, judged)
    return PriorConflictCheck(tuple(signals), chi_square, degrees, _upper_tail(chi_square, degrees))


def holm_adjusted(p: Floats) -> Floats:
    """Return p values adjusted so that one of them is below .05 by chance in 5 of 100 tables at most.

    Examples
    --------
    >>> holm_adjusted(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(p.size, 0, -1))
    adjusted = np.empty(p.size)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def _together(prior: Prior, posterior: Posterior, judged: npt.NDArray[np.intp]) -> tuple[float, int]:
    """Return the chi-square of all weights judged, and its degrees of freedom."""
    if not judged.size:
        return 0.0, 0
    at = np.ix_(judged + 1, judged + 1)
    moved = (posterior.mean - prior.mean)[judged + 1]
    # in coordinates where the prior is standard normal the loss of variance is between 0 and 1
    whiten = np.linalg.inv(np.linalg.cholesky(prior.covariance[at]))
    lost, directions = np.linalg.eigh(whiten @ (prior.covariance - posterior.covariance)[at] @ whiten.T)
    told = lost > _TOLD
    along = directions.T[told] @ (whiten @ moved)
    return float(np.sum(along**2 / lost[told])), int(told.sum())


def _upper_tail(chi_square: float, degrees: int) -> float | None:
    """Return the probability of a chi-square at least as large, from ``Q(a + 1) = Q(a) + xᵃe⁻ˣ/Γ(a + 1)``.

    Examples
    --------
    >>> [round(_upper_tail(x, k), 3) for x, k in ((3.841, 1), (5.991, 2), (7.815, 3), (43.773, 30))]
    [0.05, 0.05, 0.05, 0.05]
    """
    if not degrees:
        return None
    x = chi_square / 2
    if x <= 0:
        return 1.0
    tail, a = (erfc(sqrt(x)), 0.5) if degrees % 2 else (exp(-x), 1.0)
    while a < degrees / 2:
        tail += exp(a * log(x) - x - lgamma(a + 1))
        a += 1
    return min(tail, 1.0)
