"""What outcomes say of the coefficients: the log likelihood, row by row or as the parabola many rows make."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ..data.answers.observations import Floats
from .logistic_normal import averages, softplus_average
from .predictive_distribution import sigmoid
from .prior import Rows

_ROWS = 4096  # so many at a time fit a processor's cache


def log_likelihood(coefficients: Floats, rows: Rows) -> float:
    """Return ``Σ w [y η - log(1 + exp η)]``, the weighted log likelihood."""
    eta = rows.design @ coefficients + rows.offset
    return float(rows.weight @ (rows.outcome * eta - np.logaddexp(0, eta)))


def gradient(coefficients: Floats, rows: Rows) -> Floats:
    """Return the gradient of `log_likelihood`: (1 + k,) array."""
    residual = rows.outcome - sigmoid(rows.design @ coefficients + rows.offset)
    return np.asarray(rows.design.T @ (rows.weight * residual))


def information(coefficients: Floats, rows: Rows) -> Floats:
    """Return the negative Hessian of `log_likelihood`: (1 + k, 1 + k) array."""
    p = sigmoid(rows.design @ coefficients + rows.offset)
    return _curvature(rows, p * (1 - p))


class Likelihood(Protocol):
    """A log likelihood ``ℓ`` as `approximate` asks for it: averaged over ``N(mean, covariance)``."""

    def slopes(self, mean: Floats, covariance: Floats | None) -> tuple[Floats, Floats]:
        """Return ``E[∇ℓ]`` and ``-E[∇²ℓ]``; at the mean alone without a covariance."""

    def expected(self, mean: Floats, covariance: Floats) -> float:
        """Return ``E[ℓ]``, up to a constant."""


@dataclass(frozen=True)
class Exact:
    """The log likelihood of some interviews, row by row."""

    rows: Rows

    def slopes(self, mean: Floats, covariance: Floats | None) -> tuple[Floats, Floats]:
        """Return ``E[∇ℓ]`` and ``-E[∇²ℓ]``: (1 + k,) and (1 + k, 1 + k) arrays."""
        uphill, curvature = np.zeros(mean.size), np.zeros((mean.size,) * 2)
        for rows in batches(self.rows):
            eta = rows.design @ mean + rows.offset
            if covariance is None:
                chance = sigmoid(eta)
                slope = chance * (1 - chance)
            else:
                chance, slope = averages(eta, _variance(covariance, rows))
            uphill += rows.design.T @ (rows.weight * (rows.outcome - chance))
            curvature += _curvature(rows, slope)
        return uphill, curvature

    def expected(self, mean: Floats, covariance: Floats) -> float:
        """Return ``E[ℓ]``."""
        total = 0.0
        for rows in batches(self.rows):
            eta = rows.design @ mean + rows.offset
            softplus = softplus_average(eta, _variance(covariance, rows))
            total += float(rows.weight @ (rows.outcome * eta - softplus))
        return total

    def most(self) -> Floats:
        """Return ``Σ w x xᵀ / 4``, the curvature at its largest: (1 + k, 1 + k) array."""
        parts = (_curvature(rows, np.full(rows.outcome.size, 0.25)) for rows in batches(self.rows))
        return np.asarray(sum(parts))


@dataclass(frozen=True)
class Parabola:
    """A log likelihood near one point, to second order: ``g·d - ½ dᵀHd`` with ``d`` the way from there.

    Parameters
    ----------
    at : (1 + k,) array
    gradient : (1 + k,) array
        ``g``.
    curvature : (1 + k, 1 + k) array
        ``H``.

    Examples
    --------
    >>> steep = Parabola(np.zeros(1), np.array([1.0]), np.array([[4.0]]))
    >>> steep.slopes(np.array([0.25]), None)
    (array([0.]), array([[4.]]))
    """

    at: Floats
    gradient: Floats
    curvature: Floats

    def slopes(self, mean: Floats, covariance: Floats | None) -> tuple[Floats, Floats]:  # noqa: ARG002
        """Return ``E[∇ℓ]`` and ``-E[∇²ℓ]``: (1 + k,) and (1 + k, 1 + k) arrays."""
        return self.gradient - self.curvature @ (mean - self.at), self.curvature

    def expected(self, mean: Floats, covariance: Floats) -> float:
        """Return ``E[ℓ]``, less what it is at ``at``."""
        away = mean - self.at
        return float(
            self.gradient @ away - (away @ self.curvature @ away + np.sum(self.curvature * covariance)) / 2
        )


def batches(rows: Rows) -> Iterator[Rows]:
    """Yield the rows some thousand at a time; at least once."""
    for first in range(0, max(rows.outcome.size, 1), _ROWS):
        yield rows[first : first + _ROWS]


def _curvature(rows: Rows, slope: Floats) -> Floats:
    """Return ``Xᵀ diag(w slope) X``: (1 + k, 1 + k) array."""
    half = rows.design * np.sqrt(rows.weight * slope)[:, None]
    return np.asarray(half.T @ half)  # a product with itself takes half as long


def _variance(covariance: Floats, rows: Rows) -> Floats:
    """Return the variance ``xᵀVx`` of each row's log-odds: (n,) array."""
    across = rows.design.T  # numbers of one feature lie side by side
    return np.asarray(np.einsum("ji,ji->i", covariance @ across, across))
