"""The levels of employers: how far each one's offers differ from average, in log-odds.

An employer's level ``ε`` has the prior ``N(0, ω²)``. It is known only from the employer's own outcomes; an
unknown employer's level is integrated out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..data.answers.observations import Floats, Observations
from .predictive_distribution import shrinkage, sigmoid
from .prior import EMPLOYER_SD, LEVEL_SD

UNKNOWN = -1  # code of an employer without outcomes
_NEWTON_STEPS = 60  # to the mode, at most
_NEWTON_TOLERANCE = 1e-8  # log-odds
_QUADRATURE_NODES = 21


class EmployerTerms(NamedTuple):
    """The level of the employer of each of ``n`` interviews, given the coefficients ``β ~ N(m, V)``.

    It is ``ε = mean + slopeᵀ(β - m) + e`` with ``e ~ N(0, variance)``.

    Parameters
    ----------
    mean : (n,) array
        Log-odds.
    variance : (n,) array
        Squared log-odds; ``ω²`` for an unknown employer.
    slope : (n, 1 + k) array or None
        Log-odds per unit of each coefficient; None if all employers are unknown, whose slope is 0.
    codes : (n,) array of int or None
        The same number for interviews at one employer, -1 where it is not named; None if none is named.

    References
    ----------
    Breslow & Clayton (1993), Approximate inference in generalized linear mixed models, Journal of the
    American Statistical Association 88(421):9-25.
    """

    mean: Floats
    variance: Floats
    slope: Floats | None = None
    codes: npt.NDArray[np.intp] | None = None

    def added_to(self, X: Floats) -> Floats:
        """Add the slopes to a design.

        Parameters
        ----------
        X : (n, 1 + k) or (1, 1 + k) array
            Of the coefficients alone.

        Returns
        -------
        (n, 1 + k) array
            Change of the log-odds per unit of each coefficient; ``X`` itself without slopes.
        """
        return X if self.slope is None else X + self.slope

    def row(self, i: int) -> "EmployerTerms":
        """Select one interview.

        Parameters
        ----------
        i : int
            Index of the interview.

        Returns
        -------
        EmployerTerms
            With numbers instead of (n,) arrays, and a (1 + k,) array as the slope.
        """
        slope = None if self.slope is None else self.slope[i]
        return EmployerTerms(self.mean[i], self.variance[i], slope)

    @property
    def shrinkage(self) -> Floats:
        """Factor on log-odds that averages over what is unknown of the level: (n,) array."""
        return shrinkage(self.variance)

    def shared_deviations(self) -> Floats:
        """Compute how the levels of employers with several interviews deviate from their means.

        One standard normal variable stands for each such employer: ``e`` is its standard deviation times that
        variable. So interviews at one employer share ``e``, also where their standard deviations differ,
        since only some of them have an ``employer_rate``.

        Returns
        -------
        (n, c) array
            Standard deviations, log-odds: a column for each of ``c`` employers, 0 at interviews elsewhere.

        Examples
        --------
        >>> EmployerTerms(np.zeros(4), np.full(4, 0.25), codes=np.array([1, 0, 1, -1])).shared_deviations()
        array([[0.5],
               [0. ],
               [0.5],
               [0. ]])
        """
        if self.codes is None:
            return np.zeros((self.mean.size, 0))
        codes, counts = np.unique(self.codes[self.codes != UNKNOWN], return_counts=True)
        return np.where(self.codes[:, None] == codes[counts > 1], np.sqrt(self.variance)[:, None], 0.0)


def updated_by_rate(
    terms: EmployerTerms, context: Floats, part: Floats, whole: Floats, level_sd: float = LEVEL_SD
) -> EmployerTerms:
    """Update the levels of employers with known proportions of offers, by Bayes' rule.

    Of ``whole`` people interviewed, ``part`` got an offer. Their own levels are unknown, so each had the
    chance ``σ(κ (η₀ + ε))`` with ``κ`` for the variance among people. The mode is found by Newton's method,
    mean and variance by Gauss-Hermite quadrature around it.

    Parameters
    ----------
    terms : EmployerTerms
        Of ``n`` interviews.
    context : (n,) array
        ``η₀``, log-odds of an average person at an average employer.
    part, whole : (n,) array
        Numbers of people, NaN where unknown.
    level_sd : float
        Standard deviation of people's own levels, log-odds.

    References
    ----------
    Liu & Pierce (1994), A note on Gauss-Hermite quadrature, Biometrika 81(3):624-629.

    Examples
    --------
    >>> unknown = EmployerTerms(np.zeros(2), np.full(2, 0.46))
    >>> found = updated_by_rate(unknown, np.full(2, -0.8), np.array([20.0, 200.0]), np.array([100.0, 1000.0]))
    >>> found.mean.round(2), found.variance.round(3)
    (array([-0.61, -0.67]), array([0.06 , 0.007]))
    """
    known = ~np.isnan(whole)
    if not known.any():
        return terms
    kappa = float(shrinkage(level_sd**2))
    eta_0, k, n = context[known], part[known], whole[known]
    prior_mean, precision = terms.mean[known], 1 / terms.variance[known]
    u = prior_mean.copy()
    for _ in range(_NEWTON_STEPS):
        p = sigmoid(kappa * (eta_0 + u))
        curvature = precision + kappa**2 * n * p * (1 - p)
        step = (kappa * (k - n * p) - precision * (u - prior_mean)) / curvature
        u = u + np.clip(step, -1.0, 1.0)
        if np.max(np.abs(step)) < _NEWTON_TOLERANCE:
            break
    nodes, weights = employer_quadrature()
    level = u[:, None] + nodes / np.sqrt(curvature)[:, None]
    eta = kappa * (eta_0[:, None] + level)
    log_density = k[:, None] * eta - n[:, None] * np.logaddexp(0, eta)
    log_density -= precision[:, None] * (level - prior_mean[:, None]) ** 2 / 2
    log_density += nodes**2 / 2
    density = weights * np.exp(log_density - log_density.max(axis=1, keepdims=True))
    density /= density.sum(axis=1, keepdims=True)
    mean, variance = terms.mean.copy(), terms.variance.copy()
    mean[known] = np.sum(density * level, axis=1)
    variance[known] = np.sum(density * (level - mean[known][:, None]) ** 2, axis=1)
    return terms._replace(mean=mean, variance=variance)


@cache
def employer_quadrature() -> tuple[Floats, Floats]:
    """Compute nodes and weights of the rule by which an employer's rate is integrated: two (21,) arrays."""
    return np.polynomial.hermite_e.hermegauss(_QUADRATURE_NODES)


@dataclass(frozen=True, eq=False)
class EmployerLevels:
    """Levels of the employers that a model was trained on, jointly normal with its coefficients.

    Parameters
    ----------
    sd : float
        ``ω``, standard deviation among employers, log-odds.
    group : str
        Column or answer that names the employer; empty if training had none.
    names : tuple of str
        The ``g`` employers, in the form of `normalized`.
    mean : (g,) array
        Log-odds.
    variance : (g,) array
        Of each level given the coefficients, squared log-odds.
    slope : (g, 1 + k) array
        Change of the expected level per unit of each coefficient.

    References
    ----------
    Breslow & Clayton (1993), Approximate inference in generalized linear mixed models, Journal of the
    American Statistical Association 88(421):9-25.
    """

    sd: float = EMPLOYER_SD
    group: str = ""
    names: tuple[str, ...] = ()
    mean: Floats = field(default_factory=lambda: np.zeros(0))
    variance: Floats = field(default_factory=lambda: np.zeros(0))
    slope: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    @cached_property
    def _code_of(self) -> dict[str, int]:
        return {name: code for code, name in enumerate(self.names)}

    def prior(self, names: Sequence[str], covariance: Floats) -> tuple[Floats, Floats]:
        """Compute mean and variance of the levels of some employers, without their slopes.

        Parameters
        ----------
        names : sequence of str
            ``m`` employers; those that are not in ``names`` are new.
        covariance : (1 + k, 1 + k) array
            Of the coefficients.

        Returns
        -------
        mean, variance : (m,) array
        """
        mean, variance = np.zeros(len(names)), np.full(len(names), self.sd**2)
        for i, name in enumerate(names):
            if (code := self._code_of.get(name)) is not None:
                slope = self.slope[code]
                mean[i], variance[i] = self.mean[code], self.variance[code] + slope @ covariance @ slope
        return mean, variance

    def select(self, names: Sequence[str]) -> "EmployerLevels":
        """Select some of the employers.

        Parameters
        ----------
        names : sequence of str
            ``m`` of the ``g`` employers, in the order of the result.

        Returns
        -------
        EmployerLevels
        """
        codes = [self._code_of[name] for name in names]
        levels = self.mean[codes], self.variance[codes], self.slope[codes]
        return EmployerLevels(self.sd, self.group, tuple(names), *levels)

    def moved(self, change: Floats) -> "EmployerLevels":
        """Let the levels follow a change of the mean of the coefficients.

        Parameters
        ----------
        change : (1 + k,) array
            Log-odds per unit of each feature.

        Returns
        -------
        EmployerLevels
        """
        return replace(self, mean=self.mean + self.slope @ change) if self.names else self

    def joined(self, new: "EmployerLevels", change: Floats) -> "EmployerLevels":
        """Join these levels with new ones, which replace those of the same employers.

        Parameters
        ----------
        new : EmployerLevels
            Of the same coefficients.
        change : (1 + k,) array
            Of the mean of the coefficients since these levels were fitted (`moved`).

        Returns
        -------
        EmployerLevels
        """
        old = [code for name, code in self._code_of.items() if name not in new._code_of]
        if not old:
            return replace(new, sd=self.sd, group=self.group)
        return replace(
            self,
            names=(*(self.names[code] for code in old), *new.names),
            mean=np.concatenate([self.moved(change).mean[old], new.mean]),
            variance=np.concatenate([self.variance[old], new.variance]),
            slope=np.concatenate([self.slope[old], new.slope]),
        )

    def terms(self, observations: Observations, size: int) -> EmployerTerms:
        """Select the levels of the employers of ``n`` interviews.

        Parameters
        ----------
        observations : Observations
            An employer that is not named, or not in ``names``, is unknown.
        size : int
            Number of coefficients, ``1 + k``.

        Returns
        -------
        EmployerTerms
        """
        mean, variance = np.zeros(observations.n), np.full(observations.n, self.sd**2)
        groups = observations.employers
        if groups is None:
            return EmployerTerms(mean, variance)
        if not self.names:
            return EmployerTerms(mean, variance, codes=groups.codes)
        code_of = np.array([*(self._code_of.get(name, UNKNOWN) for name in groups.names), UNKNOWN])
        codes = code_of[groups.codes]  # code -1 picks the last
        known = codes != UNKNOWN
        if not known.any():
            return EmployerTerms(mean, variance, codes=groups.codes)
        slope = np.zeros((codes.size, size))
        mean[known], variance[known] = self.mean[codes[known]], self.variance[codes[known]]
        slope[known] = self.slope[codes[known]]
        return EmployerTerms(mean, variance, slope, groups.codes)
