"""Lines that are told apart without their colours, each with its name at its end."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..reporting.label_layout import spread_out
from .layout import Frame
from .lettering import shortened, shown
from .style import BLACK, BLUE, GREEN, LINE, MUTED, ORANGE, PURPLE, SKY, SMALL, VERMILLION

if TYPE_CHECKING:
    import pandas as pd

_OURS: Any = {"color": VERMILLION, "linewidth": 2.8, "marker": "o", "markersize": 5, "zorder": 4}
_COLOURS = (BLUE, GREEN, ORANGE, PURPLE, SKY, BLACK, MUTED)
# as many as there are of nothing else, so that no two lines look alike
_DASHES: Any = ("solid", "dashed", "dashdot", "dotted", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))
_MARKERS = "sD^v<>PX"
_LEADER, _BEHIND = 12.0, 6.0  # points from the axes to a mark, and from it to the name
_SHARE = 0.32  # of all the room, at most, for the names

Looks = dict[str, dict[str, Any]]


def looks_of(methods: Iterable[str], highlight: str | None) -> Looks:
    """Return how the line of each method looks: colour, dashes and marks.

    Examples
    --------
    >>> looks = looks_of(["a", "b", "c"], "b")
    >>> looks["b"]["linewidth"] > looks["a"]["linewidth"], looks["a"]["linestyle"] != looks["c"]["linestyle"]
    (True, True)
    """
    looks: Looks = {}
    for method in methods:
        i = len(looks) - (highlight in looks)
        looks[method] = {
            "color": _COLOURS[i % len(_COLOURS)],
            "linestyle": _DASHES[i % len(_DASHES)],
            "linewidth": 1.3,
            "marker": _MARKERS[i % len(_MARKERS)],
            "markersize": 3.5,
        }
        if method == highlight:
            looks[method] = _OURS
    return looks


def name_lines(frame: Frame, mean: "pd.DataFrame", looks: Mapping[str, dict[str, Any]]) -> None:
    """Write each name at the end of its line, apart from the others, with its mark and a thin line to it."""
    axes, height = frame.axes, frame.height
    low, high = axes.get_ylim()
    last = [mean[method].dropna().iloc[-1] for method in looks]
    ends = [float(np.clip((value - low) / (high - low), 0, 1)) for value in last]
    sizes = [SMALL * LINE + 1] * len(ends)
    places = spread_out([end * height for end in ends], sizes, 0, height, 1)
    outside: Any = {"transform": axes.transAxes, "clip_on": False}
    for (method, look), end, place in zip(looks.items(), ends, places, strict=True):
        x, y = 1 + _LEADER / frame.width, place / height
        axes.plot((1, x), (end, y), color=look["color"], linewidth=0.7, **outside)
        axes.plot(x, y, **{**look, "linestyle": "none"}, **outside)
        axes.annotate(
            shortened(shown(method), _SHARE * frame.room, SMALL),
            (x, y),
            xycoords="axes fraction",
            xytext=(_BEHIND, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            fontweight="bold" if look is _OURS else "normal",
        )
