"""Learning curves: mean log loss by number of outcomes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ..data.errors import AnswerError, Fault, clip
from ..data.spelling import nearest
from ..reporting.number_format import listed, plural
from ..training.estimators.learning_curve import curve_faults, learning_losses
from ..training.evaluation.model_comparison import lower_at, mean_losses
from .base import Display
from .curves import band_of, draw_spread, level_with, looks_of, name_lines, spread_of
from .layout import Frame, shown, width_of
from .style import BESIDE, GRID, LINE, SMALL, require_matplotlib

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


_COLUMNS = ("n", "method", "loss")
_NAMED = 3  # methods that are level, before they are counted
_PHRASES = {
    "lower": "has a lower loss than every other",
    "level": "is level with the lowest",
    "higher": "has a higher loss than the lowest",
}
_SIZE = (7.0, 4.2)  # inches
_BEYOND = 1.0  # of the drop from start to best, above the start or below the best, that is still drawn


def check_losses(losses: "pd.DataFrame", highlight: str | None) -> None:
    """Check that there is something to draw.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition.
    highlight : str or None
        One of the methods.

    Raises
    ------
    AnswerError
        Columns that are missing or hold no numbers, no loss at all, or no such method; every fault is
        listed.
    """
    faults = [Fault("no such column", field=name) for name in _COLUMNS if name not in losses]
    faults += [Fault("not numbers", field=name) for name in ("n", "loss") if _has_words(losses, name)]
    if not faults and not mean_losses(losses).notna().any(axis=None):
        faults.append(Fault("no loss in every repetition, so none to draw", field="loss"))
    if "method" in losses:
        faults += highlight_faults(highlight, losses["method"].unique())
    if faults:
        raise AnswerError(faults)


def _has_words(losses: "pd.DataFrame", column: str) -> bool:
    from pandas.api.types import is_numeric_dtype

    return column in losses and not is_numeric_dtype(losses[column])


def highlight_faults(highlight: str | None, methods: Iterable[object]) -> list[Fault]:
    """Return that there is no such method, if there is none.

    Examples
    --------
    >>> print(*highlight_faults("our", ["ours"]))
    highlight: no such method; seen 'our'; did you mean `ours`?
    """
    known = [str(method) for method in methods]
    if highlight is None or highlight in known:
        return []
    near = nearest(highlight, known)
    return [Fault("no such method", field="highlight", seen=clip(highlight), nearest=near)]


def lowest_of(losses: "pd.DataFrame", highlight: str | None = None) -> str:
    """Return how often a method has the lowest loss, or which have it at the end.

    Lower and level are as `lower_at` has it.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition; some loss in every repetition.
    highlight : str, optional
        The method; without one those that are lowest at the end.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [(9, "ours", 0.5), (9, "ours", 0.7), (9, "theirs", 0.6), (9, "theirs", 0.8)]
    >>> losses = pd.DataFrame(rows, columns=["n", "method", "loss"])
    >>> lowest_of(losses, "ours")
    'ours has a lower loss than every other at 1 of 1 number of outcomes'
    >>> lowest_of(losses.assign(loss=[0.5, 0.7, 0.7, 0.6]))
    'ours and theirs are level, with the lowest loss, after 9 outcomes'
    """
    lower = {n: table for n, table in lower_at(losses).items() if len(table)}
    compared = [table for table in lower.values() if highlight in table and len(table) > 1]
    if highlight is not None and compared:
        said = f"{highlight} {_standings(highlight, compared)}"
    else:
        last = max(lower)
        mean = mean_losses(losses)[lower[last].index].to_dict("index")[last]
        said = f"{_at_the_end(lower[last], mean)} after {plural(last, 'outcome')}"
    once = losses.groupby(["n", "method"]).size().max() < 2
    return f"{said}, as far as one repetition tells" if once else said


def _standings(method: str, tables: Iterable["pd.DataFrame"]) -> str:
    """Return at how many numbers of outcomes a method is lower than all, level with the lowest, or higher."""
    count = Counter(_standing(method, table) for table in tables)
    said = [f"{phrase} at {count[standing]}" for standing, phrase in _PHRASES.items() if count[standing]]
    said[0] += f" of {plural(count.total(), 'number')} of outcomes"
    return listed(said)


def _standing(method: str, lower: "pd.DataFrame") -> str:
    if lower.loc[method].drop(method).all():
        return "lower"
    return "higher" if lower[method].any() else "level"


def _at_the_end(lower: "pd.DataFrame", mean: Mapping[Any, float]) -> str:
    """Return which methods do not differ from the one of the lowest mean."""
    best = min(mean, key=mean.__getitem__)
    if len(mean) == 1:
        return f"{best} has a mean loss of {mean[best]:.2f}"
    level = [str(method) for method in mean if method != best and not lower.loc[best, method]]
    if not level:
        return f"{best} {_PHRASES['lower']}"
    those = listed([str(best), *level]) if len(level) < _NAMED else f"{1 + len(level)} methods"
    return f"{those} are level, with the lowest loss,"


class LearningCurveDisplay(Display):
    """A line a method, with its name at its end: mean log loss of new interviews by outcomes learned from.

    The highlighted method, or the only one, has a band: the 95 % interval of its mean over repetitions. It
    tells how much the mean depends on which rows were learned from and which held back. It is not where a
    single loss falls, nor all that is not known of other data, since repetitions shuffle the same rows.
    Nor does it compare. All methods see the same rows in a repetition, so title and marks go by the paired
    differences: lower or higher where their mean is beyond its own 95 % interval, else level, with hollow
    marks. Nothing allows for how many are compared.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition; lower is better. No outcome at all, n = 0, stands
        at the left end of the logarithmic axis. ``repetition`` tells which rows are pairs, by default their
        order.
    highlight : str or None
        The method whose line is thick and on top.
    name : str or None
        Which data these are.

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
    ours has a lower loss than every other at 1 of 2 numbers of outcomes and is level with the lowest at 1
    """

    def __init__(
        self, losses: "pd.DataFrame", *, highlight: str | None = None, name: str | None = None
    ) -> None:
        check_losses(losses, highlight)
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
        """Draw losses that are known.

        Parameters
        ----------
        losses : DataFrame
            ``n``, ``method``, ``loss``, a row a repetition.
        highlight : str, optional
            The method whose line is thick and on top.
        name : str, optional
            Which data these are, for the title.
        ax : Axes, optional
            Where to; a new figure by default.

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
        """Draw how estimators of scikit-learn learn, as `learning_losses` finds it.

        Parameters
        ----------
        estimators : mapping of str to estimator
            By the name they are shown with; copies learn.
        X : (n, k) array or DataFrame
            Features.
        y : (n,) array
            Two classes.
        sizes : sequence of int
            Outcomes to learn from, at most seven tenths of the rows; the others are held back.
        repeats : int
            Times that the rows are shuffled.
        seed : int
            The same seed gives the same losses.
        highlight : str, optional
            The method whose line is thick and on top.
        ax : Axes, optional
            Where to; a new figure by default.

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
        require_matplotlib()  # before minutes of learning, not after
        faults = curve_faults(estimators, X, y, sizes=sizes, repeats=repeats, seed=seed)
        if isinstance(estimators, Mapping):
            faults += highlight_faults(highlight, estimators)
        if faults:
            raise AnswerError(faults)
        losses = learning_losses(estimators, X, y, sizes=sizes, repeats=repeats, seed=seed)
        return cls(losses, highlight=highlight).plot(ax)

    @property
    def mean(self) -> "pd.DataFrame":
        """Mean loss: a row a number of outcomes, a column a method; NaN where any repetition has none."""
        return mean_losses(self.losses)

    def _size(self) -> tuple[float, float]:
        """Return width and height of a figure in which nothing is crowded, in inches."""
        width, height = _SIZE
        names = len(self.mean.columns) * (SMALL * LINE + 3)
        return width, max(height, (names + 110) / 72)

    def _draw(self, frame: Frame) -> None:
        axes, mean = frame.axes, self.mean.dropna(axis="columns", how="all")
        main = self._main(mean)
        axes.set_xscale("log")
        axes.set_ylim(*self._limits(mean))
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        self._write(frame, main)
        at = _places(mean.index.to_numpy())
        axes.set_xlim(at[0] / 1.15, at[-1] * 1.15)
        looks = looks_of(mean.columns, self.highlight)
        for method, look in looks.items():
            axes.plot(at, mean[method], label=shown(method), **look)
        if main is not None:
            draw_spread(axes, dict(zip(mean.index, at, strict=True)), self.losses, main, looks)
        frame.settle()
        name_lines(frame, mean, looks)
        frame.settle()
        order = sorted(range(len(at)), key=lambda i: (i not in (0, len(at) - 1), i))
        frame.ticks([float(at[i]) for i in order], [f"{mean.index[i]:,}" for i in order])

    def _write(self, frame: Frame, main: str | None) -> None:
        """Write title, axis and what band and marks are."""
        left = width_of("0.00") + BESIDE
        whose = f"{shown(self.name)}: " if self.name else ""
        frame.title(whose + lowest_of(self.losses, self.highlight), left=left, above=SMALL * LINE + 8)
        frame.note(["mean log loss of new interviews (lower is better)"], 0, "left", x=-left, y=7)
        missing = [str(method) for method, losses in self.mean.items() if losses.isna().all()]
        few = f" (of too few for {listed(missing)})" if missing else ""
        hollow = main is not None and bool(level_with(self.losses, main))
        spread = spread_of(self.losses, main, hollow=hollow)
        frame.below(". ".join(filter(None, (f"outcomes learned from{few}", spread))), left=left)

    def _main(self, mean: "pd.DataFrame") -> str | None:
        """Return the method with the band: the highlighted one, or the only one."""
        drawn = [str(method) for method in mean]
        return self.highlight if self.highlight in drawn else drawn[0] if len(drawn) == 1 else None

    def _limits(self, mean: "pd.DataFrame") -> tuple[float, float]:
        """Return limits that hold the main curve, or the middle one, and what is below it.

        Its band too, unless that is so wide that the curve would lie flat.
        """
        main = self._main(mean)
        curve = mean.median(axis=1) if main is None else mean[main]
        low, start = float(np.nanmin(mean)), float(np.nanmax(curve))
        drop = max(start - low, 0.02)
        least, most = low - _BEYOND * drop, start + _BEYOND * drop
        top = float(np.nanmax(mean))
        if main is not None:
            ends = band_of(self.losses, main)
            low, top = float(np.nanmin([low, *ends[0]])), float(np.nanmax([top, *ends[1]]))
        return max(low, least) - 0.08 * drop, min(top + 0.08 * drop, most)


def _places(sizes: Any) -> Any:
    """Return where numbers of outcomes stand on a logarithmic axis; 0 is one step left of the others."""
    positive = sizes[sizes > 0]
    zero = positive.min() / 2 if positive.size else 1.0
    return np.where(sizes > 0, sizes, zero).astype(float)
