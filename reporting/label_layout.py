"""Places of labels in a row, without overlap."""

from collections.abc import Sequence


def spread_out(
    places: Sequence[float], sizes: Sequence[float], low: float, high: float, gap: float
) -> list[float]:
    """Compute places of labels so that none overlap, as near to the wanted places as possible.

    Labels that would overlap move apart by equal amounts. Their order does not change.

    Parameters
    ----------
    places, sizes : sequence of float
        Wanted middle and length of each label, in one unit.
    low, high : float
        Ends of the row. Labels that need more room extend beyond both ends.
    gap : float
        Smallest distance between two labels.

    Returns
    -------
    list of float
        Middle of each label.

    Examples
    --------
    >>> spread_out([50, 50, 90], [10, 10, 10], 0, 100, 2)
    [44.0, 56.0, 90.0]
    """
    order = sorted(range(len(places)), key=places.__getitem__)
    lengths, at = [sizes[i] for i in order], [places[i] for i in order]
    # pushing right then left favours one side; the mean of both orders treats the sides alike
    one = _from_right(_from_left(at, lengths, low, gap), lengths, high, gap)
    other = _from_left(_from_right(at, lengths, high, gap), lengths, low, gap)
    found = [0.0] * len(order)
    for i, a, b in zip(order, one, other, strict=True):
        found[i] = (a + b) / 2
    return found


def _from_left(places: Sequence[float], sizes: Sequence[float], low: float, gap: float) -> list[float]:
    """Move overlapping labels to the right, starting at the left edge."""
    placed: list[float] = []
    edge = low
    for place, size in zip(places, sizes, strict=True):
        placed.append(max(place, edge + size / 2))
        edge = placed[-1] + size / 2 + gap
    return placed


def _from_right(places: Sequence[float], sizes: Sequence[float], high: float, gap: float) -> list[float]:
    """Move overlapping labels to the left, starting at the right edge."""
    mirrored = _from_left([-place for place in reversed(places)], sizes[::-1], -high, gap)
    return [-place for place in reversed(mirrored)]
