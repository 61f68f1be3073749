"""Line styles of curves, their labels and the bands around them."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..reporting.label_layout import spread_out
from ..training.evaluation.model_comparison import half_widths, lower_at, mean_losses
from .layout import Frame, shortened, shown
from .style import BLACK, BLUE, GREEN, LINE, MUTED, ORANGE, PURPLE, SKY, SMALL, VERMILLION

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


_OURS: Any = {"color": VERMILLION, "linewidth": 2.8, "marker": "o", "markersize": 5, "zorder": 4}
_COLOURS = (BLUE, GREEN, ORANGE, PURPLE, SKY, BLACK, MUTED)
# as many as there are of nothing else, so that no two lines look alike
_DASHES: Any = ("solid", "dashed", "dashdot", "dotted", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))
_MARKERS = "sD^v<>PX"
_LEADER, _BEHIND = 12.0, 6.0  # points from the axes to a mark, and from it to the name
_SHARE = 0.32  # of all the room, at most, for the names

Looks = dict[str, dict[str, Any]]
_FAINT = 0.18
_HOLLOW: Any = {"linestyle": "none", "markerfacecolor": "white", "markersize": 5, "zorder": 5}


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


def level_with(losses: "pd.DataFrame", method: str) -> list[tuple[int, str]]:
    """Return at which numbers of outcomes which others are level with a method, as `lower_at` has it.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition.
    method : str

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(9, "ours", 0.5), (9, "ours", 0.7), (9, "theirs", 0.7), (9, "theirs", 0.6)]
    >>> level_with(pd.DataFrame(rows, columns=["n", "method", "loss"]), "ours")
    [(9, 'theirs')]
    """
    return [
        (n, other)
        for n, lower in lower_at(losses).items()
        for other in (lower.index.drop(method) if method in lower else ())
        if not lower.loc[method, other] and not lower.loc[other, method]
    ]


def spread_of(losses: "pd.DataFrame", method: str | None, *, hollow: bool) -> str:
    """Return what band and hollow marks are, in a sentence or two; blank if there is one repetition.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition.
    method : str or None
        The one with the band.
    hollow : bool
        Whether there are hollow marks.

    Examples
    --------
    >>> import pandas as pd
    >>> losses = pd.DataFrame({"n": 9, "method": ["ours", "ours"], "loss": [0.5, 0.7]})
    >>> spread_of(losses, "ours", hollow=False)
    'Band: 95 % interval of the mean over 2 repetitions.'
    """
    repetitions = losses.groupby(["n", "method"]).size()
    fewest, most = repetitions.min(), repetitions.max()
    if most < 2:
        return ""
    over = f"over {most} repetitions" if fewest == most else f"over {fewest} to {most} repetitions"
    if method is None:
        return f"Lower or level: by paired differences {over}."
    band = f"Band: 95 % interval of the mean {over}."
    return f"{band} Hollow marks: level with {method}, by paired differences." if hollow else band


def band_of(losses: "pd.DataFrame", method: str) -> "tuple[pd.Series[float], pd.Series[float]]":
    """Return the ends of the 95 % intervals of a method's mean losses; NaN where they are not known.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition.
    method : str

    Returns
    -------
    tuple of two Series
        Lower and upper ends, by number of outcomes.

    Examples
    --------
    >>> import pandas as pd
    >>> losses = pd.DataFrame({"n": 9, "method": "ours", "loss": [0.5, 0.6, 0.7]})
    >>> [end.round(2).tolist() for end in band_of(losses, "ours")]
    [[0.35], [0.85]]
    """
    mean, half = mean_losses(losses)[method], half_widths(losses)[method].replace(np.inf, np.nan)
    return mean - half, mean + half


def draw_spread(
    axes: "Axes", at: Mapping[int, float], losses: "pd.DataFrame", method: str, looks: "Looks"
) -> None:
    """Draw the band of a method, and make the marks of others hollow where they are level with it.

    Parameters
    ----------
    axes : Axes
    at : mapping of int to float
        Where each number of outcomes stands.
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition.
    method : str
    looks : mapping of str to dict
        How the line of each looks.
    """
    mean, ends = mean_losses(losses), band_of(losses, method)
    colour = looks[method]["color"]
    axes.fill_between([*at.values()], *ends, color=colour, alpha=_FAINT, linewidth=0, zorder=1)
    if ends[0].notna().any():
        for n, other in level_with(losses, method):
            axes.plot(at[n], mean[other][n], **{**looks[other], **_HOLLOW})
