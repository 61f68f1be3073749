"""HTML and SVG: elements, the shapes of pictures, and labels that do not overlap.

Every text and value is escaped. Colours are attributes of the shapes, so a picture needs no style sheet. Text
and axes take the text colour of the page around them; a page may set the other colours as ``--pic-accent``,
``--pic-against`` and ``--pic-paper``. Without these a picture has one colour and no background.
"""

import html
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple
from zlib import crc32

from ...data.errors import is_printable
from ..axis_scales import spread_out

_MARKUP = re.compile("[&<>\"']")
_VOID = frozenset(["br", "col", "hr", "meta"])  # elements of HTML that have no end
_CONTENT = frozenset(["caption", "div", "p", "span", "table", "tbody", "td", "th", "thead", "tr"])
WIDTH = 320.0  # units across a large picture
GAP = 6.0  # units between two labels
_SIZE = 11.0  # units, of text
_NARROW, _BROAD = set(" \u00a0.,:;|!'iljtfr()-+"), set("mwMWGOQ%@<>")
_INK = "currentColor"
_ACCENT = "var(--pic-accent,currentColor)"
_AGAINST = "var(--pic-against,currentColor)"
_PAPER = "var(--pic-paper,none)"
_DASH = ("stroke", "stroke_opacity", "stroke_width", "stroke_linecap", "stroke_dasharray")

PAINTS: dict[str, dict[str, str | float]] = {
    "axis": {"stroke": _INK, "stroke_opacity": 0.7},
    "grid": {"stroke": _INK, "stroke_opacity": 0.2, "stroke_width": 0.75},
    "track": {"fill": _INK, "fill_opacity": 0.5},
    "start": {"stroke": _INK, "stroke_width": 1.5},
    "promise": {"stroke": _INK, "stroke_opacity": 0.7, "stroke_width": 1.5, "stroke_dasharray": "2 3"},
    "diagonal": {"stroke": _INK, "stroke_opacity": 0.7, "stroke_dasharray": "4 3"},
    "band": {"fill": _ACCENT, "fill_opacity": 0.22, "stroke": _ACCENT},
    "area": {"fill": _ACCENT, "fill_opacity": 0.22},
    "edge": {"fill": "none", "stroke": _ACCENT, "stroke_width": 0.75},
    "line": {"fill": "none", "stroke": _ACCENT, "stroke_width": 2.5},
    "ahead": {"fill": "none", "stroke": _ACCENT, "stroke_width": 2.5, "stroke_dasharray": "5 3"},
    "whisker": {"stroke": _ACCENT, "stroke_width": 1.75},
    "mark": {"fill": _ACCENT, "stroke": _PAPER, "stroke_width": 1.5},
    "head": {"fill": _ACCENT},
    "diamond": {"fill": _PAPER, "stroke": _INK, "stroke_width": 1.25},
    "ring": {"fill": _PAPER, "stroke": _INK, "stroke_opacity": 0.7, "stroke_width": 2},
    "arrow": {"fill": "none", "stroke": _INK, "stroke_opacity": 0.7, "stroke_width": 1.5},
    "arrow head": {"fill": _INK, "fill_opacity": 0.7},
    # dashes are people in groups of five, see hundred_people.py
    **{
        f"{kind} {part}": dict(zip(_DASH, (stroke, opacity, width - less, cap, dashes), strict=True))
        for kind, stroke, opacity, less in (
            ("person", _ACCENT, 1, 0),
            ("other", _INK, 0.6, 0),
            ("hollow", _PAPER, 1, 2),
        )
        for part, width, cap, dashes in (
            ("body", 7.4, "butt", f"{f'{7 - less} {5 + less} ' * 4}{7 - less} {9 + less}"),
            ("head", 4.8, "round", "0 12 0 12 0 12 0 12 0 16"),
        )
    },
    "for": {"fill": _ACCENT},
    "against": {"fill": "none", "stroke": _AGAINST, "stroke_width": 1.25},
}
FONTS: dict[str, dict[str, str | float]] = {
    "muted": {"fill_opacity": 0.75},
    "plain": {},
    "bold": {"font_weight": "bold"},
    "big": {"font_weight": "bold", "font_size": 15.0},
}


class Markup(str):
    """Escaped markup, which a template inserts without escaping it again."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the markup, as templates request it."""
        return self


def escape(text: str) -> Markup:
    r"""Escape a text, and remove its control characters.

    Examples
    --------
    >>> escape("<b> & \x00\u202eco")
    '&lt;b&gt; &amp; co'
    """
    return Markup(_escaped(text if text.isprintable() else "".join(filter(is_printable, text))))


def tag(name: str, /, *children: Markup, **attributes: str | float) -> Markup:
    """Write an element; ``class_`` becomes ``class``, other underscores become hyphens.

    Examples
    --------
    >>> tag("line", x1=0.1 + 0.2, stroke_width=2), tag("td", class_="n")
    ('<line x1="0.3" stroke-width="2"/>', '<td class="n"></td>')
    """
    pairs = _attributes(attributes)
    inside = "".join(children)
    if inside or name in _CONTENT:
        return Markup(f"<{name}{pairs}>{inside}</{name}>")
    return Markup(f"<{name}{pairs}>" if name in _VOID else f"<{name}{pairs}/>")


def _attributes(attributes: Mapping[str, str | float]) -> str:
    """Write the attributes of an element, each after a space.

    Examples
    --------
    >>> _attributes({"rx": 2, "aria_hidden": "true"})
    ' rx="2" aria-hidden="true"'
    """
    return "".join([f' {_attribute_name(key)}="{_value(value)}"' for key, value in attributes.items()])


@lru_cache(maxsize=4096)
def _number(value: float) -> str:
    """Write a coordinate, rounded to hundredths and without a minus before zero."""
    return f"{round(value, 2) + 0.0:.7g}"


def _escaped(text: str) -> str:
    """Escape the characters of markup."""
    return html.escape(text) if _MARKUP.search(text) else text


@lru_cache(maxsize=256)
def _attribute_name(key: str) -> str:
    return "class" if key == "class_" else key.replace("_", "-")


def _value(value: str | float) -> str:
    return _escaped(value) if isinstance(value, str) else _number(value)


# colour and font that a text does not set itself
_TEXT = _attributes({"fill": _INK, "font_size": _SIZE, "font_weight": "normal", "text_anchor": "middle"})


def picture(height: float, *drawn: Markup, title: str, desc: str) -> Markup:
    """Draw a large picture with a title and a description for screen readers.

    Parameters
    ----------
    height : float
        Height, of 320 units of width.
    *drawn : Markup
        The shapes, hidden from screen readers because the description gives the same figures.
    title, desc : str
        Name, and what the picture shows in a sentence or two with the figures. The ids of both elements come
        from these words, so that pictures of one page, or of one notebook, have different ids.

    Returns
    -------
    Markup

    Examples
    --------
    >>> picture(10, title="A & B", desc="Nothing.")[:64]
    '<svg class="pic" width="320" height="10" viewBox="0 0 320 10" ro'
    """
    name = f"pic-{crc32(f'{title}: {desc}'.encode(errors='replace')):08x}"
    return Markup(
        f'<svg class="pic"{_box(WIDTH, height)} role="img"'
        f' aria-labelledby="{name}-title" aria-describedby="{name}-desc">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(desc)}</desc>'
        f'<g{_TEXT} aria-hidden="true">{"".join(drawn)}</g></svg>'
    )


def inline(width: float, height: float, *drawn: Markup, class_: str) -> Markup:
    """Draw a small picture beside text with the same content, so it is hidden from screen readers."""
    inside, box = "".join(drawn), _box(width, height)
    return Markup(f'<svg class="{class_}"{box} aria-hidden="true" focusable="false">{inside}</svg>')


@lru_cache(maxsize=64)
def _box(width: float, height: float) -> str:
    return _attributes({"width": width, "height": height, "viewBox": f"0 0 {width:g} {height:g}"})


def text_group(*drawn: Markup) -> Markup:
    """Group shapes with text, and set the colour and font that the text does not set itself."""
    return Markup(f"<g{_TEXT}>{''.join(drawn)}</g>")


def line(x1: float, y1: float, x2: float, y2: float, paint: str) -> Markup:
    """Draw a line."""
    return lines([(x1, y1, x2, y2)], paint)


def lines(ends: Sequence[tuple[float, float, float, float]], paint: str) -> Markup:
    """Draw lines, each from x1, y1 to x2, y2, as one shape.

    Examples
    --------
    >>> "M18 0L18 22M120 0L120 22" in lines([(18, 0, 18, 22), (120, 0, 120, 22)], "grid")
    True
    """
    places = [tuple(map(_number, each)) for each in ends]
    d = "".join([f"M{x1} {y1}L{x2} {y2}" for x1, y1, x2, y2 in places])
    return Markup(f'<path d="{d}"{_paint_attributes(paint)}/>')


def rect(x: float, y: float, width: float, height: float, paint: str, rounded: float = 0) -> Markup:
    """Draw a rectangle."""
    size = f'width="{_number(width)}" height="{_number(height)}" rx="{_number(rounded)}"'
    return Markup(f'<rect x="{_number(x)}" y="{_number(y)}" {size}{_paint_attributes(paint)}/>')


def circle(x: float, y: float, r: float, paint: str) -> Markup:
    """Draw a circle."""
    return Markup(f'<circle cx="{_number(x)}" cy="{_number(y)}" r="{_number(r)}"{_paint_attributes(paint)}/>')


def point(x: float, y: float) -> str:
    """Write a point of a `path`."""
    return f"{x:.2f} {y:.2f}"


def path(paint: str, *points: str, closed: bool = False) -> Markup:
    """Draw a line through points, or the area within them.

    Examples
    --------
    >>> path("head", point(0, 1), point(2, 3.456), point(4, 1), closed=True)
    '<path d="M0.00 1.00L2.00 3.46L4.00 1.00Z" fill="var(--pic-accent,currentColor)"/>'
    """
    return Markup(f'<path d="M{"L".join(points)}{"Z" if closed else ""}"{_paint_attributes(paint)}/>')


@cache
def _paint_attributes(paint: str) -> str:
    return _attributes(PAINTS[paint])


def interval(y: float, low: float, high: float, left: float, right: float) -> Markup:
    """Draw an interval as a band on a scale from left to right."""
    scale = [rect(x, y - 2, end - x, 4, "track", 2) for x, end in ((left, low), (high, right)) if x < end]
    band = rect(low, y - 6, high - low, 12, "band", min(6, (high - low) / 2))
    return Markup("".join([*scale, band]))


def hatched(x: float, y: float, width: float, height: float) -> Markup:
    """Draw an outlined rectangle with diagonal strokes, which differs from a solid one without colour."""
    strokes, c = [], x + 4
    while c < x + width + height:
        right, left = min(c, x + width), max(c - height, x)
        strokes.append((right, y + c - right, left, y + c - left))
        c += 5
    hatch = lines(strokes, "against") if strokes else Markup()
    return Markup(hatch + rect(x, y, width, height, "against"))


class Label(NamedTuple):
    """A text and its place in a row.

    Parameters
    ----------
    at : float
        Where its middle should be, in units from the left.
    text : str
    font : str
        A key of `FONTS`.
    """

    at: float
    text: str
    font: str = "plain"


@lru_cache(maxsize=1024)
def width_of(text: str, font: str = "plain") -> float:
    """Estimate the width of a text in a broad typeface, in units; other typefaces are narrower.

    Examples
    --------
    >>> width_of("36%") < width_of("36%", "bold") < width_of("36%", "big")
    True
    """
    ems = sum(0.45 if c in _NARROW else 0.98 if c in _BROAD else 0.67 for c in text)
    return ems * float(FONTS[font].get("font_size", _SIZE)) * (1.12 if "font_weight" in FONTS[font] else 1.0)


def text(x: float, y: float, text: str, font: str = "muted", anchor: str = "middle") -> Markup:
    """Draw a text whose baseline is at ``y``."""
    style = _text_attributes(font, anchor)
    return Markup(f'<text x="{_number(x)}" y="{_number(y)}"{style}>{escape(text)}</text>')


@cache
def _text_attributes(font: str, anchor: str) -> str:
    where = {} if anchor == "middle" else {"text_anchor": anchor}
    return _attributes(where | FONTS[font])


def place_labels(labels: Sequence[Label], low: float = 2.0, high: float = WIDTH - 2) -> list[float]:
    """Compute places of labels so that none overlap, as near to the wanted places as that allows.

    Labels that would overlap move apart by equal amounts; their order does not change.

    Examples
    --------
    >>> a, b = place_labels([Label(160, "36%"), Label(160, "36%")])
    >>> round(a + b), round(b - a - width_of("36%"))
    (320, 6)
    >>> place_labels([Label(0, "36%")]) == [2 + width_of("36%") / 2]
    True
    """
    widths = [width_of(label.text, label.font) for label in labels]
    return spread_out([label.at for label in labels], widths, low, high, GAP)


def label_row(
    y: float, labels: Sequence[Label], ticks: Sequence[Label] = (), low: float = 2.0
) -> list[Markup]:
    """Draw a row of labels, and those ticks for which there is room beside them."""
    placed = list(zip(place_labels(labels, low), labels, strict=True))
    taken = [_ends(x, label) for x, label in placed]
    shown = [text(x, y, label.text, label.font) for x, label in placed]
    for tick in ticks:
        x = place_labels([tick], low)[0]
        left, right = _ends(x, tick)
        if all(right + GAP <= start or end + GAP <= left for start, end in taken):
            taken.append((left, right))
            shown.append(text(x, y, tick.text))
    return shown


def _ends(x: float, label: Label) -> tuple[float, float]:
    half = width_of(label.text, label.font) / 2
    return x - half, x + half
