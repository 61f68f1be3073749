"""SVG: the frame of a picture, its shapes, and labels that do not overlap."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ..label_layout import spread_out
from .markup import Markup, number, tag, words

WIDTH = 320.0  # units across a large picture: at 320 pixels a unit is a pixel
Svg = Markup
_ID = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
SIZES = {"": 11.0, "pic-bold": 11.0, "pic-big": 15.0}  # units, as in pictures.css
GAP = 6.0  # units between two labels
_NARROW, _BROAD = set(" .,:;|!'iljtfr()-+"), set("mwMWGOQ%@<>")


def picture(height: float, *drawn: Svg, title: str, desc: str, id: str) -> Svg:
    """Return a large picture that says what it shows.

    Parameters
    ----------
    height : float
        Of 320 units of width.
    *drawn : Svg
        What is in it; hidden from those who listen, because the description says it.
    title, desc : str
        Its name, and what it shows in a sentence or two with the figures.
    id : str
        Unique on the page: a letter, then letters, digits, and ``_ . -``.

    Returns
    -------
    Svg

    Raises
    ------
    ValueError
        For another id.

    Examples
    --------
    >>> picture(10, title="A & B", desc="Nothing.", id="x")[:64]
    '<svg class="pic" viewBox="0 0 320 10" role="img" aria-labelledby'
    """
    if not _ID.fullmatch(id):
        raise ValueError(f"an id starts with a letter and has no spaces, not {id!r}")
    return tag(
        "svg",
        tag("title", words(title), id=f"{id}-title"),
        tag("desc", words(desc), id=f"{id}-desc"),
        tag("g", *drawn, aria_hidden="true"),
        class_="pic",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
        aria_labelledby=f"{id}-title",
        aria_describedby=f"{id}-desc",
    )


def inline(width: float, height: float, *drawn: Svg, class_: str) -> Svg:
    """Return a small picture beside words that say the same, so it is hidden from those who listen."""
    box = f"0 0 {width:g} {height:g}"
    return tag("svg", *drawn, class_=class_, viewBox=box, aria_hidden="true", focusable="false")


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Svg:
    """Return a line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def rect(x: float, y: float, width: float, height: float, class_: str, rounded: float = 0) -> Svg:
    """Return a rectangle."""
    return tag("rect", x=x, y=y, width=width, height=height, rx=rounded, class_=class_)


def circle(x: float, y: float, r: float, class_: str) -> Svg:
    """Return a circle."""
    return tag("circle", cx=x, cy=y, r=r, class_=class_)


def path(class_: str, *points: tuple[float, float], closed: bool = False) -> Svg:
    """Return a line through points, or the area within them.

    Examples
    --------
    >>> path("pic-line", (0, 1), (2, 3.456))
    '<path d="M0.00 1.00L2.00 3.46" class="pic-line"/>'
    """
    d = "L".join([f"{x:.2f} {y:.2f}" for x, y in points])
    return tag("path", d=f"M{d}{'Z' if closed else ''}", class_=class_)


def hatched(x: float, y: float, width: float, height: float) -> Svg:
    """Return an outlined rectangle with diagonal strokes: told from a solid one without its colour."""
    strokes, c = [], x + 4
    while c < x + width + height:
        right, left = min(c, x + width), max(c - height, x)
        strokes.append(f"M{number(right)} {number(y + c - right)}L{number(left)} {number(y + c - left)}")
        c += 5
    hatch = tag("path", d="".join(strokes), class_="pic-hatch") if strokes else Svg()
    return Svg(hatch + rect(x, y, width, height, "pic-outline"))


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
