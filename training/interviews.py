"""Interviews with outcomes, wherever they lie: what learning asks of them are sums over parts of them."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np

from ..data.observations import Floats
from ..model.likelihood import Exact
from ..model.prior import Prior, Rows, prior_interviews
from ..model.threads import in_order, one_thread
from .mode import posterior_mode

SAMPLE = 20_000
_PART = 16_384  # rows
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

    def longest(self, steps: Floats) -> float:
        """Return the largest change of any interview's log-odds that some steps of the coefficients make.

        Parameters
        ----------
        steps : (m, 1 + k) array
        """
        return float(self.over(partial(_longest, steps=steps), np.maximum))


@dataclass(frozen=True)
class Held(Interviews):
    """Interviews in memory.

    Parameters
    ----------
    rows : Rows
    """

    rows: Rows

    @property
    def n(self) -> int:
        """How many there are."""
        return int(self.rows.outcome.size)

    def over(self, part: Callable[[Rows], Floats], combine: Combine = np.add) -> Floats:
        """Return what an array for each part combines to."""
        return reduce(combine, in_order(part, parts_of(self.rows)))

    def near(self, prior: Prior) -> Floats:
        """Return the mode for every so-many-th of them, each standing for its neighbours: (1 + k,) array."""
        return mode_of_some(self.rows[:: stride(self.n)], self.n, prior)


def parts_of(rows: Rows) -> list[Rows]:
    """Return the rows some thousand at a time, without copying any; at least one part."""
    return [rows[first : first + _PART] for first in range(0, max(rows.outcome.size, 1), _PART)]


def stride(n: int) -> int:
    """Return the how-many-eth interview is taken where some twenty thousand are enough.

    Examples
    --------
    >>> stride(50), stride(45_000), stride(1_000_000)
    (1, 2, 50)
    """
    return max(n // SAMPLE, 1)


def mode_of_some(some: Rows, n: int, prior: Prior) -> Floats:
    """Return the mode for some of ``n`` interviews, each standing for its neighbours: (1 + k,) array."""
    counted = Rows(some.design, some.outcome, some.weight * (n / max(some.outcome.size, 1)), some.offset)
    with one_thread(counted.outcome.size):
        return posterior_mode(counted + prior_interviews(prior))


def _slopes(rows: Rows, mean: Floats, covariance: Floats | None) -> Floats:
    return np.column_stack(Exact(rows).slopes(mean, covariance))


def _expected(rows: Rows, mean: Floats, covariance: Floats) -> Floats:
    return np.asarray(Exact(rows).expected(mean, covariance))


def _most(rows: Rows) -> Floats:
    return Exact(rows).most()


def _longest(rows: Rows, steps: Floats) -> Floats:
    return np.asarray(np.abs(rows.design @ steps.T).max(initial=0.0))
