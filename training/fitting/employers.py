"""Fitting the levels of employers along with the coefficients: a logistic regression with random intercepts.

The level ``ε`` of each employer has the prior ``N(0, ω²)``. Given coefficients ``β`` the levels are
independent of each other, so they are eliminated one by one (a Schur complement): for ``β`` alone the
likelihood has the gradient ``∇ - Σ H g / d`` and the information ``I - Σ H Hᵀ / d``, with gradient ``g``,
information ``d`` and cross-information ``H`` of each level. Memory and time grow with the number of
employers, not with its square.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from operator import iadd
from typing import NamedTuple

import numpy as np

from ...data.answers.observations import Floats
from ...model.employers import UNKNOWN, EmployerLevels
from ...model.likelihood import QuadraticLikelihood
from ...model.logistic_normal import logistic_averages, softplus_average
from ...model.posterior import Posterior
from ...model.predictive_distribution import shrinkage
from ...model.prior import EMPLOYER_SD, WeightedData
from .dataset import Codes, Dataset

# Standard deviation ω of employers' levels, with its prior probability. The mean of ω² is EMPLOYER_SD².
EMPLOYER_SDS = {0.25: 0.426, EMPLOYER_SD: 0.4, 1.2: 0.174}
_MAX_PASSES = 100
_TOLERANCE = 1e-4  # standard deviations; the last step of any level is smaller
_CACHED_ROWS = 2048
_NEAR = 0.5  # the same before the last step of a quadratic approximation, whose error is about its square


class _Levels(NamedTuple):
    """The levels of ``g`` employers at a point of the coefficients.

    ``mean`` (g,), ``precision`` (g,) given the coefficients, ``slope`` (g, 1 + k) per unit of each.
    """

    mean: Floats
    precision: Floats
    slope: Floats


class _Averages(NamedTuple):
    """What the mean and variance of the log-odds of each row at its employer are computed from.

    With slopes ``s`` of the levels and the covariance ``V = L Lᵀ`` of the coefficients the variance is
    ``|Lᵀ (x + s)|² + Var(ε | β)``. The last of each array of levels is of an unknown employer: code -1 picks
    it.

    Parameters
    ----------
    mean : (1 + k,) array
        Of the coefficients.
    root : (1 + k, 1 + k) array or None
        ``L``; None without a covariance.
    level : (g + 1,) array
        Mean of each level.
    of_slope : (g + 1, 1 + k) array
        ``sᵀ L``.
    of_level : (g + 1,) array
        ``Var(ε | β)``.
    """

    mean: Floats
    root: Floats | None
    level: Floats
    of_slope: Floats
    of_level: Floats

    @classmethod
    def of(cls, levels: _Levels, mean: Floats, covariance: Floats | None) -> "_Averages":
        """Prepare them once for all blocks; ``covariance`` is a (1 + k, 1 + k) array or None."""
        level, of_level = np.append(levels.mean, 0.0), np.append(1 / levels.precision, 0.0)
        of_slope = np.zeros((level.size, mean.size))
        if covariance is None:
            return cls(mean, None, level, of_slope, of_level)
        root = np.asarray(np.linalg.cholesky(covariance), dtype=float)
        of_slope[:-1] = levels.slope @ root
        return cls(mean, root, level, of_slope, of_level)


class _LevelSums(NamedTuple):
    """Sums over all rows, and over the rows of each of ``g`` employers.

    ``log_likelihood`` is ``E[ℓ]``; ``residual`` (g,) and ``slope`` (g,) are the gradient ``g`` and the
    information ``d`` of each level.
    """

    log_likelihood: float
    residual: Floats
    slope: Floats

    @classmethod
    def from_array(cls, sums: Floats) -> "_LevelSums":
        """Split a (1 + 2 g,) array of `_block_level_sums`."""
        return cls(float(sums[0]), *np.split(sums[1:], 2))


class _Expansion(NamedTuple):
    """A second-order approximation of ``ℓ`` in coefficients and levels together, about a point of both.

    Parameters
    ----------
    point : (1 + k,) array
        Coefficients.
    level : (g,) array
    value : float
        ``ℓ`` there.
    gradient : (1 + k,) array
        Of the coefficients, ``∇``.
    information : (1 + k, 1 + k) array
        Of the coefficients, ``I``.
    of_levels : _LevelSums
        ``g`` and ``d``.
    cross : (1 + k, g) array
        Information of each level together with the coefficients, ``H``.
    """

    point: Floats
    level: Floats
    value: float
    gradient: Floats
    information: Floats
    of_levels: _LevelSums
    cross: Floats

    def without_levels(self, prior_mean: Floats, precision: Floats) -> QuadraticLikelihood:
        """Integrate the levels out under a prior ``N(prior_mean, 1 / precision)``, two (g,) arrays."""
        deviation = self.level - prior_mean
        residual, total = self.of_levels.residual - precision * deviation, self.of_levels.slope + precision
        gains = residual**2 / total - precision * deviation**2 - np.log(total / precision)
        return QuadraticLikelihood(
            self.point,
            self.gradient - self.cross @ (residual / total),
            self.information - (self.cross / total) @ self.cross.T,
            self.value + float(np.sum(gains)) / 2,
        )


class GroupedLikelihood:
    """The likelihood of the coefficients with employers' levels integrated out: a `Likelihood`.

    It remembers the levels between calls, so that each call is one Newton step of levels and coefficients
    together.

    Parameters
    ----------
    dataset : Dataset
        Its rows have an index into the ``g`` employers.
    names : sequence of str
        The employers.
    prior_mean, prior_variance : (g,) array
        Of the levels, log-odds.

    References
    ----------
    Breslow & Clayton (1993), Approximate inference in generalized linear mixed models, Journal of the
    American Statistical Association 88(421):9-25. Opper & Archambeau (2009), The variational Gaussian
    approximation revisited, Neural Computation 21(3):786-792.
    """

    def __init__(
        self, dataset: Dataset, names: Sequence[str], prior_mean: Floats, prior_variance: Floats
    ) -> None:
        self._dataset, self._names = dataset, tuple(names)
        self._prior_mean, self._prior_precision = prior_mean, 1 / prior_variance
        self._point: Floats | None = None
        # until the first step they are points
        precision, slope = np.full(prior_mean.size, np.inf), np.zeros((prior_mean.size, 1))
        self._levels = _Levels(prior_mean, precision, slope)
        self._are_near = False
        self._expansion: _Expansion | None = None

    def start_at(self, other: "GroupedLikelihood | None") -> None:
        """Start from the levels of another one, of the same employers."""
        if other:
            self._levels, self._point = other._levels, other._point

    @property
    def n_levels(self) -> int:
        """Number of employers."""
        return self._prior_mean.size

    @property
    def is_expanded(self) -> bool:
        """Whether the last call was of `quadratic`."""
        return self._expansion is not None

    def gradient_and_hessian(self, mean: Floats, covariance: Floats | None) -> tuple[Floats, Floats]:
        """Compute the averaged gradient and information of the coefficients alone, and move the levels.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array or None

        Returns
        -------
        gradient : (1 + k,) array
        information : (1 + k, 1 + k) array
        """
        expansion, _ = self._expand(mean, covariance)
        quadratic = expansion.without_levels(self._prior_mean, self._prior_precision)
        self._expansion = None  # this mean need not be the last
        return quadratic.gradient, quadratic.information

    def quadratic(self, mean: Floats, covariance: Floats | None) -> QuadraticLikelihood:
        """Approximate it to second order about a mean, averaged as in `gradient_and_hessian`.

        The levels come near to where their gradients are 0 first.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array or None
        """
        while True:
            if not self._are_near:
                self._settle(mean, covariance, _NEAR)
            self._expansion, step = self._expand(mean, covariance)
            self._are_near = step < _NEAR
            if self._are_near:
                return self._expansion.without_levels(self._prior_mean, self._prior_precision)

    def quadratic_at(self, sd: float) -> QuadraticLikelihood:
        """Approximate the same with another standard deviation of the levels, without a pass over the rows.

        It is less accurate, since it takes the approximation for the present standard deviation: the last
        `quadratic`.
        """
        assert self._expansion is not None
        return self._expansion.without_levels(self._prior_mean, np.full(self._prior_mean.shape, sd**-2))

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> float:
        """Compute ``E[ℓ]`` less the divergence of the levels from their prior.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array
        """
        levels, sums = self._settle(mean, covariance)
        variance = 1 / levels.precision + np.sum((levels.slope @ covariance) * levels.slope, axis=1)
        squares = self._prior_precision * (variance + (levels.mean - self._prior_mean) ** 2)
        divergence = np.sum(squares - 1 + np.log(levels.precision / self._prior_precision)) / 2
        return float(sums.log_likelihood - divergence)

    def levels(self, posterior: Posterior) -> EmployerLevels:
        """Compute the levels under a posterior of the coefficients."""
        if self._expansion is None:
            self._settle(posterior.mean, posterior.covariance)
            self._expand(posterior.mean, posterior.covariance)
        mean, precision, slope = self._levels_at(posterior.mean)
        return EmployerLevels(names=self._names, mean=mean, variance=1 / precision, slope=slope)

    def _levels_at(self, mean: Floats) -> _Levels:
        """Let the levels follow the coefficients to another mean, (1 + k,) array."""
        level, precision, slope = self._levels
        if self._point is None:
            return _Levels(level, precision, np.zeros((level.size, mean.size)))
        return _Levels(level + slope @ (mean - self._point), precision, slope)

    def _settle(
        self, mean: Floats, covariance: Floats | None, tolerance: float = _TOLERANCE
    ) -> tuple[_Levels, _LevelSums]:
        """Move the levels to where their gradients are 0, given (1 + k,) and (1 + k, 1 + k) arrays.

        Returns the levels before the last step, and the sums there.
        """
        for _ in range(_MAX_PASSES):
            levels = self._levels_at(mean)
            sums = _LevelSums.from_array(self._pass(_block_level_sums, levels, mean, covariance))
            if self._step(levels, mean, sums) < tolerance:
                break
        return levels, sums

    def _expand(self, mean: Floats, covariance: Floats | None) -> tuple[_Expansion, float]:
        """Expand ``ℓ`` about (1 + k,) coefficients and the levels, and take one Newton step of the levels.

        Returns the expansion and the largest step, in standard deviations.
        """
        levels = self._levels_at(mean)
        sums = self._pass(_block_sums, levels, mean, covariance)
        level_sums, gradient, information, cross = _split(sums, mean.size, self.n_levels)
        of_levels = _LevelSums.from_array(level_sums)
        expansion = _Expansion(
            mean,
            levels.mean,
            of_levels.log_likelihood + _spread_loss(information, of_levels, cross, levels, covariance),
            gradient,
            information,
            of_levels,
            cross,
        )
        step = self._step(levels, mean, of_levels)
        self._levels = self._levels._replace(slope=-(cross / self._levels.precision).T)
        return expansion, step

    def _pass(
        self, function: Callable[..., Floats], levels: _Levels, mean: Floats, covariance: Floats | None
    ) -> Floats:
        """Add up an array of sums over all rows; ``mean`` is a (1 + k,) array."""
        at = _Averages.of(levels, mean, covariance)
        return self._dataset.map_reduce(partial(function, at=at), iadd)

    def _step(self, levels: _Levels, mean: Floats, sums: _LevelSums) -> float:
        """Take one Newton step of the levels; return the largest, in standard deviations.

        ``mean`` is a (1 + k,) array.
        """
        residual = sums.residual - self._prior_precision * (levels.mean - self._prior_mean)
        precision = sums.slope + self._prior_precision
        self._levels = _Levels(levels.mean + residual / precision, precision, levels.slope)
        self._point = mean
        return float(np.max(np.abs(residual) / np.sqrt(precision), initial=0.0))


def _spread_loss(
    information: Floats, of_levels: _LevelSums, cross: Floats, levels: _Levels, covariance: Floats | None
) -> float:
    """Compute what averaging over coefficients and levels takes from ``ℓ``, to second order.

    Half the trace of the information about both times the covariance of both. ``covariance`` is a
    (1 + k, 1 + k) array or None, and the others are as in `_Expansion`.
    """
    if covariance is None:
        covariance = np.zeros(information.shape)
    of_slope = levels.slope @ covariance
    shared = np.sum(information * covariance) + 2 * np.sum(of_slope * cross.T)
    variance = 1 / levels.precision + np.sum(of_slope * levels.slope, axis=1)
    return float(shared + of_levels.slope @ variance) / 2


# Functions of the module, not methods: Spark sends them to its workers.
def codes_of(rows: WeightedData) -> Codes:
    """Return the index of the employer of each row: (n,) array of int, -1 where it is unknown."""
    return np.full(rows.y.size, UNKNOWN) if rows.employer is None else rows.employer


def log_odds_at_employers(
    rows: WeightedData, coefficients: Floats, levels: Floats
) -> tuple[Floats, Floats, Codes]:
    """Compute the log-odds of ``n`` rows at their employers.

    Parameters
    ----------
    rows : WeightedData
        Averaged over unknown employers of standard deviation `EMPLOYER_SD`.
    coefficients : (1 + k,) array
    levels : (g + 1,) array
        Of the employers, log-odds, and 0 for an unknown one.

    Returns
    -------
    log_odds : (n,) array
    factor : (n,) array
        On the design, 1 at an unknown employer: undoes the average over levels.
    codes : (n,) array of int
        The employer of each row, -1 where it is unknown.
    """
    codes = codes_of(rows)
    factor = np.where(codes == UNKNOWN, 1.0, 1 / shrinkage(EMPLOYER_SD**2))
    return factor * rows.log_odds(coefficients) + levels[codes], factor, codes


def _log_odds(rows: WeightedData, at: _Averages) -> tuple[Floats, Floats, Floats, Codes]:
    """Compute mean and variance of the log-odds, then factor and codes as `log_odds_at_employers` does."""
    eta, factor, codes = log_odds_at_employers(rows, at.mean, at.level)
    if at.root is None:
        return eta, at.of_level[codes], factor, codes
    variance = at.of_level[codes]
    root, of_slope, of_row = rows.cast(at.root), rows.cast(at.of_slope), rows.cast(factor)[:, None]
    for start in range(0, codes.size, _CACHED_ROWS):
        part = slice(start, start + _CACHED_ROWS)
        spread = rows.X[part] @ root
        spread *= of_row[part]
        spread += of_slope.take(codes[part], axis=0)
        variance[part] += np.einsum("ij,ij->i", spread, spread)
    return eta, variance, factor, codes


def _block_level_sums(rows: WeightedData, at: _Averages) -> Floats:
    """Compute the sums of a block that concern the levels alone.

    Returns
    -------
    (1 + 2 g,) array
        ``E[ℓ]``, then gradient and information of each level.
    """
    sums = np.empty(2 * at.level.size - 1)
    eta, variance, _, codes = _log_odds(rows, at)
    _add_level_sums(rows, codes, eta, variance, sums)
    return sums


def _add_level_sums(
    rows: WeightedData, codes: Codes, eta: Floats, variance: Floats, out: Floats
) -> tuple[Floats, Floats]:
    """Put the sums of `_block_level_sums` into a (1 + 2 g,) array.

    Returns residual and slope of each row, (n,) arrays.
    """
    p, slope = logistic_averages(eta, variance)
    residual, slope = rows.weight * (rows.y - p), rows.weight * slope
    out[0] = rows.weight @ (rows.y * eta - softplus_average(eta, variance))
    of_residual, of_slope = out[1:].reshape(2, -1)
    _by_employer(residual, codes, of_residual)
    _by_employer(slope, codes, of_slope)
    return residual, slope


def _by_employer(of_rows: Floats, codes: Codes, out: Floats) -> None:
    """Add up an (n,) array over the rows of each employer, into a (g,) array."""
    out[:] = np.bincount(codes + 1, of_rows, 1 + out.size)[1:]  # unknown ones, of code -1, come first


def count_by_employer(rows: WeightedData, n_employers: int) -> Floats:
    """Count the rows of each employer: (g,) array."""
    counts = np.empty(n_employers)
    _by_employer(np.ones(rows.y.size), codes_of(rows), counts)
    return counts


def _block_sums(rows: WeightedData, at: _Averages) -> Floats:
    """Compute the sums of a block of rows.

    Returns
    -------
    ((1 + 2 g) + (1 + k) (2 + k + g),) array
        Those of `_block_level_sums`; gradient and information of the coefficients; and the information of
        each level together with each coefficient.
    """
    X, size, n_levels = rows.X.T, at.mean.size, at.level.size - 1
    sums = np.empty(1 + 2 * n_levels + size * (1 + size + n_levels))
    of_levels, gradient, information, cross = _split(sums, size, n_levels)
    eta, variance, factor, codes = _log_odds(rows, at)
    residual, slope = _add_level_sums(rows, codes, eta, variance, of_levels)
    gradient[:] = X @ rows.cast(factor * residual)
    half = X * rows.cast(factor * np.sqrt(slope))
    information[:] = half @ half.T
    slope = rows.cast(factor * slope)
    for x, out in zip(X, cross, strict=True):
        _by_employer(slope * x, codes, out)
    return sums


def _split(sums: Floats, size: int, n_levels: int) -> list[Floats]:
    """Split the array of `_block_sums` into views of its parts.

    They are (1 + 2 g,), (1 + k,), (1 + k, 1 + k) and (1 + k, g) arrays.
    """
    parts = np.split(sums, np.cumsum([1 + 2 * n_levels, size, size**2]))
    return [*parts[:2], parts[2].reshape(size, size), parts[3].reshape(size, n_levels)]


def average_levels(
    fits: Sequence[tuple[float, Posterior, EmployerLevels]], average: Posterior
) -> EmployerLevels:
    """Average levels over fits: mean, variance and covariance with the coefficients are those of the mixture.

    Parameters
    ----------
    fits : sequence of tuples
        Probability of each fit, the posterior of its coefficients, and its levels with the standard deviation
        that it assumed.
    average : Posterior
        The average of the posteriors.

    Returns
    -------
    EmployerLevels
        Given the average posterior.
    """
    total = sum(weight for weight, _, _ in fits)
    shares = [(weight / total, posterior, levels) for weight, posterior, levels in fits]
    mean = np.asarray(sum(share * levels.mean for share, _, levels in shares))
    variance, cross = np.zeros(mean.size), np.zeros((mean.size, average.mean.size))
    for share, posterior, levels in shares:
        with_coefficients, deviation = levels.slope @ posterior.covariance, levels.mean - mean
        cross += share * (with_coefficients + np.outer(deviation, posterior.mean - average.mean))
        of_coefficients = np.sum(with_coefficients * levels.slope, axis=1)
        variance += share * (levels.variance + of_coefficients + deviation**2)
    slope = np.asarray(np.linalg.solve(average.covariance, cross.T).T, dtype=float)
    return replace(
        fits[0][2],
        sd=float(np.sqrt(sum(share * levels.sd**2 for share, _, levels in shares))),
        mean=mean,
        variance=variance - np.sum(slope * cross, axis=1),
        slope=slope,
    )
