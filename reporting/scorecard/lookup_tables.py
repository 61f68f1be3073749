"""The tables of a scorecard: weighted means over forms, in cells of whole numbers."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from ...data.answers.observations import Floats
from ...data.catalogue.questions import Signal
from ...model.predictive_distribution import shrinkage
from .card import UNIT, Counting, Keeping, band
from .points import Ints, Row
from .simulated_forms import CardForms
from .weight_sums import Discounts

_FINEST = 0.02  # log-odds between bands of weights, at points as large as usual
_MOST_BANDS = 36  # of weights, that a page holds
_POINT_BAND = 10
_MOST_POINT_BANDS = 22
_SHARE_CUTS = (400, 700)
_FEW = 10  # forms that no curve is fitted to
_PRIOR_FORMS = 1.0  # what a fitted curve counts for in a cell, in forms


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
