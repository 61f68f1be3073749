"""Rows of words with room for marks between them, as forest plots and waterfalls have."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .layout import Frame, shortened, shown, width_of, wrapped
from .style import INK, LINE, MUTED, SMALL, TEXT

_GAP = 9.0  # points between columns
_PADDING, _LEAST_PADDING = 6.0, 1.0  # points between rows
_LEFT_SHARE, _FIRST_SHARE = 0.56, 0.40  # of all the room, for the words on the left and the first of them


class Row(NamedTuple):
    """One row of words.

    Parameters
    ----------
    left : tuple of str
        Columns left of the marks; the first may take two lines, the others are muted.
    right : str
        The column right of the marks.
    bold : bool
    """

    left: tuple[str, ...]
    right: str = ""
    bold: bool = False


@dataclass(frozen=True)
class Plan:
    """Rows made to fit a width.

    Parameters
    ----------
    lines : tuple of tuple of str
        The lines of the first column, a row each.
    rows : tuple of Row
        With the other columns shortened.
    starts : tuple of float
        Where the columns on the left begin, in points left of the marks.
    right : float
        Width of the column on the right, in points.
    least : float
        Points that rows keep apart, however little room there is.
    """

    lines: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    starts: tuple[float, ...]
    right: float
    least: float = _LEAST_PADDING

    def height(self, padding: float = _PADDING) -> float:
        """Return the height of all rows, in points."""
        return sum(self.heights(padding))

    def heights(self, padding: float) -> list[float]:
        """Return the height of each row, in points."""
        return [TEXT * LINE * len(lines) + padding for lines in self.lines]

    @property
    def left(self) -> float:
        """Width of the columns on the left, in points."""
        return self.starts[0] if self.starts else 0.0


def plan(rows: Sequence[Row], room: float, *, least: float = _LEAST_PADDING) -> Plan:
    """Return rows made to fit.

    Parameters
    ----------
    rows : sequence of Row
        With equally many columns, but for those that stand alone: these may be as wide as all.
    room : float
        Width of words and marks together, in points.
    least : float
        Points that rows keep apart, however little room there is.

    Returns
    -------
    Plan

    Examples
    --------
    >>> plan([Row(("rapport", "warm"))], 500).lines
    (('rapport',),)
    """
    columns = max((len(row.left) for row in rows), default=0)
    table = [row for row in rows if len(row.left) == columns]
    widths = [0.0] * columns
    for column in reversed(range(columns)):
        wide = max(_wide(shown(row.left[column]), row, column) for row in table)
        left = _LEFT_SHARE * room - sum(widths) - _GAP * columns
        most = _FIRST_SHARE * room if column == 0 else _LEFT_SHARE * room / (columns + 1)
        widths[column] = min(wide, most if column else max(most, left))
    whole = sum(widths) + _GAP * (columns - 1)
    fitted, lines = [], []
    for row in rows:
        alone = len(row.left) < columns or columns == 1
        lines.append(wrapped(row.left[0], whole if alone else widths[0], TEXT, _weight(row)))
        others = (
            shortened(shown(said), width, SMALL)
            for said, width in zip(row.left[1:], widths[1:], strict=False)
        )
        fitted.append(Row((row.left[0], *others), row.right, row.bold))
    starts = tuple(sum(widths[i:]) + _GAP * (columns - i) for i in range(columns))
    right = max((width_of(row.right, SMALL, _weight(row)) for row in rows), default=0.0)
    return Plan(tuple(lines), tuple(fitted), starts, right + _GAP if right else 0.0, least)


def fits(rows: Plan, frame: Frame) -> bool:
    """Return whether rows fit between the top and the bottom of axes."""
    return rows.height(rows.least) <= frame.height


def write(rows: Plan, frame: Frame) -> list[float]:
    """Write rows beside axes; return the height of the middle of each, from the top, on the axis of y."""
    axes = frame.axes
    room = max(rows.least, (frame.height - rows.height(0)) / max(1, len(rows.rows)))
    padding = min(_PADDING, room)
    middles, top = [], 0.0
    for lines, row, height in zip(rows.lines, rows.rows, rows.heights(padding), strict=True):
        middle = top + height / 2
        top += height
        middles.append(middle)
        cells = ["\n".join(lines), *row.left[1:]]
        for i, (said, start) in enumerate(zip(cells, rows.starts, strict=False)):
            place = frame.shifted(axes.get_yaxis_transform(), -start)
            axes.text(
                0,
                middle,
                said,
                transform=place,
                va="center" if "\n" in said else "center_baseline",
                linespacing=LINE,
                fontsize=SMALL if i else TEXT,
                fontweight=_weight(row),
                color=MUTED if i else INK,
            )
        if row.right:
            place = frame.shifted(axes.get_yaxis_transform(), rows.right)
            axes.text(
                1,
                middle,
                row.right,
                transform=place,
                va="center_baseline",
                ha="right",
                fontsize=SMALL,
                fontweight=_weight(row),
            )
    axes.set_ylim(top, 0)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    return middles


def _weight(row: Row) -> str:
    return "bold" if row.bold else "normal"


def _wide(said: str, row: Row, column: int) -> float:
    return width_of(said, SMALL if column else TEXT, _weight(row)) + 1
