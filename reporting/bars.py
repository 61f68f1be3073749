"""How likely each number of offers is, in as few bars as can be read."""

from collections.abc import Sequence
from typing import NamedTuple

_SINGLE, _GROUPS = 6, 5  # bars above 0: one a number, or a range each
_UNSEEN = 0.005


class Bar(NamedTuple):
    """How likely some numbers of offers are.

    Parameters
    ----------
    said : str
        Which numbers.
    chance : float
    """

    said: str
    chance: float


def bars_of(distribution: Sequence[float]) -> list[Bar]:
    """Return a bar a number, or of many numbers one for none and up to five for ranges; they add up to all.

    Examples
    --------
    >>> [bar.said for bar in bars_of([0.1] * 12)]
    ['0', '1–3', '4–6', '7–9', '10+']
    >>> [bar.said for bar in bars_of([0.5, 0.3, 0.198, 0.001, 0.001])]
    ['0', '1', '2 or more']
    """
    last = max(i for i in range(len(distribution)) if i <= 1 or sum(distribution[i:]) >= _UNSEEN)
    width = 1 if last <= _SINGLE else -(-last // _GROUPS)
    starts = list(range(1, last + 1, width))
    bars = [Bar("0", distribution[0])]
    for start in starts[:-1]:
        said = f"{start}" if width == 1 else f"{start}–{start + width - 1}"
        bars.append(Bar(said, sum(distribution[start : start + width])))
    for start in starts[-1:]:
        ended = start == len(distribution) - 1
        said = f"{start}" if ended else f"{start} or more" if width == 1 else f"{start}+"
        bars.append(Bar(said, sum(distribution[start:])))
    return bars
