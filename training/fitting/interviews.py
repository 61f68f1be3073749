"""Interviews with outcomes, wherever they lie: what learning asks of them are sums over parts of them."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial

import numpy as np

from ...data.answers.observations import Floats
from ...model.likelihood import Exact
from ...model.prior import Prior, Rows

Combine = Callable[[Floats, Floats], Floats]


class Interviews(ABC):
    """Interviews with outcomes as `model.likelihood.Likelihood` wants them, and what more learning asks.

    Each answer is a sum, or a maximum, over parts of them, added up in their order.
    """

    @property
    @abstractmethod
    def n(self) -> int:
        """How many there are."""

    @abstractmethod
    def over(self, part: Callable[[Rows], Floats], combine: Combine = np.add) -> Floats:
        """Return what an array for each part combines to.

        Parameters
        ----------
        part : callable
            Gives an array for some of the interviews, none among them.
        combine : callable
            Of two such arrays.
        """

    @abstractmethod
    def near(self, prior: Prior) -> Floats:
        """Return coefficients not far from the mode under a prior: (1 + k,) array."""

    def slopes(self, mean: Floats, covariance: Floats | None) -> tuple[Floats, Floats]:
        """Return ``E[∇ℓ]`` and ``-E[∇²ℓ] = Σ xᵀ E[p (1 - p)] x``: (1 + k,) and (1 + k, 1 + k) arrays."""
        both = self.over(partial(_slopes, mean=mean, covariance=covariance))
        return both[:, 0], both[:, 1:]

    def expected(self, mean: Floats, covariance: Floats) -> float:
        """Return ``E[ℓ]``."""
        return float(self.over(partial(_expected, mean=mean, covariance=covariance)))

    def told(self, prior: Prior) -> float:
        """Return ``t = Σ w xᵀCx / 4``, what the outcomes can tell of the weights at most.

        ``C`` is the covariance of the weights under a prior, and ¼ the most information one outcome has.
        """
        return float(np.sum(prior.covariance[1:, 1:] * self.over(_most)[1:, 1:]))

    def longest(self, steps: Floats) -> Floats:
        """Return the largest change of any interview's log-odds that each step of the coefficients makes.

        Parameters
        ----------
        steps : (m, 1 + k) array

        Returns
        -------
        (m,) array
        """
        return self.over(partial(_longest, steps=steps), np.maximum)


def _slopes(rows: Rows, mean: Floats, covariance: Floats | None) -> Floats:
    return np.column_stack(Exact(rows).slopes(mean, covariance))


def _expected(rows: Rows, mean: Floats, covariance: Floats) -> Floats:
    return np.asarray(Exact(rows).expected(mean, covariance))


def _most(rows: Rows) -> Floats:
    return Exact(rows).most()


def _longest(rows: Rows, steps: Floats) -> Floats:
    return np.asarray(np.abs(steps @ rows.design.T).max(axis=1, initial=0.0))
