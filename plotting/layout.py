"""Style of all displays, and text around axes: captions and legends, and tables beside the marks."""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..data.errors import MissingExtraError, printable

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from matplotlib.transforms import Transform

# Okabe & Ito (2008), Color universal design: distinct with any colour vision
BLUE, VERMILLION = "#0072B2", "#D55E00"
INK, MUTED, GRID, BAND = "#1A1A1A", "#555555", "#E2E2E2", "#CFE3F1"
PALETTE = (BLUE, "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000", MUTED)  # of lines beside the main one

TITLE, TEXT, SMALL = 11.0, 9.0, 8.0  # font sizes, in points
LINE = 1.25  # height of a line, in font sizes
WIDTH = 7.5  # of a new figure, in inches

# Fonts with Chinese, Japanese and Korean characters, which the default font of matplotlib lacks
_CJK_FONTS = (
    "Noto Sans CJK JP, Noto Sans CJK SC, Noto Sans JP, Source Han Sans, Hiragino Sans, PingFang SC, "
    "Apple SD Gothic Neo, Yu Gothic, Microsoft YaHei, Malgun Gothic, WenQuanYi Micro Hei, IPAGothic, "
    "Droid Sans Fallback, Arial Unicode MS"
)

_HINTING = 1.1  # letters are up to a tenth wider when they are fitted to pixels
_NO_GLYPH = "□"
_EDGE = 4 / 72  # inches between text and the edge of the figure
_GAP = 9.0  # points between columns
_PADDING = 6.0  # points between rows
_LEFT, _FIRST = 0.60, 0.40  # share of the room for all columns left of the axes, and for the first


def require_matplotlib() -> None:
    """Check that matplotlib is installed.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise MissingExtraError("a plot needs matplotlib: pip install 'offerodds[plots]'") from None


@lru_cache(maxsize=1)
def fonts() -> tuple[str, ...]:
    """List the font families in the order in which they are searched for a character."""
    from matplotlib.font_manager import get_font_names

    installed = set(get_font_names())
    return ("DejaVu Sans", *(name for name in _CJK_FONTS.split(", ") if name in installed))


@contextmanager
def styled() -> Iterator[None]:
    """Apply these settings, and restore the previous ones afterwards.

    `rc_context` would restore all settings, even the backend that pyplot sets when it makes the first figure.
    """
    from matplotlib import rcParams

    settings: Any = {
        "font.family": list(fonts()),
        "font.size": TEXT,
        "text.color": INK,
        "text.usetex": False,
        "text.parse_math": False,  # a dollar sign is a dollar sign
        "axes.unicode_minus": True,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "hatch.linewidth": 0.9,
        "path.sketch": None,
    }
    before = {name: rcParams[name] for name in settings}
    rcParams.update(settings)
    try:
        yield
    finally:
        rcParams.update(before)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT, weight: str = "normal") -> float:
    """Compute the width of a line in points, an upper bound for every resolution.

    Examples
    --------
    >>> text_width("36%") < text_width("36%", weight="bold") < text_width("36%", 20)
    True
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    measure: Callable[..., tuple[float, float, float]] = text_to_path.get_text_width_height_descent
    properties = FontProperties(family=list(fonts()), size=size, weight=weight)
    return _HINTING * measure(text, properties, ismath=False)[0]


@lru_cache(maxsize=4096)
def drawable_text(text: str) -> str:
    r"""Replace characters that cannot be drawn: control characters by ``?``, those in no font by a box.

    Examples
    --------
    >>> [drawable_text(text) for text in ("Müller & $x_1$", "a\nb", "\ue000", "\U00013000")]
    ['Müller & $x_1$', 'a?b', '?', '□']
    """
    return "".join(character if _has_glyph(character) else _NO_GLYPH for character in printable(text))


@lru_cache(maxsize=4096)
def _has_glyph(character: str) -> bool:
    from matplotlib.font_manager import findfont, get_font

    return any(get_font(findfont(name)).get_char_index(ord(character)) for name in fonts())


def truncated(text: str, room: float, size: float = TEXT, weight: str = "normal") -> str:
    """Truncate a line to a width in points, with an ellipsis.

    Examples
    --------
    >>> truncated("interviewer", 1000), truncated("interviewer", text_width("interv…"))
    ('interviewer', 'interv…')
    """
    cut, n = text, len(text)
    while n > 1 and text_width(cut, size, weight) > room:
        n = min(n - 1, int(n * room / text_width(cut, size, weight)) + 1)
        cut = text[:n].rstrip() + "…"
    return cut


def wrapped(text: str, room: float, size: float = TEXT, weight: str = "normal", *, lines: int = 2) -> str:
    r"""Wrap a text to a width in points; the last of so many lines is truncated if necessary.

    Examples
    --------
    >>> wrapped("interviewer distracted", text_width("interviewer"))
    'interviewer\ndistracted'
    >>> wrapped("aaaa bbbb cccc", text_width("bbbb…"), lines=2)
    'aaaa\nbbbb…'
    """
    text = drawable_text(text)
    found, n = [text], len(text)
    while n > 1 and (widest := max(text_width(line, size, weight) for line in found)) > room:
        n = min(n - 1, int(max(map(len, found)) * room / widest) + 2)
        found = textwrap.wrap(text, n, break_on_hyphens=False)
    if len(found) > lines:
        found[lines - 1 :] = [truncated(" ".join(found[lines - 1 :]), room, size, weight)]
    return "\n".join(found)


class Frame:
    """Axes with captions and labels that fit into the figure.

    The layout engine of the figure makes room for them, or constrained layout if the figure has none.
    """

    def __init__(self, axes: Any) -> None:
        self.axes = axes
        self.figure: Any = axes.get_figure(root=True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=TEXT, labelcolor=INK, color=MUTED)
        self.fit()
        self.room = self._points(self.axes.get_tightbbox().width)  # points; of the axes and all their labels

    @property
    def width(self) -> float:
        """Width of the axes, in points."""
        return self._points(self.axes.get_window_extent().width)

    @property
    def height(self) -> float:
        """Height of the axes, in points."""
        return self._points(self.axes.get_window_extent().height)

    @property
    def left(self) -> float:
        """Width of the labels to the left of the axes, in points."""
        return self._points(self.axes.get_window_extent().x0 - self.axes.get_tightbbox().x0)

    def _points(self, pixels: float) -> float:
        return float(72 * pixels / self.figure.dpi)

    def fit(self) -> None:
        """Make room for the labels around the axes; axes outside a grid of subplots stay where they are."""
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        place = self.axes.get_subplotspec()
        if place is not None and place.get_gridspec().figure is not None:
            engine = self.figure.get_layout_engine() or ConstrainedLayoutEngine(w_pad=_EDGE, h_pad=_EDGE)
            engine.execute(self.figure)

    def _moved(self, x: float, y: float) -> "Transform":
        """Compute the transform of axes coordinates moved by points."""
        from matplotlib.transforms import offset_copy

        return offset_copy(self.axes.transAxes, self.figure, x, y, units="points")

    def title(self, text: str, *, left: float = 0.0, above: float = 0.0) -> None:
        """Write the title at a distance in points above the axes and to the left of them."""
        style: Any = {"fontsize": TITLE, "fontweight": "bold", "color": INK, "linespacing": LINE}
        title = self.axes.set_title(wrapped(text, self.room, TITLE, "bold", lines=4), loc="left", **style)
        title.set_transform(self._moved(-left, above + 6))

    def below(self, text: str, *, left: float = 0.0, axes: "Axes | None" = None) -> None:
        """Write the label of the x axis, starting at a distance in points to the left of the axes."""
        from matplotlib.transforms import IdentityTransform, blended_transform_factory

        style: Any = {"fontsize": SMALL, "color": MUTED, "linespacing": LINE}
        text = wrapped(text, self.room, SMALL, lines=4)
        label = (axes or self.axes).set_xlabel(text, x=0, ha="left", **style)
        label.set_transform(blended_transform_factory(self._moved(-left, 0), IdentityTransform()))

    def note(self, text: str, at: float, align: str, *, x: float = 0.0, y: float = 0.0) -> None:
        """Write a note above the axes, at a share of their width, moved by points."""
        style: Any = {"ha": align, "fontsize": SMALL, "color": MUTED}
        self.axes.text(at, 1, text, transform=self._moved(x, y), va="baseline", **style)

    def legend(self, marks: "Sequence[tuple[Artist, str]]", *, left: float, above: float) -> float:
        """Draw the legend at a distance in points above the axes, and compute its height in points."""
        place: Any = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0, "borderpad": 0}
        place["bbox_transform"] = self._moved(-left, above)
        style: Any = {"fontsize": SMALL, "frameon": False, "handlelength": 2.6, "handletextpad": 0.5}
        style |= {"columnspacing": 1.6, "labelspacing": 0.25}
        for columns in range(len(marks), 0, -1):  # as many columns as fit
            legend = self.axes.legend(*zip(*marks, strict=True), ncols=columns, **place, **style)
            box = legend.get_window_extent()
            if _HINTING * self._points(box.width) <= self.room:
                break
        return self._points(box.height) + 5

    def ticks(
        self, at: Sequence[float], text: Sequence[str], *, size: float = TEXT, axes: "Axes | None" = None
    ) -> None:
        """Mark the x axis; labels that would touch an earlier label of the list are left out."""
        axes = axes or self.axes
        taken: list[tuple[float, float]] = []
        labels = []
        for value, label in zip(at, text, strict=True):
            middle = self._points(axes.transData.transform((value, 0))[0])
            half = max(text_width(line, size) for line in label.split("\n")) / 2 + 3
            free = all(middle + half <= low or high <= middle - half for low, high in taken)
            labels.append(label if free else "")
            if free:
                taken.append((middle - half, middle + half))
        axes.set_xticks(at, labels, fontsize=size)
        axes.minorticks_off()


class Row(NamedTuple):
    """One row of a table.

    The first column on the left may take two lines, and a single one may be as wide as all.
    """

    left: tuple[str, ...]
    right: str = ""
    weight: str = "normal"


class Table:
    """Columns of text on both sides of axes, as forest plots and waterfalls have.

    Parameters
    ----------
    rows : sequence of Row
        All possible rows; the columns are as wide as these need, up to a share of the room.
    room : float
        Width of text and axes together, in points.
    least : float
        Smallest distance between rows, in points.

    Examples
    --------
    >>> table = Table([Row(("rapport", "warm"), "+0.3")], 500)
    >>> table.left > text_width("rapport") > table.right
    True
    """

    def __init__(self, rows: Sequence[Row], room: float, *, least: float = 1.0) -> None:
        n = max(len(row.left) for row in rows)
        whole = [row for row in rows if len(row.left) == n]
        needed = [
            max(text_width(drawable_text(row.left[i]), SMALL if i else TEXT, row.weight) for row in whole)
            for i in range(n)
        ]
        others = [min(width, _LEFT * room / (n + 0.7)) for width in needed[1:]]
        first = min(needed[0], max(_FIRST * room, _LEFT * room - sum(others) - n * _GAP))
        self.widths = [first, *others]
        self.left = sum(self.widths) + n * _GAP  # points from the axes to the first column
        right = max(text_width(row.right, SMALL, row.weight) for row in rows)
        self.right = right + _GAP if right else 0.0
        self.least = least

    def height(self, rows: Sequence[Row], padding: float = _PADDING) -> float:
        """Compute the height of rows with a distance between them, in points."""
        return sum(self._height(row) + padding for row in rows)

    def fits(self, rows: Sequence[Row], frame: Frame) -> bool:
        """Check that there is room for rows between the top and the bottom of axes."""
        return self.height(rows, self.least) <= frame.height

    def write(self, rows: Sequence[Row], frame: Frame) -> list[float]:
        """Write rows beside axes, and compute the y coordinate of the middle of each."""
        padding = min(_PADDING, max(self.least, (frame.height - self.height(rows, 0)) / len(rows)))
        longest = max(rows, key=lambda row: (bool(row.right), len(row.left)))
        middles, end = [], 0.0
        for row in rows:
            start, end = end, end + self._height(row) + padding
            middles.append((start + end) / 2)
            for text in self._write(row, middles[-1], frame):
                # one row is enough for the layout engine: the others begin and end where it does
                text.set_in_layout(row is longest)
        frame.axes.set_ylim(end, 0)
        frame.axes.set_yticks([])
        frame.axes.spines["left"].set_visible(False)
        return middles

    def _write(self, row: Row, y: float, frame: Frame) -> "Iterator[Text]":
        def write(text: str, x: float, shift: float, **style: Any) -> "Text":
            style |= {"va": "center" if "\n" in text else "center_baseline", "fontweight": row.weight}
            place: Any = {"xycoords": frame.axes.get_yaxis_transform(), "textcoords": "offset points"}
            drawn: Text = frame.axes.annotate(text, (x, y), (shift, 0), linespacing=LINE, **place, **style)
            return drawn

        shift = -self.left
        yield write(self._first(row), 0, shift, fontsize=TEXT)
        for cell, before, width in zip(row.left[1:], self.widths, self.widths[1:], strict=False):
            shift += before + _GAP
            cut = truncated(drawable_text(cell), width, SMALL, row.weight)
            yield write(cut, 0, shift, fontsize=SMALL, color=MUTED)
        if row.right:
            yield write(row.right, 1, self.right, fontsize=SMALL, ha="right")

    def _first(self, row: Row) -> str:
        """Wrap the first column."""
        room = self.left - _GAP if len(row.left) == 1 else self.widths[0]
        return wrapped(row.left[0], room, TEXT, row.weight)

    def _height(self, row: Row) -> float:
        return TEXT * LINE * (1 + self._first(row).count("\n"))


def draw_interval(
    axes: "Axes", y: float, low: float, high: float, *, color: str, cap: str = "", **line: Any
) -> None:
    """Draw an interval as a line; beyond the limits of the axes an arrow replaces the cap."""
    first, last = axes.get_xlim()
    axes.plot((max(low, first), min(high, last)), (y, y), color=color, **line)
    for end, edge, beyond, arrow in ((low, first, low < first, "<"), (high, last, high > last, ">")):
        if beyond or cap:
            style: Any = {"marker": arrow if beyond else cap, "markersize": 5, "zorder": 3}
            axes.plot(edge if beyond else end, y, color=color, clip_on=False, **style)
