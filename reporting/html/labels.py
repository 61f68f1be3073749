"""Words in a picture: how wide they are at most, and rows of them in which none meet."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ..label_layout import spread_out
from .markup import tag, words
from .svg import WIDTH, Svg

SIZES = {"": 11.0, "pic-bold": 11.0, "pic-big": 15.0}  # units, as in pictures.css
GAP = 6.0  # units between two labels
_NARROW, _BROAD = set(" .,:;|!'iljtfr()-+"), set("mwMWGOQ%@<>")


class Label(NamedTuple):
    """Words to stand at a place.

    Parameters
    ----------
    at : float
        The middle, where there is room.
    said : str
    weight : str
        A class that says more than that it is text: ``pic-bold`` or ``pic-big``.
    """

    at: float
    said: str
    weight: str = ""


@lru_cache(maxsize=1024)
def width_of(said: str, weight: str = "") -> float:
    """Return how wide words are in a broad typeface, in units; others are narrower.

    Examples
    --------
    >>> width_of("36 %") < width_of("36 %", "pic-bold") < width_of("36 %", "pic-big")
    True
    """
    ems = sum(0.45 if c in _NARROW else 0.98 if c in _BROAD else 0.67 for c in said)
    return ems * SIZES[weight] * (1.12 if weight else 1.0)


def text(x: float, y: float, said: str, weight: str = "", anchor: str = "middle", tone: str = "") -> Svg:
    """Return words whose baseline is at ``y``; ``tone`` is a class for their colour."""
    classes = " ".join(filter(None, ("pic-text", weight, tone)))
    return tag("text", words(said), x=x, y=y, text_anchor=anchor, class_=classes)


def spread(labels: Sequence[Label], low: float = 2.0, high: float = WIDTH - 2) -> list[float]:
    """Return where labels stand so that none meet: as near to their places as that allows.

    Those that would meet are pushed apart alike; their order is that of their places.

    Examples
    --------
    >>> a, b = spread([Label(160, "36 %"), Label(160, "36 %")])
    >>> round(a + b), round(b - a - width_of("36 %"))
    (320, 6)
    >>> spread([Label(0, "36 %")]) == [2 + width_of("36 %") / 2]
    True
    """
    widths = [width_of(label.said, label.weight) for label in labels]
    return spread_out([label.at for label in labels], widths, low, high, GAP)


def row(y: float, labels: Sequence[Label], ticks: Sequence[Label] = (), low: float = 2.0) -> list[Svg]:
    """Return a row of labels, and of those ticks beside them for which there is room."""
    placed = list(zip(spread(labels, low), labels, strict=True))
    taken = [_ends(x, label) for x, label in placed]
    shown = [text(x, y, label.said, label.weight, tone="pic-ink") for x, label in placed]
    for tick in ticks:
        x = spread([tick], low)[0]
        left, right = _ends(x, tick)
        if all(right + GAP <= start or end + GAP <= left for start, end in taken):
            taken.append((left, right))
            shown.append(text(x, y, tick.said, tick.weight))
    return shown


def _ends(x: float, label: Label) -> tuple[float, float]:
    half = width_of(label.said, label.weight) / 2
    return x - half, x + half
