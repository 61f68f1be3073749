"""Labels in a row that do not meet."""

from collections.abc import Sequence


def spread_out(
    places: Sequence[float], sizes: Sequence[float], low: float, high: float, gap: float
) -> list[float]:
    """Return where the middles of labels lie so that none meet: as near to their places as that allows.

    Those that would meet are pushed apart alike; their order is that of their places.

    Parameters
    ----------
    places, sizes : sequence of float
        Where each would stand, and how long it is, all in one unit.
    low, high : float
        Where the row begins and ends; labels too many for it reach beyond on both sides.
    gap : float
        Between two labels.

    Returns
    -------
    list of float

    Examples
    --------
    >>> spread_out([50, 50, 90], [10, 10, 10], 0, 100, 2)
    [44.0, 56.0, 90.0]
    """
    order = sorted(range(len(places)), key=places.__getitem__)
    lengths, at = [sizes[i] for i in order], [places[i] for i in order]
    one = _from_right(_from_left(at, lengths, low, gap), lengths, high, gap)
    other = _from_left(_from_right(at, lengths, high, gap), lengths, low, gap)
    found = [0.0] * len(order)
    for i, a, b in zip(order, one, other, strict=True):
        found[i] = (a + b) / 2
    return found


def _from_left(places: Sequence[float], sizes: Sequence[float], low: float, gap: float) -> list[float]:
    """Push what meets to the right, beginning at the left edge."""
    placed: list[float] = []
    edge = low
    for place, size in zip(places, sizes, strict=True):
        placed.append(max(place, edge + size / 2))
        edge = placed[-1] + size / 2 + gap
    return placed


def _from_right(places: Sequence[float], sizes: Sequence[float], high: float, gap: float) -> list[float]:
    """Push what meets to the left, beginning at the right edge."""
    mirrored = _from_left([-place for place in reversed(places)], sizes[::-1], -high, gap)
    return [-place for place in reversed(mirrored)]
