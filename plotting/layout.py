"""Text around axes: what fits a width, captions and keys, and tables beside the marks."""

import textwrap
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..data.errors import printable
from .style import INK, LINE, MUTED, SMALL, TEXT, TITLE, fonts

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from matplotlib.transforms import Transform


_HINTED = 1.1  # letters are up to a tenth wider where they are fitted to pixels
_NO_GLYPH = "□"
_EDGE = 4 / 72  # inches between text and the edge of the figure
_GAP = 9.0  # points between columns
_PADDING = 6.0  # points between rows
_LEFT, _FIRST = 0.60, 0.40  # share of the room for all columns left of the axes, and for the first


@lru_cache(maxsize=4096)
def width_of(said: str, size: float = TEXT, weight: str = "normal") -> float:
    """Compute the width of a line in points, large enough for every resolution.

    Examples
    --------
    >>> width_of("36%") < width_of("36%", weight="bold") < width_of("36%", 20)
    True
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    measure: Callable[..., tuple[float, float, float]] = text_to_path.get_text_width_height_descent
    properties = FontProperties(family=list(fonts()), size=size, weight=weight)
    return _HINTED * measure(said, properties, ismath=False)[0]


@lru_cache(maxsize=4096)
def shown(said: str) -> str:
    r"""Replace what cannot be drawn: control characters by ``?``, those in no font by a box.

    Examples
    --------
    >>> shown("Müller & $x_1$"), shown("a\nb"), shown("\ue000"), shown("\U00013000")
    ('Müller & $x_1$', 'a?b', '?', '□')
    """
    return "".join(character if _drawable(character) else _NO_GLYPH for character in printable(said))


@lru_cache(maxsize=4096)
def _drawable(character: str) -> bool:
    from matplotlib.font_manager import findfont, get_font

    return any(get_font(findfont(name)).get_char_index(ord(character)) for name in fonts())


def shortened(said: str, room: float, size: float = TEXT, weight: str = "normal") -> str:
    """Cut a line to a width in points, with an ellipsis for what is left out.

    Examples
    --------
    >>> shortened("interviewer", 1000), shortened("interviewer", width_of("interv…"))
    ('interviewer', 'interv…')
    """
    cut, n = said, len(said)
    while n > 1 and width_of(cut, size, weight) > room:
        n = min(n - 1, int(n * room / width_of(cut, size, weight)) + 1)
        cut = said[:n].rstrip() + "…"
    return cut


def wrapped(said: str, room: float, size: float = TEXT, weight: str = "normal", *, lines: int = 2) -> str:
    r"""Wrap a text to a width in points; the last line is shortened if there would be more.

    Examples
    --------
    >>> wrapped("interviewer distracted", width_of("interviewer"))
    'interviewer\ndistracted'
    >>> wrapped("aaaa bbbb cccc", width_of("bbbb…"), lines=2)
    'aaaa\nbbbb…'
    """
    said = shown(said)
    found, n = [said], len(said)
    while n > 1 and (widest := max(width_of(line, size, weight) for line in found)) > room:
        n = min(n - 1, int(max(map(len, found)) * room / widest) + 2)
        found = textwrap.wrap(said, n, break_on_hyphens=False)
    if len(found) > lines:
        found[lines - 1 :] = [shortened(" ".join(found[lines - 1 :]), room, size, weight)]
    return "\n".join(found)


class Frame:
    """Axes whose captions and labels fit into the figure.

    The layout engine of the figure makes room for them, or constrained layout where it has none.

    Parameters
    ----------
    axes : Axes
    """

    def __init__(self, axes: Any) -> None:
        self.axes = axes
        self.figure: Any = axes.get_figure(root=True)
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=TEXT, labelcolor=INK, color=MUTED)
        self.fit()
        self.room = self._points(self.axes.get_tightbbox().width)  # of the axes and all their labels

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
        """Width of what is left of the axes, in points."""
        return self._points(self.axes.get_window_extent().x0 - self.axes.get_tightbbox().x0)

    def _points(self, pixels: float) -> float:
        return float(72 * pixels / self.figure.dpi)

    def fit(self) -> None:
        """Make room for all that is around the axes; axes outside a grid of subplots stay in their place."""
        from matplotlib.layout_engine import ConstrainedLayoutEngine

        place = self.axes.get_subplotspec()
        if place is not None and place.get_gridspec().figure is not None:
            engine = self.figure.get_layout_engine() or ConstrainedLayoutEngine(w_pad=_EDGE, h_pad=_EDGE)
            engine.execute(self.figure)

    def _moved(self, x: float, y: float) -> "Transform":
        """Compute the transform of axes coordinates moved by points."""
        from matplotlib.transforms import offset_copy

        return offset_copy(self.axes.transAxes, self.figure, x, y, units="points")

    def title(self, said: str, *, left: float = 0.0, above: float = 0.0) -> None:
        """Write the title, so many points above the axes and left of them."""
        style: Any = {"fontsize": TITLE, "fontweight": "bold", "color": INK, "linespacing": LINE}
        title = self.axes.set_title(wrapped(said, self.room, TITLE, "bold", lines=4), loc="left", **style)
        title.set_transform(self._moved(-left, above + 6))

    def below(self, said: str, *, left: float = 0.0, axes: "Axes | None" = None) -> None:
        """Write what the axis along the bottom shows, from so many points left of the axes."""
        from matplotlib.transforms import IdentityTransform, blended_transform_factory

        style: Any = {"fontsize": SMALL, "color": MUTED, "linespacing": LINE}
        said = wrapped(said, self.room, SMALL, lines=4)
        label = (axes or self.axes).set_xlabel(said, x=0, ha="left", **style)
        label.set_transform(blended_transform_factory(self._moved(-left, 0), IdentityTransform()))

    def note(self, said: str, at: float, align: str, *, x: float = 0.0, y: float = 0.0) -> None:
        """Write a remark above the axes, at a share of their width, moved by points."""
        style: Any = {"ha": align, "fontsize": SMALL, "color": MUTED}
        self.axes.text(at, 1, said, transform=self._moved(x, y), va="baseline", **style)

    def key(self, marks: "Sequence[tuple[Artist, str]]", *, left: float, above: float) -> float:
        """Write what marks mean, so many points above the axes; compute its height in points."""
        place: Any = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0, "borderpad": 0}
        place["bbox_transform"] = self._moved(-left, above)
        style: Any = {"fontsize": SMALL, "frameon": False, "handlelength": 2.6, "handletextpad": 0.5}
        style |= {"columnspacing": 1.6, "labelspacing": 0.25}
        for columns in range(len(marks), 0, -1):
            legend = self.axes.legend(*zip(*marks, strict=True), ncols=columns, **place, **style)
            box = legend.get_window_extent()
            if _HINTED * self._points(box.width) <= self.room:
                break
        return self._points(box.height) + 5

    def ticks(
        self, at: Sequence[float], said: Sequence[str], *, size: float = TEXT, axes: "Axes | None" = None
    ) -> None:
        """Mark the axis along the bottom; labels that would touch an earlier one of the list are left out."""
        axes = axes or self.axes
        taken: list[tuple[float, float]] = []
        labels = []
        for value, label in zip(at, said, strict=True):
            middle = self._points(axes.transData.transform((value, 0))[0])
            half = max(width_of(line, size) for line in label.split("\n")) / 2 + 3
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
        All rows there may be; the columns are as wide as these need, up to a share of the room.
    room : float
        Width of text and axes together, in points.
    least : float
        Points between rows, however little room there is.

    Examples
    --------
    >>> table = Table([Row(("rapport", "warm"), "+0.3")], 500)
    >>> table.left > width_of("rapport") > table.right
    True
    """

    def __init__(self, rows: Sequence[Row], room: float, *, least: float = 1.0) -> None:
        n = max(len(row.left) for row in rows)
        whole = [row for row in rows if len(row.left) == n]
        needed = [
            max(width_of(shown(row.left[i]), SMALL if i else TEXT, row.weight) for row in whole)
            for i in range(n)
        ]
        others = [min(width, _LEFT * room / (n + 0.7)) for width in needed[1:]]
        first = min(needed[0], max(_FIRST * room, _LEFT * room - sum(others) - n * _GAP))
        self.widths = [first, *others]
        self.left = sum(self.widths) + n * _GAP  # points from the axes to the first column
        right = max(width_of(row.right, SMALL, row.weight) for row in rows)
        self.right = right + _GAP if right else 0.0
        self.least = least

    def height(self, rows: Sequence[Row], padding: float = _PADDING) -> float:
        """Compute the height of rows with so many points between them, in points."""
        return sum(self._height(row) + padding for row in rows)

    def fits(self, rows: Sequence[Row], frame: Frame) -> bool:
        """Check that there is room for rows between the top and the bottom of axes."""
        return self.height(rows, self.least) <= frame.height

    def write(self, rows: Sequence[Row], frame: Frame) -> list[float]:
        """Write rows beside axes; compute where on the axis of y the middle of each is."""
        padding = min(_PADDING, max(self.least, (frame.height - self.height(rows, 0)) / len(rows)))
        longest = max(rows, key=lambda row: (bool(row.right), len(row.left)))
        middles, end = [], 0.0
        for row in rows:
            start, end = end, end + self._height(row) + padding
            middles.append((start + end) / 2)
            for text in self._write(row, middles[-1], frame):
                text.set_in_layout(row is longest)  # the others end where it does
        frame.axes.set_ylim(end, 0)
        frame.axes.set_yticks([])
        frame.axes.spines["left"].set_visible(False)
        return middles

    def _write(self, row: Row, y: float, frame: Frame) -> "Iterator[Text]":
        def write(said: str, x: float, shift: float, **style: Any) -> "Text":
            style |= {"va": "center" if "\n" in said else "center_baseline", "fontweight": row.weight}
            place: Any = {"xycoords": frame.axes.get_yaxis_transform(), "textcoords": "offset points"}
            text: Text = frame.axes.annotate(said, (x, y), (shift, 0), linespacing=LINE, **place, **style)
            return text

        shift = -self.left
        yield write(self._first(row), 0, shift, fontsize=TEXT)
        for cell, before, width in zip(row.left[1:], self.widths, self.widths[1:], strict=False):
            shift += before + _GAP
            cut = shortened(shown(cell), width, SMALL, row.weight)
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
    """Draw an interval as a line; where it goes on beyond the axes an arrow replaces the cap of its end."""
    first, last = axes.get_xlim()
    axes.plot((max(low, first), min(high, last)), (y, y), color=color, **line)
    for end, edge, beyond, arrow in ((low, first, low < first, "<"), (high, last, high > last, ">")):
        if beyond or cap:
            style: Any = {"marker": arrow if beyond else cap, "markersize": 5, "zorder": 3}
            axes.plot(edge if beyond else end, y, color=color, clip_on=False, **style)
