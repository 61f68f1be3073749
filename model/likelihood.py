"""The log likelihood of the outcomes given the coefficients: row by row, or as a quadratic approximation.

``ℓ(β) = Σ wᵢ [yᵢ ηᵢ - log(1 + exp ηᵢ)]`` with log-odds ``ηᵢ = offsetᵢ + xᵢᵀβ``. Coefficients ``β`` are
``1 + k``: the intercept, in log-odds, then the weights, in log-odds per standard unit. Second derivatives
are given as the information ``-∇²ℓ = Xᵀ diag(w p (1 - p)) X``, which is positive semidefinite.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..data.answers.observations import Floats
from .logistic_normal import logistic_averages, softplus_average
from .predictive_distribution import sigmoid
from .prior import WeightedData

_BLOCK_ROWS = 4096  # a block fits in a processor's cache


def log_likelihood(coefficients: Floats, data: WeightedData) -> float:
    """Compute the weighted log likelihood ``ℓ(β)``.

    Parameters
    ----------
    coefficients : (1 + k,) array
        ``β``.
    data : WeightedData
        ``n`` rows.
    """
    eta = data.X @ coefficients + data.offset
    return float(data.weight @ (data.y * eta - np.logaddexp(0, eta)))


def gradient(coefficients: Floats, data: WeightedData) -> Floats:
    """Compute the gradient of the log likelihood, ``∇ℓ = Xᵀ (w (y - p))``.

    Parameters
    ----------
    coefficients : (1 + k,) array
        ``β``.
    data : WeightedData
        ``n`` rows.

    Returns
    -------
    (1 + k,) array
    """
    residual = data.y - sigmoid(data.X @ coefficients + data.offset)
    return np.asarray(data.X.T @ (data.weight * residual))


def information(coefficients: Floats, data: WeightedData) -> Floats:
    """Compute the information, ``-∇²ℓ = Xᵀ diag(w p (1 - p)) X``.

    Parameters
    ----------
    coefficients : (1 + k,) array
        ``β``.
    data : WeightedData
        ``n`` rows.

    Returns
    -------
    (1 + k, 1 + k) array
    """
    p = sigmoid(data.X @ coefficients + data.offset)
    return _information(data, p * (1 - p))


class Likelihood(Protocol):
    """A log likelihood ``ℓ`` for `approximate_posterior`, averaged over ``β ~ N(mean, covariance)``."""

    def gradient_and_hessian(self, mean: Floats, covariance: Floats | None) -> tuple[Floats, Floats]:
        """Compute the averaged gradient of ``ℓ`` and the averaged Hessian of ``-ℓ``.

        The sign is that of the information: the second array is positive semidefinite.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array or None
            None evaluates both at the mean.

        Returns
        -------
        gradient : (1 + k,) array
            ``E[∇ℓ]``.
        information : (1 + k, 1 + k) array
            ``-E[∇²ℓ]``.
        """

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> float:
        """Compute ``E[ℓ]``, up to a constant.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array
        """


@dataclass(frozen=True)
class LogisticLikelihood:
    """The exact log likelihood of weighted interviews.

    Parameters
    ----------
    data : WeightedData
        ``n`` rows.
    """

    data: WeightedData

    def gradient_and_hessian(self, mean: Floats, covariance: Floats | None) -> tuple[Floats, Floats]:
        """Compute ``E[∇ℓ]`` and ``-E[∇²ℓ]``: (1 + k,) and (1 + k, 1 + k) arrays.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array or None
            None evaluates both at the mean.
        """
        gradient, information = np.zeros(mean.size), np.zeros((mean.size,) * 2)
        for block in row_blocks(self.data):
            eta = block.X @ mean + block.offset
            if covariance is None:
                p = sigmoid(eta)
                slope = p * (1 - p)
            else:
                p, slope = logistic_averages(eta, _variance(covariance, block))
            gradient += block.X.T @ (block.weight * (block.y - p))
            information += _information(block, slope)
        return gradient, information

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> float:
        """Compute ``E[ℓ]``.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array
        """
        total = 0.0
        for block in row_blocks(self.data):
            eta = block.X @ mean + block.offset
            softplus = softplus_average(eta, _variance(covariance, block))
            total += float(block.weight @ (block.y * eta - softplus))
        return total

    def max_information(self) -> Floats:
        """Compute an upper bound of the information, ``Σ w x xᵀ / 4``: (1 + k, 1 + k) array."""
        parts = (_information(block, np.full(block.y.size, 0.25)) for block in row_blocks(self.data))
        return np.asarray(sum(parts))


@dataclass(frozen=True)
class QuadraticLikelihood:
    """A second-order approximation of a log likelihood, ``gᵀd - ½ dᵀHd`` with ``d = β - point``.

    Parameters
    ----------
    point : (1 + k,) array
        Coefficients at which the approximation is made.
    gradient : (1 + k,) array
        ``g``, the gradient of the log likelihood there.
    information : (1 + k, 1 + k) array
        ``H``, its negative Hessian there.
    value : float
        The log likelihood there.

    Examples
    --------
    >>> likelihood = QuadraticLikelihood(np.zeros(1), np.array([1.0]), np.array([[4.0]]))
    >>> likelihood.gradient_and_hessian(np.array([0.25]), None)
    (array([0.]), array([[4.]]))
    """

    point: Floats
    gradient: Floats
    information: Floats
    value: float = 0.0

    def gradient_and_hessian(
        self,
        mean: Floats,
        covariance: Floats | None,  # noqa: ARG002 (of a quadratic the averages do not depend on it)
    ) -> tuple[Floats, Floats]:
        """Compute ``E[∇ℓ] = g - Hd`` and ``-E[∇²ℓ] = H``: (1 + k,) and (1 + k, 1 + k) arrays.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array or None
            Has no effect.
        """
        return self.gradient - self.information @ (mean - self.point), self.information

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> float:
        """Compute ``E[ℓ] = ℓ(point) + gᵀd - ½ (dᵀHd + tr HV)``.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array
            ``V``.
        """
        d = mean - self.point
        curved = d @ self.information @ d + np.sum(self.information * covariance)
        return float(self.value + self.gradient @ d - curved / 2)


def row_blocks(data: WeightedData) -> Iterator[WeightedData]:
    """Yield the rows in blocks of a few thousand; one empty block if there are no rows."""
    for first in range(0, max(data.y.size, 1), _BLOCK_ROWS):
        yield data[first : first + _BLOCK_ROWS]


def _information(data: WeightedData, slope: Floats) -> Floats:
    """Compute ``Xᵀ diag(w slope) X``, (1 + k, 1 + k) array, from the slopes ``p (1 - p)``, (n,) array."""
    half = data.X * np.sqrt(data.weight * slope)[:, None]
    return np.asarray(half.T @ half)  # BLAS needs half the time for a matrix times its own transpose


def _variance(covariance: Floats, data: WeightedData) -> Floats:
    """Compute the variance ``xᵀVx`` of each row's log-odds, (n,) array, from ``V``, (1 + k, 1 + k) array."""
    transposed = data.X.T  # einsum is fastest along rows, and X has its columns contiguous
    return np.asarray(np.einsum("ji,ji->i", covariance @ transposed, transposed))
