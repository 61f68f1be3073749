"""Axes with room for their words: how wide text is, and where it wraps."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..data.errors import printable
from .style import INK, LINE, MUTED, SMALL, TEXT, TITLE, fonts

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox, Transform


_RESOLUTIONS = (72, 100, 150, 200)  # pixels an inch of screens, notebooks and files
_NO_GLYPH = "□"
_UNBROKEN = "\u00a0%"  # a number and its sign stay on one line
_EDGE = 4.0  # points kept free
_HANDLE, _BETWEEN = 2.6, 1.6  # of the size of the text: marks of a key, and what is between its columns
_LEAST = 12.0  # points that axes keep, however little room there is


@lru_cache(maxsize=4096)
def width_of(said: str, size: float = TEXT, weight: str = "normal") -> float:
    """Return how wide a line is at most, in points: pixels round letters, otherwise at each resolution.

    Examples
    --------
    >>> width_of("36 %") < width_of("36 %", weight="bold") < width_of("36 %", 20)
    True
    """
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    exact: Any = text_to_path
    properties = FontProperties(family=list(fonts()), size=size, weight=weight)
    return max(
        points * float(renderer.get_text_width_height_descent(said, properties, ismath=False)[0])
        for renderer, points in ((exact, 1.0), *_renderers())
    )


@lru_cache(maxsize=1)
def _renderers() -> tuple[tuple[Any, float], ...]:
    """Return what draws letters at each resolution, with the points a pixel has there."""
    from matplotlib.backends import backend_agg

    untyped: Any = backend_agg
    return tuple((untyped.RendererAgg(1, 1, dpi), 72 / dpi) for dpi in _RESOLUTIONS)


@lru_cache(maxsize=4096)
def shown(said: str) -> str:
    r"""Return a text on one line, all of which can be drawn.

    A question mark stands for what is no character to show, as a line break or one for private use; a box
    for each character that no font here has, as hieroglyphs.

    Examples
    --------
    >>> shown("Müller & $x_1$"), shown("a\nb"), shown("\ue000"), shown("\U00013000")
    ('Müller & $x_1$', 'a?b', '?', '□')
    """
    return "".join(character if _drawable(character) else _NO_GLYPH for character in printable(said))


def shortened(said: str, room: float, size: float = TEXT, weight: str = "normal") -> str:
    """Return a line cut to its room, in points, with an ellipsis where something is left out.

    Examples
    --------
    >>> shortened("interviewer", 1000), shortened("interviewer", width_of("interv…"))
    ('interviewer', 'interv…')
    """
    if width_of(said, size, weight) <= room:
        return said
    short, long = 0, len(said)
    while long - short > 1:
        middle = (short + long) // 2
        if width_of(said[:middle].rstrip() + "…", size, weight) <= room:
            short = middle
        else:
            long = middle
    return said[:short].rstrip() + "…"


def wrapped(
    said: str, room: float, size: float = TEXT, weight: str = "normal", *, lines: int = 2
) -> tuple[str, ...]:
    """Return a text in lines that fit their room, in points; what is too much for the last is left out.

    Words that are too long for a line are broken where they are full.

    Examples
    --------
    >>> wrapped("interviewer distracted", width_of("interviewer"))
    ('interviewer', 'distracted')
    >>> wrapped("aaaa bbbb cccc", width_of("bbbb…"), lines=2)
    ('aaaa', 'bbbb…')
    """
    found: list[str] = []
    rest = shown(said).replace(" %", _UNBROKEN)
    while rest and len(found) < lines - 1:
        taken = _fitting(rest, room, size, weight)
        found.append(rest[:taken].rstrip())
        rest = rest[taken:].lstrip()
    if rest:
        found.append(shortened(rest, room, size, weight))
    return tuple(line.replace(_UNBROKEN, " %") for line in found)


def _fitting(said: str, room: float, size: float, weight: str) -> int:
    """Return how many characters make the first line: up to a space, else as many as fit."""
    if width_of(said, size, weight) <= room:
        return len(said)
    spaces = [i for i, character in enumerate(said) if character == " "]
    if fitting := [i for i in spaces if i and width_of(said[:i], size, weight) <= room]:
        return fitting[-1]
    return max(1, len(shortened(said, room + width_of("…", size, weight), size, weight)) - 1)


@lru_cache(maxsize=4096)
def _drawable(character: str) -> bool:
    from matplotlib.font_manager import findfont, get_font

    return any(get_font(findfont(name)).get_char_index(ord(character)) for name in fonts())


def new_axes(width: float, height: float) -> "Axes":
    """Return axes in a new figure of pyplot, of this size in inches."""
    from matplotlib import pyplot as plt

    _, axes = plt.subplots(figsize=(width, height), layout="constrained")
    return axes


class Frame:
    """Axes, and how much room they have in all.

    In a figure with a layout of its own the axes are placed by it. In any other they are drawn in, so that
    what stands around them keeps to the room up to the figure's edge or halfway to the next axes.

    Parameters
    ----------
    axes : Axes
    """

    def __init__(self, axes: "Axes") -> None:
        self.axes = axes
        figure = axes.get_figure(root=True)
        if figure is None:
            raise ValueError("the axes are in no figure")
        self.figure = figure
        self.layout = self.figure.get_layout_engine()
        self._notes: list[Artist] = []
        if self.layout is not None:
            self.layout.execute(self.figure)
        self.slot = _slot(axes)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        axes.tick_params(labelsize=TEXT, labelcolor=INK, color=MUTED)

    @property
    def point(self) -> float:
        """A point in pixels."""
        return self.figure.dpi / 72

    @property
    def room(self) -> float:
        """Width of all there is, in points."""
        return self.slot.width / self.point - 2 * _EDGE

    @property
    def width(self) -> float:
        """Width of the axes, in points."""
        return self.axes.get_window_extent().width / self.point

    @property
    def height(self) -> float:
        """Height of the axes, in points."""
        return self.axes.get_window_extent().height / self.point

    def settle(self) -> None:
        """Place the axes so that all around them lies within the room."""
        if self.layout is not None:
            self.layout.execute(self.figure)
            return
        from matplotlib.transforms import Bbox

        tight, own = self.axes.get_tightbbox(), self.axes.get_window_extent()
        if tight is None:
            return
        edge, least = _EDGE * self.point, _LEAST * self.point
        left = self.slot.x0 + edge + own.x0 - tight.x0
        bottom = self.slot.y0 + edge + own.y0 - tight.y0
        right = max(self.slot.x1 - edge - (tight.x1 - own.x1), left + least)
        top = max(self.slot.y1 - edge - (tight.y1 - own.y1), bottom + least)
        placed = Bbox.from_extents(left, bottom, right, top)
        self.axes.set_position(placed.transformed(self.axes.figure.transSubfigure.inverted()))

    def shifted(self, base: "Transform", x: float = 0.0, y: float = 0.0) -> "Transform":
        """Return a transform that moves on by so many points."""
        from matplotlib.transforms import ScaledTranslation

        return base + ScaledTranslation(x / 72, y / 72, self.figure.dpi_scale_trans)

    def in_points_below(self) -> "Transform":
        """Return a transform from shares of the width and points above the bottom of the axes."""
        from matplotlib.transforms import Affine2D, ScaledTranslation, blended_transform_factory

        axes: Any = self.axes.transAxes
        bottom = ScaledTranslation(0, 0, axes)
        points = Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans + bottom
        return blended_transform_factory(axes, points)

    def title(self, said: str, *, left: float = 0.0, above: float = 0.0) -> "Text":
        """Write the title so many points above the axes, from so many points left of them on."""
        lines = wrapped(said, self.room - _EDGE, TITLE, "bold", lines=4)
        text = self.axes.set_title("\n".join(lines), loc="left", fontsize=TITLE, fontweight="bold", color=INK)
        text.set_transform(self.shifted(self.axes.transAxes, -left, above + 6))
        text.set_linespacing(LINE)
        return text

    def note(self, lines: Sequence[str], at: float, align: str, *, x: float = 0.0, y: float = 0.0) -> None:
        """Write a remark so many points above the axes, at a share of their width."""
        place = self.shifted(self.axes.transAxes, x, y)
        said = "\n".join(lines)
        text = self.axes.text(
            at, 1, said, transform=place, ha=align, va="baseline", fontsize=SMALL, color=MUTED
        )
        text.set_linespacing(LINE)
        self._notes.append(text)

    def clear_notes(self) -> None:
        """Take remarks and key away, to write them anew."""
        for note in self._notes:
            note.remove()
        self._notes = []

    def key(self, marks: "Sequence[tuple[Artist, str]]", *, left: float, above: float) -> float:
        """Write what marks mean, so many points above the axes; return its height in points."""
        columns = len(marks)
        while columns > 1 and _key_width([said for _, said in marks], columns) > self.room:
            columns -= 1
        lines = -(-len(marks) // columns)
        legend = self.axes.legend(
            *zip(*marks, strict=True),
            loc="lower left",
            bbox_to_anchor=(0, 1),
            bbox_transform=self.shifted(self.axes.transAxes, -left, above),
            ncols=columns,
            fontsize=SMALL,
            frameon=False,
            borderpad=0,
            borderaxespad=0,
            handlelength=_HANDLE,
            handletextpad=0.5,
            columnspacing=_BETWEEN,
            labelspacing=0.25,
        )
        self._notes.append(legend)
        return lines * SMALL * LINE + 5

    def below(self, said: str, *, left: float = 0.0, between: float = 4.0) -> None:
        """Write what the axis along the bottom shows, from so many points left of the axes on.

        So many points are kept between the labels of the ticks and it.
        """
        from matplotlib.transforms import IdentityTransform, blended_transform_factory

        said = "\n".join(wrapped(said, self.room, SMALL, lines=4))
        style: Any = {"fontsize": SMALL, "color": MUTED, "linespacing": LINE}
        label = self.axes.set_xlabel(said, x=0, ha="left", labelpad=between, **style)
        start = self.shifted(self.axes.transAxes, -left)
        label.set_transform(blended_transform_factory(start, IdentityTransform()))

    def ticks(
        self, at: Sequence[float], said: Sequence[str], *, size: float = TEXT, axes: "Axes | None" = None
    ) -> None:
        """Mark the axis along the bottom; of labels that would meet only some are shown.

        The first in the list are shown first, so what must not be missing comes first.
        """
        axes = axes or self.axes
        place = axes.transData.transform
        taken: list[tuple[float, float]] = []
        labels = []
        for value, label in zip(at, said, strict=True):
            middle = float(place((value, 0))[0]) / self.point
            half = max(width_of(line, size) for line in label.split("\n")) / 2 + 3
            free = all(middle + half <= low or high <= middle - half for low, high in taken)
            labels.append(label if free else "")
            if free:
                taken.append((middle - half, middle + half))
        axes.set_xticks(at, labels, fontsize=size)
        axes.minorticks_off()


def _key_width(said: Sequence[str], columns: int) -> float:
    """Return how wide a key in so many columns is, in points; its entries fill one column after the other."""
    lines = -(-len(said) // columns)
    widths = [max(width_of(each, SMALL) for each in said[i : i + lines]) for i in range(0, len(said), lines)]
    return sum(widths) + SMALL * (len(widths) * (_HANDLE + 0.5) + (len(widths) - 1) * _BETWEEN)


def _slot(axes: "Axes") -> "Bbox":
    """Return the room around axes, in pixels: up to the figure's edge, or halfway to other axes."""
    from matplotlib.transforms import Bbox

    own, figure = axes.get_window_extent(), axes.figure
    left, bottom, right, top = figure.bbox.extents
    for other in figure.axes:
        box = other.get_tightbbox() if other is not axes else None
        if box is None:
            continue
        if box.y0 < own.y1 and own.y0 < box.y1:
            left = max(left, (box.x1 + own.x0) / 2) if box.x1 <= own.x0 else left
            right = min(right, (box.x0 + own.x1) / 2) if own.x1 <= box.x0 else right
        if box.x0 < own.x1 and own.x0 < box.x1:
            bottom = max(bottom, (box.y1 + own.y0) / 2) if box.y1 <= own.y0 else bottom
            top = min(top, (box.y0 + own.y1) / 2) if own.y1 <= box.y0 else top
    return Bbox.from_extents(left, bottom, right, top)
