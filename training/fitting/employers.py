"""Fitting the levels of employers along with the coefficients: a logistic regression with random intercepts.

The level ``ε`` of each employer has the prior ``N(0, ω²)``. Given coefficients ``β`` the levels are
independent of each other, so they are eliminated one by one (a Schur complement): for ``β`` alone the
likelihood has the gradient ``∇ - Σ H g / d`` and the information ``I - Σ H Hᵀ / d``, with gradient ``g``,
information ``d`` and cross-information ``H`` of each level. Memory and time grow with the number of
employers, not with its square.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...data.parallel import parallel_map
from ...model.employers import UNKNOWN, EmployerLevels
from ...model.logistic_normal import logistic_averages, softplus_average
from ...model.posterior import Posterior
from ...model.predictive_distribution import shrinkage, sigmoid
from ...model.prior import EMPLOYER_SD, WeightedData
from .dataset import Dataset, LocalDataset

# Standard deviation ω of employers' levels, with its prior probability. The mean of ω² is EMPLOYER_SD².
EMPLOYER_SDS = {0.25: 0.426, EMPLOYER_SD: 0.4, 1.2: 0.174}
Codes = npt.NDArray[np.intp]
_MAX_PASSES = 100
_TOLERANCE = 1e-4  # standard deviations; the last step of any level is smaller


@dataclass(frozen=True)
class EmployerRows(ABC):
    """The rows of each employer in a dataset, wherever it is stored.

    Parameters
    ----------
    dataset : Dataset
        ``n`` rows, averaged over unknown employers of standard deviation `EMPLOYER_SD`.
    names : tuple of str
        The ``g`` employers.
    """

    dataset: Dataset
    names: tuple[str, ...]

    @abstractmethod
    def map_reduce(self, function: Callable[[WeightedData, Codes], Floats]) -> Floats:
        """Apply a function to every block of rows and their employers, and add up the results.

        Parameters
        ----------
        function : callable
            From a block of ``m`` rows, which may be empty, and an (m,) array of int, the index into ``names``
            or -1 where the employer is unknown, to an array of any shape, the same for all blocks.

        Returns
        -------
        array
            Of the shape that the function returns: scalar, (m,) array or (m, n) array.
        """


@dataclass(frozen=True)
class LocalEmployerRows(EmployerRows):
    """The rows of each employer in a dataset on this machine.

    Parameters
    ----------
    dataset : LocalDataset
        ``n`` rows, averaged over unknown employers of standard deviation `EMPLOYER_SD`.
    names : tuple of str
        The ``g`` employers.
    codes : (n,) array of int
        Index into ``names`` of each row, -1 where the employer is unknown. Rows that follow, pending ones,
        have unknown employers too.
    """

    dataset: LocalDataset
    codes: Codes

    def map_reduce(self, function: Callable[[WeightedData, Codes], Floats]) -> Floats:
        """Apply a function to every block of rows and their employers, and add up the results.

        In the order of the blocks: one scalar, (m,) array or (m, n) array, as the function returns it.
        """
        size = LocalDataset.block_rows

        def of_block(i: int) -> Floats:
            rows, codes = self.dataset.block(i), self.codes[i * size : (i + 1) * size]
            pending = rows.y.size - codes.size  # they come after those with an employer
            return function(rows, np.append(codes, np.full(pending, UNKNOWN)))

        return reduce(np.add, parallel_map(of_block, range(self.dataset.n_blocks)))


class _Levels(NamedTuple):
    """The levels of ``g`` employers at a point of the coefficients.

    ``mean`` (g,), ``precision`` (g,) given the coefficients, ``slope`` (g, 1 + k) per unit of each.
    """

    mean: Floats
    precision: Floats
    slope: Floats


class _Sums(NamedTuple):
    """Sums over all rows, and over the rows of each employer.

    ``gradient`` (1 + k,), ``information`` (1 + k, 1 + k); of each of ``g`` levels ``residual`` (g,),
    ``slope`` (g,), ``cross`` (g, 1 + k).
    """

    gradient: Floats
    information: Floats
    residual: Floats
    slope: Floats
    cross: Floats

    @classmethod
    def from_array(cls, sums: Floats) -> "_Sums":
        """Split a (1 + k + g, 3 + k) array of `_block_sums`."""
        size = sums.shape[1] - 2
        of_levels = sums[size:]
        return cls(sums[:size, 0], sums[:size, 2:], of_levels[:, 0], of_levels[:, 1], of_levels[:, 2:])


class GroupedLikelihood:
    """The likelihood of the coefficients with employers' levels integrated out: a `Likelihood`.

    It remembers the levels between calls, so that each call is one Newton step of levels and coefficients
    together.

    Parameters
    ----------
    employers : EmployerRows
        Of ``g`` employers.
    prior_mean, prior_variance : (g,) array
        Of the levels, log-odds.

    References
    ----------
    Breslow & Clayton (1993), Approximate inference in generalized linear mixed models, Journal of the
    American Statistical Association 88(421):9-25. Opper & Archambeau (2009), The variational Gaussian
    approximation revisited, Neural Computation 21(3):786-792.
    """

    def __init__(self, employers: EmployerRows, prior_mean: Floats, prior_variance: Floats) -> None:
        self._employers = employers
        self._prior_mean, self._prior_precision = prior_mean, 1 / prior_variance
        self._point: Floats | None = None
        self._levels = _Levels(prior_mean, self._prior_precision, np.zeros((prior_mean.size, 1)))

    def start_at(self, other: "GroupedLikelihood | None") -> None:
        """Start from the levels of another one, of the same employers."""
        if other:
            self._levels, self._point = other._levels, other._point

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
        sums, residual = self._step(mean, covariance)
        slope = self._levels.slope
        return sums.gradient + slope.T @ residual, sums.information + slope.T @ sums.cross

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> float:
        """Compute ``E[ℓ]`` less the divergence of the levels from their prior.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array
        """
        self._settle(mean, covariance)
        levels = self._levels
        work = partial(_block_log_likelihood, levels=levels, mean=mean, covariance=covariance)
        log_likelihood = self._employers.map_reduce(work)
        variance = 1 / levels.precision + np.sum((levels.slope @ covariance) * levels.slope, axis=1)
        squares = self._prior_precision * (variance + (levels.mean - self._prior_mean) ** 2)
        divergence = np.sum(squares - 1 + np.log(levels.precision / self._prior_precision)) / 2
        return float(log_likelihood - divergence)

    def levels(self, posterior: Posterior) -> EmployerLevels:
        """Compute the levels under a posterior of the coefficients."""
        self._settle(posterior.mean, posterior.covariance)
        mean, precision, slope = self._levels
        return EmployerLevels(names=self._employers.names, mean=mean, variance=1 / precision, slope=slope)

    def _settle(self, mean: Floats, covariance: Floats) -> None:
        """Move the levels to where their gradients are 0, given (1 + k,) and (1 + k, 1 + k) arrays."""
        for _ in range(_MAX_PASSES):
            _, residual = self._step(mean, covariance)
            if np.max(np.abs(residual) / np.sqrt(self._levels.precision), initial=0.0) < _TOLERANCE:
                break

    def _step(self, mean: Floats, covariance: Floats | None) -> tuple[_Sums, Floats]:
        """Take one Newton step of the levels; return the sums and the gradients, (g,) array, before it.

        ``mean`` and ``covariance`` are (1 + k,) and (1 + k, 1 + k) arrays.
        """
        level, precision, slope = self._levels
        if self._point is None:
            slope = np.zeros((level.size, mean.size))
        else:  # the levels follow the coefficients
            level = level + slope @ (mean - self._point)
        self._point = mean
        levels = _Levels(level, precision, slope)
        work = partial(_block_sums, levels=levels, mean=mean, covariance=covariance)
        sums = _Sums.from_array(self._employers.map_reduce(work))
        residual = sums.residual - self._prior_precision * (level - self._prior_mean)
        precision = sums.slope + self._prior_precision
        self._levels = _Levels(level + residual / precision, precision, -sums.cross / precision[:, None])
        return sums, residual


# Functions of the module, not methods: Spark sends them to its workers.
def _log_odds(
    rows: WeightedData, codes: Codes, levels: _Levels, mean: Floats, covariance: Floats | None
) -> tuple[Floats, Floats, Floats]:
    """Compute design (n, 1 + k), mean (n,) and variance (n,) of the log-odds at each row's employer."""
    known = codes != UNKNOWN
    unaveraged = np.where(known, 1 / shrinkage(EMPLOYER_SD**2), 1.0)
    X = np.multiply(rows.X, unaveraged[:, None], order="C")
    eta = unaveraged * rows.offset + X @ mean
    eta += np.append(levels.mean, 0.0)[codes]  # code -1 picks the 0
    if covariance is None:
        return X, eta, np.zeros(eta.size)
    # (x + s)ᵀ V (x + s), with what concerns the slopes s alone computed once for each employer
    of_slope = levels.slope @ covariance
    of_level = np.sum(of_slope * levels.slope, axis=1) + 1 / levels.precision
    of_row = X @ covariance
    of_row += 2 * np.append(of_slope, np.zeros((1, mean.size)), axis=0)[codes]
    return X, eta, np.einsum("ij,ij->i", of_row, X) + np.append(of_level, 0.0)[codes]


def _block_log_likelihood(
    rows: WeightedData, codes: Codes, levels: _Levels, mean: Floats, covariance: Floats
) -> Floats:
    """Compute ``E[ℓ]`` of a block, given (1 + k,) and (1 + k, 1 + k) arrays: a scalar."""
    _, eta, variance = _log_odds(rows, codes, levels, mean, covariance)
    return np.asarray(rows.weight @ (rows.y * eta - softplus_average(eta, variance)))


def _block_sums(
    rows: WeightedData, codes: Codes, levels: _Levels, mean: Floats, covariance: Floats | None
) -> Floats:
    """Compute the sums of a block of rows, given (1 + k,) and (1 + k, 1 + k) arrays.

    Returns
    -------
    (1 + k + g, 3 + k) array
        One row for each coefficient, then for each level: gradient, information, and information together
        with each coefficient.
    """
    from scipy.sparse import csc_array  # only training with employers needs it

    X, eta, variance = _log_odds(rows, codes, levels, mean, covariance)
    if covariance is None:
        p = sigmoid(eta)
        slope = p * (1 - p)
    else:
        p, slope = logistic_averages(eta, variance)
    residual, slope = rows.weight * (rows.y - p), rows.weight * slope
    columns = np.column_stack([residual, slope, X * slope[:, None]])
    information = X.T @ columns[:, 2:]
    # rows of one employer are added by a sparse product; those of unknown ones, of code -1, to a row left out
    n_levels = levels.mean.size
    employers = np.where(codes == UNKNOWN, n_levels, codes)
    of_rows = np.ones(codes.size), employers, np.arange(codes.size + 1)
    of_levels = csc_array(of_rows, shape=(n_levels + 1, codes.size)) @ columns
    of_coefficients = np.column_stack([X.T @ residual, np.diag(information), information])
    return np.concatenate([of_coefficients, of_levels[:-1]])


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
