"""The look-up tables of a scorecard: means over forms, and the halo discount from a sum of weights."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from ...data.answers.observations import Floats
from ...data.catalogue.questions import Signal
from ...model.predictive_distribution import shrinkage
from .card import UNIT, Counting, Keeping, band
from .points import Ints, Row
from .simulated_forms import CardForms

LARGEST = 9
_ROUNDS = 8
_DEGREE = 2
_FINEST = 0.02  # log-odds between bands of weights, at points as large as usual
_MOST_BANDS = 36  # of weights, that a page holds
_POINT_BAND = 10
_MOST_POINT_BANDS = 22
_SHARE_CUTS = (400, 700)
_FEW = 10  # forms that no curve is fitted to
_PRIOR_FORMS = 1.0  # what a fitted curve counts for in a cell, in forms


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


def counting_table(
    discounts: Discounts, forms: CardForms, points: Floats, asked: tuple[str, ...]
) -> Counting:
    """Return the table of shares that count.

    Parameters
    ----------
    discounts : Discounts
        Fitted to the same forms.
    forms : CardForms
    points : (n,) array
        Of their answers, not yet discounted.
    asked : tuple of str
        Ids of the questions.
    """
    log_odds = UNIT * points
    possible = discounts.possible
    every = np.arange(possible[0], possible[-1] + 1)
    curve = discounts.at(every.astype(float))
    usual = np.array(
        [np.sqrt(np.mean(log_odds[discounts.pattern == which] ** 2)) for which in range(len(curve))]
    )
    finest = _FINEST
    while len(cuts := _cuts(curve * usual[:, None], finest)) >= _MOST_BANDS:
        finest *= 1.1
    # bands that no sum falls into are joined to those before them
    first = np.unique(band(possible, tuple(every[list(cuts)].tolist())), return_index=True)[1]
    cuts = tuple(possible[first[1:]].tolist())
    of_sums = curve[:, possible - every[0]]
    fitted = np.column_stack(
        [of_sums[:, low:high].mean(axis=1) for low, high in pairwise((*first, possible.size))]
    )
    weight = forms.slope**2 * (log_odds**2 + np.mean(log_odds**2) / 20)
    cells = _cell_means(forms.discount, discounts.pattern, band(discounts.sums, cuts), weight, fitted)
    return Counting(tuple(asked[j] for j in discounts.marked), cuts, _whole(1000 * cells))


def _cuts(counted: Floats, finest: float) -> tuple[int, ...]:
    """Return the sums of weights at which what counts has moved by more than this since the last."""
    cuts = [0]
    for weight in range(1, counted.shape[1]):
        if np.max(np.abs(counted[:, weight] - counted[:, cuts[-1]])) > finest:
            cuts.append(weight)
    return tuple(cuts[1:])


def keeping_table(
    forms: CardForms,
    rows: Sequence[Row],
    signals: Sequence[Signal],
    counted: Ints,
    share: Ints,
    rare: tuple[str, int] | None,
    shrink: float,
) -> Keeping:
    """Return the table of what is kept, ``κ / κ₀``.

    Parameters
    ----------
    forms : CardForms
    rows, signals : sequence of Row, of Signal
        The questions of the card.
    counted, share : (n,) array of int
        What the counting table makes of the forms.
    rare : (str, int) or None
        Signal and place of the answer with columns of its own.
    shrink : float
        ``κ₀``.
    """
    ends = np.quantile(counted, (0.0005, 0.9995))
    wide = _POINT_BAND * max(1, math.ceil((ends[1] - ends[0]) / _POINT_BAND / _MOST_POINT_BANDS))
    low, high = (int(end) // wide for end in ends)
    point_cuts = tuple(wide * i for i in range(low + 1, high + 1))
    share_cuts = tuple(cut for cut in _SHARE_CUTS if share.min() < cut <= share.max())
    empty = Keeping(point_cuts, share_cuts, rare, ())
    quantity = {s.id: s.typical + s.turn * s.spread * z for s, z in zip(signals, forms.z.T, strict=True)}
    columns = (len(share_cuts) + 1) * (1 if rare is None else 2)
    column = band(share, share_cuts) + (len(share_cuts) + 1) * empty.given(rows, quantity)
    ratio, weight = shrinkage(forms.variance) / shrink, (forms.slope * forms.eta) ** 2
    middles = wide * (np.arange(low, high + 1, dtype=float) + 0.5)
    fitted = np.column_stack(
        [_curve(counted, ratio, weight * (column == which), middles) for which in range(columns)]
    )
    cells = _cell_means(ratio, band(counted, point_cuts), column, weight, fitted)
    return replace(empty, kept=_whole(100 * cells))


def typical_variance(forms: CardForms) -> tuple[float, ...]:
    """Return the mean variance of the log-odds by the chance, from 0 to 100 per cent."""
    chance = np.rint(100 * forms.probability).astype(np.int64)
    count = np.bincount(chance, minlength=101)
    total = np.bincount(chance, forms.variance, minlength=101)
    often = np.flatnonzero(count >= _FEW)
    return tuple(np.interp(np.arange(101), often, total[often] / count[often]).tolist())


def _curve(x: Floats | Ints, y: Floats, weight: Floats, at: Floats) -> Floats:
    """Return a weighted least-squares parabola at some places, held within what was seen."""
    here = weight > 0 if np.count_nonzero(weight) > _FEW else np.ones(x.size, dtype=bool)
    root = np.sqrt(np.maximum(weight[here], 1e-12))[:, None]
    sides = np.vander(x[here] / _POINT_BAND, 3) * root
    best = np.linalg.lstsq(sides, y[here] * root[:, 0], rcond=1e-6)[0]
    return np.asarray(np.clip(np.vander(at / _POINT_BAND, 3) @ best, y[here].min(), y[here].max()))


def _cell_means(value: Floats, row: Ints, column: Ints, weight: Floats, fitted: Floats) -> Floats:
    """Return weighted means by cell, where there are few forms drawn to what was fitted."""
    index = row * fitted.shape[1] + column
    few = max(_PRIOR_FORMS * float(weight.mean()), 1e-12)  # signs that tell nothing weigh nothing
    total = np.bincount(index, weight, fitted.size).reshape(fitted.shape)
    of_value = np.bincount(index, weight * value, fitted.size).reshape(fitted.shape)
    return np.asarray((of_value + few * fitted) / (total + few))


def _whole(cells: Floats) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(row) for row in np.rint(cells).astype(int).tolist())
