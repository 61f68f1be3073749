"""Fitting the levels of employers along with the coefficients: a logistic regression with random intercepts.

The level ``ε`` of each employer has the prior ``N(0, ω²)``. Given coefficients ``β`` the levels are
independent of each other, so they are eliminated one by one (a Schur complement): for ``β`` alone the
likelihood has the gradient ``∇ - Σ H g / d`` and the information ``I - Σ H Hᵀ / d``, with gradient ``g``,
information ``d`` and cross-information ``H`` of each level. Memory and time grow with the number of
employers, not with its square.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...model.employers import UNKNOWN, EmployerLevels
from ...model.logistic_normal import logistic_averages, softplus_average
from ...model.parallel import parallel_map
from ...model.posterior import Posterior
from ...model.predictive_distribution import shrinkage, sigmoid
from ...model.prior import EMPLOYER_SD, WeightedData
from .dataset import LocalDataset

# Standard deviation ω of employers' levels, with its prior probability. The mean of ω² is EMPLOYER_SD².
EMPLOYER_SDS = {0.25: 0.426, EMPLOYER_SD: 0.4, 1.2: 0.174}
_T = TypeVar("_T")
_MAX_PASSES = 100
_TOLERANCE = 1e-6  # standard deviations, of the last change of any level


@dataclass(frozen=True)
class EmployerRows:
    """The rows of each employer in a dataset.

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
    names: tuple[str, ...]
    codes: npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Sums:
    """Sums over all rows, and over the rows of each employer.

    ``gradient`` (1 + k,), ``information`` (1 + k, 1 + k); of each of ``g`` levels ``residual`` (g,),
    ``slope`` (g,), ``cross`` (g, 1 + k).
    """

    gradient: Floats
    information: Floats
    residual: Floats
    slope: Floats
    cross: Floats

    def __add__(self, other: "_Sums") -> "_Sums":
        mine, theirs = vars(self).values(), vars(other).values()
        return _Sums(*(one + another for one, another in zip(mine, theirs, strict=True)))


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
        self._level, self._precision = prior_mean.copy(), self._prior_precision.copy()
        self._slope = np.zeros((prior_mean.size, 1))

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
        gradient = sums.gradient + self._slope.T @ residual
        return gradient, sums.information + self._slope.T @ sums.cross

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> float:
        """Compute ``E[ℓ]`` less the divergence of the levels from their prior.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array
        """
        self._settle(mean, covariance)
        log_likelihood = sum(self._map(partial(self._log_likelihood, mean=mean, covariance=covariance)))
        variance = 1 / self._precision + np.sum((self._slope @ covariance) * self._slope, axis=1)
        squares = self._prior_precision * (variance + (self._level - self._prior_mean) ** 2)
        divergence = np.sum(squares - 1 + np.log(self._precision / self._prior_precision)) / 2
        return float(log_likelihood - divergence)

    def levels(self, posterior: Posterior) -> EmployerLevels:
        """Compute the levels under a posterior of the coefficients."""
        self._settle(posterior.mean, posterior.covariance)
        return EmployerLevels(
            names=self._employers.names,
            mean=self._level.copy(),
            variance=1 / self._precision,
            slope=self._slope.copy(),
        )

    def _settle(self, mean: Floats, covariance: Floats) -> None:
        """Move the levels to where their gradients are 0."""
        for _ in range(_MAX_PASSES):
            _, residual = self._step(mean, covariance)
            if np.max(np.abs(residual) / np.sqrt(self._precision), initial=0.0) < _TOLERANCE:
                break

    def _step(self, mean: Floats, covariance: Floats | None) -> tuple[_Sums, Floats]:
        """Take one Newton step of the levels; return the sums and the gradients before it."""
        if self._point is None:
            self._slope = np.zeros((self._level.size, mean.size))
        else:  # the levels follow the coefficients
            self._level = self._level + self._slope @ (mean - self._point)
        self._point = mean
        sums = self._sums(mean, covariance)
        residual = sums.residual - self._prior_precision * (self._level - self._prior_mean)
        self._precision = sums.slope + self._prior_precision
        self._slope = -sums.cross / self._precision[:, None]
        self._level = self._level + residual / self._precision
        return sums, residual

    def _sums(self, mean: Floats, covariance: Floats | None) -> _Sums:
        total, *others = self._map(partial(self._block_sums, mean=mean, covariance=covariance))
        for sums in others:
            total += sums
        return total

    def _map(self, function: Callable[[WeightedData, npt.NDArray[np.intp]], _T]) -> Iterable[_T]:
        """Apply a function to each block of rows and their codes."""
        dataset, size = self._employers.dataset, LocalDataset.block_rows
        codes = self._employers.codes

        def of_block(i: int) -> _T:
            rows, of_rows = dataset.block(i), codes[i * size : (i + 1) * size]
            if of_rows.size < rows.y.size:  # pending interviews, which come after those with an employer
                of_rows = np.full(rows.y.size, UNKNOWN, dtype=np.intp)
            return function(rows, of_rows)

        return parallel_map(of_block, range(dataset.n_blocks))

    def _log_odds(
        self, rows: WeightedData, codes: npt.NDArray[np.intp], mean: Floats, covariance: Floats | None
    ) -> tuple[Floats, Floats, Floats]:
        """Compute design (n, 1 + k), mean (n,) and variance (n,) of the log-odds at each row's employer."""
        known = codes != UNKNOWN
        place = codes[known]
        unaveraged = np.where(known, 1 / shrinkage(EMPLOYER_SD**2), 1.0)
        X = rows.X * unaveraged[:, None]
        eta = unaveraged * rows.offset + X @ mean
        eta[known] += self._level[place]
        if covariance is None:
            return X, eta, np.zeros(eta.size)
        total = X.copy()
        total[known] += self._slope[place]
        variance = np.einsum("ij,ij->i", total @ covariance, total)
        variance[known] += 1 / self._precision[place]
        return X, eta, variance

    def _log_likelihood(
        self, rows: WeightedData, codes: npt.NDArray[np.intp], mean: Floats, covariance: Floats
    ) -> float:
        _, eta, variance = self._log_odds(rows, codes, mean, covariance)
        return float(rows.weight @ (rows.y * eta - softplus_average(eta, variance)))

    def _block_sums(
        self, rows: WeightedData, codes: npt.NDArray[np.intp], mean: Floats, covariance: Floats | None
    ) -> _Sums:
        """Compute the sums of a block of rows, given (1 + k,) and (1 + k, 1 + k) arrays."""
        X, eta, variance = self._log_odds(rows, codes, mean, covariance)
        if covariance is None:
            p = sigmoid(eta)
            slope = p * (1 - p)
        else:
            p, slope = logistic_averages(eta, variance)
        residual, slope = rows.weight * (rows.y - p), rows.weight * slope
        weighted, known = X * slope[:, None], codes != UNKNOWN
        place, n = codes[known], self._level.size
        return _Sums(
            X.T @ residual,
            X.T @ weighted,
            np.bincount(place, residual[known], n).astype(float),
            np.bincount(place, slope[known], n).astype(float),
            np.stack([np.bincount(place, column, n) for column in weighted[known].T], axis=1),
        )


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
