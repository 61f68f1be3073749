"""The halo discount from a sum of whole weights."""

from dataclasses import dataclass

import numpy as np

from ...data.answers.observations import Floats
from .points import Ints

LARGEST = 9
_ROUNDS = 8
_DEGREE = 2


@dataclass(frozen=True)
class Discounts:
    """The halo discount as a function of which marked questions are answered, and of a sum of weights.

    Parameters
    ----------
    marked : list of int
        Places of the marked questions.
    weights : (k,) array of int
        Of every question; 0 for marked ones.
    sums, pattern : (n,) array of int
        Of the forms fitted to.
    curves : (p, 3) array
        Coefficients of ``1/c``, a polynomial in the sum: a row a pattern.
    """

    marked: list[int]
    weights: Ints
    sums: Ints
    pattern: Ints
    curves: Floats

    @property
    def possible(self) -> Ints:
        """Every sum of weights that some answers have, the lowest first."""
        sums = np.zeros(1, dtype=np.int64)
        for weight in self.weights:
            sums = np.union1d(sums, sums + weight)
        return sums

    def at(self, sums: Floats) -> Floats:
        """Return the fitted discounts: (p, m) array, a column a sum."""
        return np.asarray(1 / np.maximum(1.0, self.curves @ _powers(sums).T))


def whole_weights(
    answered: Floats, discount: Floats, marked: list[int], first: Floats, importance: Floats
) -> Discounts:
    """Return whole weights, -9 to 9, whose sum tells the halo discount best.

    Least squares for ``1/c = f(Σw)``, with a polynomial ``f`` for each pattern of marked questions, by
    Gauss-Newton steps from the first weights. ``1/c`` and not ``c``, since it is nearly linear in how many
    equal signs are answered: ``1 + (n - 1) λ²``.

    Parameters
    ----------
    answered : (n, k) array of 0 and 1
    discount : (n,) array
    marked : list of int
        Places of the marked questions.
    first : (k,) array
        Weights to begin with.
    importance : (n,) array
        What a squared error in ``1/c`` costs.

    Returns
    -------
    Discounts
    """
    pattern = pattern_of(answered, marked)
    free = np.setdiff1d(np.flatnonzero(first > 0), marked)
    root = np.sqrt(importance)
    weights = np.zeros(first.size)
    weights[free] = LARGEST * first[free] / first[free].max() if free.size else 0.0
    for _ in range(_ROUNDS if free.size else 0):
        sums = answered @ weights
        curves = _curves(sums, pattern, 1 / discount, root)[pattern]
        powers = _powers(sums)
        slope = np.sum(curves[:, 1:] * powers[:, :-1] * np.arange(1, _DEGREE + 1), axis=1)
        missed = 1 / discount - np.sum(curves * powers, axis=1)
        moves = answered[:, free] * (root * slope)[:, None]
        ridge = 1e-6 * np.trace(moves.T @ moves) / free.size * np.eye(free.size)
        step = np.linalg.solve(moves.T @ moves + ridge, moves.T @ (root * missed))
        weights[free] += step
        weights *= LARGEST / max(np.abs(weights).max(), 1e-9)
    whole = np.rint(weights).astype(np.int64)
    curves = _curves(answered @ whole, pattern, 1 / discount, root)
    return Discounts(marked, whole, np.rint(answered @ whole).astype(np.int64), pattern, curves)


def pattern_of(answered: Floats, marked: list[int]) -> Ints:
    """Return which marked questions are answered, as a sum of 1, 2, 4: (n,) array."""
    return np.asarray(answered[:, marked] @ (2 ** np.arange(len(marked))), dtype=np.int64)


def _curves(sums: Floats, pattern: Ints, inverse: Floats, root: Floats) -> Floats:
    """Return the polynomial of each pattern."""
    found = []
    for which in range(int(pattern.max()) + 1):
        here = pattern == which
        sides = _powers(sums[here]) * root[here, None]
        found.append(np.linalg.lstsq(sides, root[here] * inverse[here], rcond=None)[0])
    return np.array(found)


def _powers(sums: Floats) -> Floats:
    return np.vander(sums, _DEGREE + 1, increasing=True)
