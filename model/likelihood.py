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
    residual = data.y - sigmoid(data.log_odds(coefficients))
    return np.asarray(data.cast(data.weight * residual) @ data.X, dtype=float)


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
    p = sigmoid(data.log_odds(coefficients))
    return _information(data, p * (1 - p))


class Likelihood(Protocol):
    """A log likelihood ``ℓ`` for `approximate_posterior`, averaged over ``β ~ N(mean, covariance)``.

    With a leading axis, as of a stack of priors, everything is computed for each of its distributions.
    """

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

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> float | Floats:
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
        gradient = np.zeros(mean.shape)
        information = np.zeros((*mean.shape, mean.shape[-1]))
        for block in row_blocks(self.data, _stacked(mean)):
            eta = block.log_odds(mean)
            if covariance is None:
                p = sigmoid(eta)
                slope = p * (1 - p)
            else:
                p, slope = logistic_averages(eta, _variance(covariance, block))
            gradient += block.cast(block.weight * (block.y - p)) @ block.X
            information += _information(block, slope)
        return gradient, information

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> Floats:
        """Compute ``E[ℓ]``.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array
        """
        total = np.zeros(mean.shape[:-1])
        for block in row_blocks(self.data, _stacked(mean)):
            eta = block.log_odds(mean)
            softplus = softplus_average(eta, _variance(covariance, block))
            total = total + (block.y * eta - softplus) @ block.weight
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
        return self.gradient - (mean - self.point) @ self.information, self.information

    def expected_log_likelihood(self, mean: Floats, covariance: Floats) -> Floats:
        """Compute ``E[ℓ] = ℓ(point) + gᵀd - ½ (dᵀHd + tr HV)``.

        Parameters
        ----------
        mean : (1 + k,) array
        covariance : (1 + k, 1 + k) array
            ``V``.
        """
        d = mean - self.point
        curved = np.sum((d @ self.information) * d, axis=-1)
        curved += np.sum(self.information * covariance, axis=(-2, -1))
        return np.asarray(self.value + d @ self.gradient - curved / 2)


def row_blocks(data: WeightedData, stacked: int = 1) -> Iterator[WeightedData]:
    """Yield the rows in blocks, of a few thousand in all ``stacked`` fits; one empty one without rows."""
    size = max(_BLOCK_ROWS // stacked, 1)
    for first in range(0, max(data.y.size, 1), size):
        yield data[first : first + size]


def _stacked(mean: Floats) -> int:
    """Count the means in an (..., 1 + k) array."""
    return int(mean.size // mean.shape[-1])


def _information(data: WeightedData, slope: Floats) -> Floats:
    """Compute ``Xᵀ diag(w slope) X`` from the slopes ``p (1 - p)``.

    (..., 1 + k, 1 + k) array from an (..., n) array.
    """
    half = data.X * data.cast(np.sqrt(data.weight * slope))[..., None]
    # BLAS halves the work for a matrix with its transpose
    return np.asarray(half.swapaxes(-1, -2) @ half, dtype=float)


def _variance(covariance: Floats, data: WeightedData) -> Floats:
    """Compute the variance ``xᵀVx`` of each row's log-odds from ``V``.

    (..., n) array from an (..., 1 + k, 1 + k) array.
    """
    transposed = data.X.T  # einsum is fastest along rows, and X has its columns contiguous
    return np.asarray(np.einsum("...ji,ji->...i", data.cast(covariance) @ transposed, transposed))
