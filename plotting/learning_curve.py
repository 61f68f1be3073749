"""Learning curves: mean log loss by number of training outcomes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import cycle
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ..data.answers.observations import Floats
from ..data.errors import AnswerError, Fault, clip
from ..data.language import _, number, plural
from ..data.name_matching import nearest
from ..reporting.axis_scales import spread_out
from ..reporting.number_format import from_to, join_words
from ..training.estimators.learning_curve import (
    curve_faults,
    learning_losses,
    mean_loss_half_widths,
    mean_losses,
    significantly_lower,
)
from .base import Display
from .layout import (
    GRID,
    LINE,
    PALETTE,
    SMALL,
    VERMILLION,
    Frame,
    drawable_text,
    require_matplotlib,
    truncated,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


_COLUMNS = ("n", "method", "loss")
_MAX_NAMED = 3  # tied methods; more are counted
_SIZE = (7.0, 4.2)  # inches
_BEYOND = 1.0  # drops from start to best that the axis shows above the start or below the best
_LEADER, _BEHIND = 12.0, 6.0  # points from the axes to a mark, and from it to the name
_NAMES_SHARE = 0.32  # of the width, at most, for the names

LineStyles = dict[str, dict[str, Any]]
Lower = dict[int, "pd.DataFrame"]

_HIGHLIGHTED: Any = {"color": VERMILLION, "linewidth": 2.8, "marker": "o", "markersize": 5, "zorder": 4}
_OTHERS: Any = {"linewidth": 1.3, "markersize": 3.5}
_HOLLOW: Any = {"linestyle": "none", "markerfacecolor": "white", "markersize": 5, "zorder": 5}
# six dashes, seven colours and eight markers: 24 lines before any two share dashes and marker
_DASHES: Any = ("solid", "dashed", "dashdot", "dotted", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)))
_MARKERS = "sD^v<>PX"


class LearningCurveDisplay(Display):
    """Mean log loss of new interviews by number of training outcomes, a line for each method.

    The highlighted method, or the only one, has a band: the 95% interval of its mean over repetitions. It
    shows how much the mean depends on the split into training and test rows. It does not show where a single
    loss falls, nor the full uncertainty about other data, since repetitions shuffle the same rows. Methods
    are compared by paired differences instead, because all see the same rows in a repetition: one is lower or
    higher if the 95% interval of the mean difference excludes 0, otherwise level, with hollow marks. There
    is no correction for the number of comparisons.

    Parameters
    ----------
    losses : DataFrame
        Columns ``n``, ``method``, ``loss``; a row for each repetition. Lower is better. n = 0 is drawn
        at the left end of the logarithmic axis. Rows with the same ``repetition`` are pairs; by default
        their order decides.
    highlight : str or None
        The method whose line is thick and on top.
    name : str or None
        Name of the data, for the title.

    Raises
    ------
    AnswerError
        Columns that are missing, no loss at all, or no such method; every fault is listed.

    Examples
    --------
    >>> import pandas as pd
    >>> losses = pd.DataFrame({"n": [5, 5, 50, 50] * 2, "method": ["ours"] * 4 + ["other"] * 4})
    >>> losses["loss"] = [0.6, 0.64, 0.5, 0.52, 0.7, 0.74, 0.49, 0.53]
    >>> display = LearningCurveDisplay.from_losses(losses, highlight="ours")
    >>> print(" ".join(display.ax_.get_title(loc="left").split()))
    ours has the lowest loss at 1 of 2 sizes and is level with the lowest at 1
    """

    def __init__(
        self, losses: "pd.DataFrame", *, highlight: str | None = None, name: str | None = None
    ) -> None:
        _check(losses, highlight)
        self.losses = losses.assign(method=losses["method"].astype(str))
        self.highlight = highlight
        self.name = name

    @classmethod
    def from_losses(
        cls,
        losses: "pd.DataFrame",
        *,
        highlight: str | None = None,
        name: str | None = None,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw losses that have been computed.

        Parameters
        ----------
        losses : DataFrame
            Columns ``n``, ``method``, ``loss``; a row for each repetition.
        highlight : str, optional
            The method whose line is thick and on top.
        name : str, optional
            Name of the data, for the title.
        ax : Axes, optional
            Axes to draw in; a new figure by default.

        Returns
        -------
        LearningCurveDisplay

        Raises
        ------
        AnswerError
            Columns that are missing, no loss at all, or no such method; every fault is listed.
        MissingExtraError
            matplotlib is not installed.
        """
        return cls(losses, highlight=highlight, name=name).plot(ax)

    @classmethod
    def from_estimators(
        cls,
        estimators: Mapping[str, Any],
        X: Any,
        y: Any,
        *,
        sizes: Sequence[int],
        repeats: int = 10,
        seed: int = 0,
        highlight: str | None = None,
        ax: "Axes | None" = None,
    ) -> Self:
        """Train estimators of scikit-learn on more and more outcomes and draw their losses.

        Parameters
        ----------
        estimators : mapping of str to estimator
            Estimators by name; copies are fitted.
        X : (n, k) array or DataFrame
            Features.
        y : (n,) array
            Labels of two classes.
        sizes : sequence of int
            Numbers of training outcomes, at most seven tenths of the rows; the others are for testing.
        repeats : int
            Number of times that the rows are shuffled.
        seed : int
            The same seed gives the same losses.
        highlight : str, optional
            The method whose line is thick and on top.
        ax : Axes, optional
            Axes to draw in; a new figure by default.

        Returns
        -------
        LearningCurveDisplay

        Raises
        ------
        AnswerError
            No two classes, settings out of range, estimators that fail, or no such method to highlight; every
            fault is listed.
        MissingExtraError
            matplotlib is not installed.

        Examples
        --------
        >>> from offerodds import OfferClassifier
        >>> from sklearn.dummy import DummyClassifier
        >>> X = np.random.default_rng(0).standard_normal((60, 1))
        >>> methods = {"ours": OfferClassifier(), "base rate": DummyClassifier()}
        >>> display = LearningCurveDisplay.from_estimators(methods, X, X[:, 0] > 0, sizes=[20, 40], repeats=2)
        >>> display.mean.shape
        (2, 2)
        """
        require_matplotlib()  # before minutes of training
        faults = curve_faults(estimators, X, y, sizes=sizes, repeats=repeats, seed=seed)
        if isinstance(estimators, Mapping):
            faults += _highlight_faults(highlight, estimators)
        if faults:
            raise AnswerError(faults)
        losses = learning_losses(estimators, X, y, sizes=sizes, repeats=repeats, seed=seed)
        return cls(losses, highlight=highlight).plot(ax)

    @cached_property
    def mean(self) -> "pd.DataFrame":
        """Mean loss by number of outcomes (rows) and method (columns); NaN where a repetition has no loss."""
        return mean_losses(self.losses)

    @cached_property
    def _lower(self) -> Lower:
        return significantly_lower(self.losses)

    def _size(self) -> tuple[float, float]:
        names = len(self.mean.columns) * (SMALL * LINE + 3)
        return _SIZE[0], max(_SIZE[1], (names + 110) / 72)

    def _draw(self, frame: Frame) -> None:
        axes, mean = frame.axes, self.mean.dropna(axis="columns", how="all")
        drawn = [str(method) for method in mean]
        main = self.highlight if self.highlight in drawn else drawn[0] if len(drawn) == 1 else None
        band = None if main is None else mean_interval(self.losses, main)
        level = (
            tied_methods(self._lower, main)
            if main is not None and band is not None and band[0].notna().any()
            else []
        )
        axes.set_xscale("log")
        axes.set_ylim(*_limits(mean, main, band))
        axes.yaxis.set_major_formatter(_loss_formatter())
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        self._write(frame, main, hollow=bool(level))
        at = _x_of_sizes(mean.index.to_numpy())
        axes.set_xlim(at[0] / 1.15, at[-1] * 1.15)
        looks = line_styles(drawn, self.highlight)
        for method, look in looks.items():
            axes.plot(at, mean[method], label=drawable_text(method), **look)
        if main is not None and band is not None:
            axes.fill_between(at, *band, color=looks[main]["color"], alpha=0.18, linewidth=0, zorder=1)
        for n, other in level:
            axes.plot(at[mean.index == n], mean[other][n], **looks[other] | _HOLLOW)
        frame.fit()
        _name_lines(frame, mean, looks)
        frame.fit()
        order = sorted(range(len(at)), key=lambda i: (i not in (0, len(at) - 1), i))
        frame.ticks([float(at[i]) for i in order], [number(int(mean.index[i])) for i in order])

    def _write(self, frame: Frame, main: str | None, *, hollow: bool) -> None:
        """Write the title, the labels of the axes, and the meaning of band and marks."""
        left = frame.left
        title = describe_ranks(self.losses, self.highlight, self._lower)
        title = f"{drawable_text(self.name)}: {title}" if self.name else title
        frame.title(title, left=left, above=SMALL * LINE + 8)
        frame.note(_("mean log loss of new interviews (lower is better)"), 0, "left", x=-left, y=7)
        missing = [str(method) for method, losses in self.mean.items() if losses.isna().all()]
        label = _("training outcomes")
        if missing:
            label = _("training outcomes (too few for {methods})", methods=join_words(missing))
        spread = _band_note(self.losses, main, hollow=hollow)
        frame.below(". ".join(filter(None, (label, spread))), left=left)


def _loss_formatter() -> Any:
    """Make the formatter of the axis of losses, in the current language."""
    from matplotlib.ticker import ScalarFormatter

    class LossFormatter(ScalarFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            decimals = super().__call__(x, pos).partition(".")[2]
            return number(x, f".{len(decimals)}f")

    return LossFormatter()


def _check(losses: "pd.DataFrame", highlight: str | None) -> None:
    """Check that the necessary columns exist, with a loss to draw."""
    from pandas.api.types import is_numeric_dtype

    faults = [Fault("no such column", field=name) for name in _COLUMNS if name not in losses]
    words = [name for name in ("n", "loss") if name in losses and not is_numeric_dtype(losses[name])]
    faults += [Fault("not numbers", field=name) for name in words]
    if not faults and not mean_losses(losses).notna().any(axis=None):
        faults.append(Fault("no loss in every repetition, so none to draw", field="loss"))
    if "method" in losses:
        faults += _highlight_faults(highlight, losses["method"].unique())
    if faults:
        raise AnswerError(faults)


def _highlight_faults(highlight: str | None, methods: Iterable[object]) -> list[Fault]:
    known = [str(method) for method in methods]
    if highlight is None or highlight in known:
        return []
    near = nearest(highlight, known)
    return [Fault("no such method", field="highlight", seen=clip(highlight), nearest=near)]


def describe_ranks(losses: "pd.DataFrame", highlight: str | None = None, lower: Lower | None = None) -> str:
    """Describe how often a method has the lowest loss, or which methods have it at the end.

    ``lower`` is `significantly_lower` of the losses, if it has already been computed.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(9, "ours", 0.5), (9, "ours", 0.7), (9, "theirs", 0.6), (9, "theirs", 0.8)]
    >>> losses = pd.DataFrame(rows, columns=["n", "method", "loss"])
    >>> describe_ranks(losses, "ours")
    'ours has the lowest loss at 1 of 1 size'
    >>> describe_ranks(losses.assign(loss=[0.5, 0.7, 0.7, 0.6]))
    'ours and theirs are level, with the lowest loss, after 9 outcomes'
    """
    lower = significantly_lower(losses) if lower is None else lower
    lower = {n: table for n, table in lower.items() if len(table)}
    compared = [table for table in lower.values() if highlight in table and len(table) > 1]
    if highlight is not None and compared:
        text = _ranks(highlight, compared)
    else:
        last = max(lower)
        mean = mean_losses(losses)[lower[last].index].to_dict("index")[last]
        text = _at_the_end(lower[last], mean, last)
    once = losses.groupby(["n", "method"]).size().max() < 2
    return _("{text} (in a single repetition)", text=text) if once else text


def _ranks(method: str, tables: Iterable["pd.DataFrame"]) -> str:
    """Count the numbers of outcomes at which a method is lower than all, level with the lowest, or higher."""
    counts = Counter(_rank(method, table) for table in tables)
    first, *others = [rank for rank in ("lower", "level", "higher") if counts[rank]]
    values = {"method": method, "count": number(counts[first])}
    starts = {
        "lower": plural(
            counts.total(),
            "{method} has the lowest loss at {count} of {n} size",
            "{method} has the lowest loss at {count} of {n} sizes",
            **values,
        ),
        "level": plural(
            counts.total(),
            "{method} is level with the lowest at {count} of {n} size",
            "{method} is level with the lowest at {count} of {n} sizes",
            **values,
        ),
        "higher": plural(
            counts.total(),
            "{method} is above the lowest at {count} of {n} size",
            "{method} is above the lowest at {count} of {n} sizes",
            **values,
        ),
    }
    phrases = {
        "level": _("is level with the lowest at {count}", count=number(counts["level"])),
        "higher": _("is above the lowest at {count}", count=number(counts["higher"])),
    }
    return join_words([starts[first], *(phrases[rank] for rank in others)])


def _rank(method: str, lower: "pd.DataFrame") -> str:
    if lower.loc[method].drop(method).all():
        return "lower"
    return "higher" if lower[method].any() else "level"


def _at_the_end(lower: "pd.DataFrame", mean: Mapping[Any, float], n: int) -> str:
    """Name the methods that do not differ from the one with the lowest mean."""
    best = min(mean, key=mean.__getitem__)
    if len(mean) == 1:
        return plural(
            n,
            "{method} has a mean loss of {loss} after {n} outcome",
            "{method} has a mean loss of {loss} after {n} outcomes",
            method=best,
            loss=number(mean[best], ".2f"),
        )
    level = [str(method) for method in mean if method != best and not lower.loc[best, method]]
    if not level:
        return plural(
            n,
            "{method} has the lowest loss after {n} outcome",
            "{method} has the lowest loss after {n} outcomes",
            method=best,
        )
    names = join_words([str(best), *level])
    if len(level) >= _MAX_NAMED:
        names = _("{count} methods", count=number(1 + len(level)))
    return plural(
        n,
        "{methods} are level, with the lowest loss, after {n} outcome",
        "{methods} are level, with the lowest loss, after {n} outcomes",
        methods=names,
    )


def tied_methods(lower: Lower, method: str) -> list[tuple[int, str]]:
    """List the methods that are level with one, by `significantly_lower`, each with the number of outcomes.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(9, "ours", 0.5), (9, "ours", 0.7), (9, "theirs", 0.7), (9, "theirs", 0.6)]
    >>> tied_methods(significantly_lower(pd.DataFrame(rows, columns=["n", "method", "loss"])), "ours")
    [(9, 'theirs')]
    """
    return [
        (n, other)
        for n, table in lower.items()
        for other in (table.index.drop(method) if method in table else ())
        if not table.loc[method, other] and not table.loc[other, method]
    ]


def mean_interval(losses: "pd.DataFrame", method: str) -> "tuple[pd.Series[float], pd.Series[float]]":
    """Compute the 95% intervals of a method's mean losses; NaN where they are unknown.

    The lower and the upper ends are a Series each, by number of outcomes.

    Examples
    --------
    >>> import pandas as pd
    >>> losses = pd.DataFrame({"n": 9, "method": "ours", "loss": [0.5, 0.6, 0.7]})
    >>> [end.round(2).tolist() for end in mean_interval(losses, "ours")]
    [[0.35], [0.85]]
    """
    rows = losses[losses["method"] == method]
    mean, half = mean_losses(rows)[method], mean_loss_half_widths(rows)[method].replace(np.inf, np.nan)
    return mean - half, mean + half


def _band_note(losses: "pd.DataFrame", method: str | None, *, hollow: bool) -> str:
    """Explain the band and the hollow marks; blank if there is one repetition."""
    repetitions = losses.groupby(["n", "method"]).size()
    fewest, most = repetitions.min(), repetitions.max()
    if most < 2:
        return ""
    n = number(int(most)) if fewest == most else from_to(number(int(fewest)), number(int(most)))
    if method is None:
        return _("Lower or level: by paired differences over {n} repetitions.", n=n)
    band = _("Band: 95% interval of the mean over {n} repetitions.", n=n)
    if not hollow:
        return band
    return f"{band} {_('Hollow marks: level with {method}, by paired differences.', method=method)}"


def _limits(
    mean: "pd.DataFrame", main: str | None, band: "tuple[pd.Series[float], ...] | None"
) -> tuple[float, float]:
    """Compute limits that include the main curve, or the median one, and every curve below it.

    They include its band too, unless that is so wide that the curve would be flat.
    """
    curve = mean.median(axis=1) if main is None else mean[main]
    low, start, top = float(np.nanmin(mean)), float(np.nanmax(curve)), float(np.nanmax(mean))
    drop = max(start - low, 0.02)
    least, most = low - _BEYOND * drop, start + _BEYOND * drop
    if band is not None:
        low, top = float(np.nanmin([low, *band[0]])), float(np.nanmax([top, *band[1]]))
    return max(low, least) - 0.08 * drop, min(top + 0.08 * drop, most)


def _x_of_sizes(sizes: Floats) -> Floats:
    """Compute x coordinates, (n,) array, of numbers of outcomes, (n,) array; 0 is left of the others."""
    positive = sizes[sizes > 0]
    zero = positive.min() / 2 if positive.size else 1.0
    return np.where(sizes > 0, sizes, zero).astype(float)


def line_styles(methods: Iterable[str], highlight: str | None) -> LineStyles:
    """Choose colour, dashes and marker for the line of each method.

    Examples
    --------
    >>> looks = line_styles(["a", "b", "c"], "b")
    >>> looks["b"]["linewidth"] > looks["a"]["linewidth"], looks["a"]["linestyle"] != looks["c"]["linestyle"]
    (True, True)
    """
    looks: LineStyles = {}
    styles = zip(cycle(PALETTE), cycle(_DASHES), cycle(_MARKERS), strict=False)
    for method in methods:
        if method == highlight:
            looks[method] = _HIGHLIGHTED
        else:
            color, dashes, marker = next(styles)
            looks[method] = _OTHERS | {"color": color, "linestyle": dashes, "marker": marker}
    return looks


def _name_lines(frame: Frame, mean: "pd.DataFrame", looks: LineStyles) -> None:
    """Write each name beside the end of its line, without overlap, with its marker and a thin line to it."""
    axes, height = frame.axes, frame.height
    low, high = axes.get_ylim()
    last = [mean[method].dropna().iloc[-1] for method in looks]
    ends = [float(np.clip((value - low) / (high - low), 0, 1)) for value in last]
    places = spread_out([end * height for end in ends], [SMALL * LINE + 1] * len(ends), 0, height, 1)
    outside: Any = {"transform": axes.transAxes, "clip_on": False}
    for (method, look), end, place in zip(looks.items(), ends, places, strict=True):
        x, y = 1 + _LEADER / frame.width, place / height
        axes.plot((1, x), (end, y), color=look["color"], linewidth=0.7, **outside)
        axes.plot(x, y, **look | {"linestyle": "none"}, **outside)
        name = truncated(drawable_text(method), _NAMES_SHARE * frame.room, SMALL)
        style: Any = {"fontsize": SMALL, "fontweight": "bold" if look is _HIGHLIGHTED else "normal"}
        where: Any = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "center"}
        axes.annotate(name, (x, y), (_BEHIND, 0), **where, **style)
