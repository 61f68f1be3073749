"""Prior-data conflict: weights whose posterior contradicts the published evidence."""

from dataclasses import asdict, dataclass
from math import erfc, exp, lgamma, log, sqrt
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...model.posterior import Posterior
from ...model.prior import Prior

ALPHA = 0.05
_MIN_VARIANCE_REDUCTION = 0.02  # share of the prior variance; below it z is far from normal


@dataclass(frozen=True)
class PriorConflict:
    """The difference of one weight from its prior, standardised by what is expected if the prior is right.

    Parameters
    ----------
    signal : int
        Index of the signal in the catalogue, from 0.
    difference : float
        Standardised difference: standard normal if the prior is right.
    p : float
        Two-sided p value.
    adjusted : float
        Holm-adjusted over all tested signals.
    flagged : bool
        Whether ``adjusted < .05``.
    direction : {"higher", "lower"}
        Whether the outcomes make the weight higher or lower than published.
    """

    signal: int
    difference: float
    p: float
    adjusted: float
    flagged: bool
    direction: Literal["higher", "lower"]


@dataclass(frozen=True)
class PriorConflictCheck:
    """The test of the published effects against the outcomes.

    Parameters
    ----------
    signals : tuple of PriorConflict
        Every tested signal, largest difference first: those with enough information in the outcomes.
    chi_square : float
        Joint test of all tested signals.
    degrees : int
        Degrees of freedom; 0 if the outcomes hold no information.
    p : float or None
        p value of the joint test; None without degrees of freedom.
    """

    signals: tuple[PriorConflict, ...]
    chi_square: float
    degrees: int
    p: float | None

    @property
    def flagged(self) -> tuple[PriorConflict, ...]:
        """Signals that contradict the published evidence by more than chance would explain."""
        return tuple(conflict for conflict in self.signals if conflict.flagged)

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
    """Test whether the outcomes contradict the prior.

    If the prior is right, the posterior mean of a weight lies around its prior mean with variance
    ``prior variance - posterior variance``, so

        ``z = (posterior mean - prior mean) / √(prior variance - posterior variance)``

    is about standard normal. Large changes with little evidence and small changes with much evidence are
    thus on one scale. The joint test is ``dᵀ (C - V)⁻ d``, with the change of mean ``d``, prior covariance
    ``C`` and posterior covariance ``V``. It is chi-square with one degree of freedom for each direction in
    which the outcomes reduce the variance by at least 2%. Weights with a smaller reduction are not tested.

    Parameters
    ----------
    prior : Prior
        A single prior, not an average over several: that of the published evidence.
    posterior : Posterior
        The posterior under the same prior.
    answered : (k,) array of bool
        Signals that were answered in an interview with an outcome; only these are tested.

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
    >>> [(c.signal, round(c.difference, 2), c.direction, c.flagged) for c in check.signals]
    [(0, -2.89, 'lower', True)]
    >>> check_prior_conflict(prior, Posterior(prior.mean, prior.covariance), np.array([True])).p is None
    True
    """
    before, after = np.diag(prior.covariance)[1:], np.diag(posterior.covariance)[1:]
    is_informed = before - after > _MIN_VARIANCE_REDUCTION * before
    tested = np.flatnonzero(np.asarray(answered, dtype=bool) & is_informed)
    change = (posterior.mean - prior.mean)[1:]
    z = change[tested] / np.sqrt((before - after)[tested])
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
        for i, j in enumerate(tested)
    ]
    signals.sort(key=lambda conflict: -abs(conflict.difference))
    chi_square, degrees = _joint_test(prior, posterior, tested)
    return PriorConflictCheck(tuple(signals), chi_square, degrees, _upper_tail(chi_square, degrees))


def holm_adjusted(p: Floats) -> Floats:
    """Adjust p values for multiple tests, so that the family-wise error rate is controlled.

    ``adjusted₍ᵢ₎ = max over j ≤ i of min(1, (m - j + 1) p₍ⱼ₎)``, with the ``m`` p values in ascending order.

    Parameters
    ----------
    p : (m,) array
        Unadjusted p values.

    Returns
    -------
    (m,) array

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6(2):65-70.

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


def _joint_test(prior: Prior, posterior: Posterior, tested: npt.NDArray[np.intp]) -> tuple[float, int]:
    """Compute chi-square and degrees of freedom of the joint test; ``tested`` : (t,) array of indices."""
    if not tested.size:
        return 0.0, 0
    block = np.ix_(tested + 1, tested + 1)  # the intercept comes first
    change = (posterior.mean - prior.mean)[tested + 1]
    # in coordinates where the prior is standard normal, the reduction of variance is between 0 and 1
    whiten = np.linalg.inv(np.linalg.cholesky(prior.covariance[block]))
    difference = (prior.covariance - posterior.covariance)[block]
    reduction, directions = np.linalg.eigh(whiten @ difference @ whiten.T)
    is_informed = reduction > _MIN_VARIANCE_REDUCTION
    projected = directions.T[is_informed] @ (whiten @ change)
    return float(np.sum(projected**2 / reduction[is_informed])), int(is_informed.sum())


def _upper_tail(chi_square: float, degrees: int) -> float | None:
    """Compute the survival function of chi-square; None without degrees of freedom.

    Uses ``Q(a + 1) = Q(a) + xᵃe⁻ˣ/Γ(a + 1)``, so that scipy need not be imported.

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
