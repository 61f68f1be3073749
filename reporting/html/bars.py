"""A bar for what one sign adds, beside its row in a table."""

import math
from functools import lru_cache

from .svg import Svg, hatched, inline, line, rect

WIDTH, HEIGHT = 120.0, 14.0
_HALF = WIDTH / 2 - 1
_SHORTEST = 2.0


def signed_bar(share: float) -> Svg:
    """Return a bar from a middle line: solid to the right for an offer, hatched to the left against it.

    Parameters
    ----------
    share : float
        From -1 to 1, of the longest bar; 0 draws the line alone.

    Returns
    -------
    Svg

    Examples
    --------
    >>> "pic-outline" in signed_bar(-0.5), "pic-solid" in signed_bar(0.5)
    (True, True)
    """
    hundredths = math.copysign(max(0.01, round(abs(share), 2)), share) if share else 0.0
    return _bar(hundredths)  # at most 201 of them, drawn once each


@lru_cache(maxsize=256)
def _bar(share: float) -> Svg:
    middle, top, height = WIDTH / 2, 2.0, HEIGHT - 4
    length = max(_SHORTEST, min(1.0, abs(share)) * _HALF)
    bar = Svg()
    if share > 0:
        bar = rect(middle, top, length, height, "pic-solid")
    elif share < 0:
        bar = hatched(middle - length, top, length, height)
    return inline(WIDTH, HEIGHT, bar, line(middle, 0, middle, HEIGHT, "pic-axis"), class_="pic-bar")
