"""How fast methods learn: mean log loss by number of outcomes."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ..data.errors import AnswerError, Fault, clip
from ..data.names import did_you_mean
from ..training.learning_curve import curve_faults, learning_losses
from ..words.numbers import listed, plural
from .curves import looks_of, name_lines
from .display import Display
from .frame import Frame
from .lettering import shown, width_of
from .style import BESIDE, GRID, LINE, SMALL, require_matplotlib

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_SIZE = (7.0, 4.2)  # inches
_COLUMNS = ("n", "method", "loss")
_ABOVE_START = 0.5  # of the drop from start to best, above the start, before a curve leaves the picture


class LearningCurveDisplay(Display):
    """A line a method, with its name at its end: mean log loss of new interviews by outcomes learned from.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, a row a repetition; lower is better. No outcome at all, n = 0, stands
        at the left end of the logarithmic axis.
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
    >>> rows = [(0, "ours", 0.6), (50, "ours", 0.5), (0, "other", 0.7), (50, "other", 0.6)]
    >>> losses = pd.DataFrame(rows, columns=["n", "method", "loss"])
    >>> display = LearningCurveDisplay.from_losses(losses, highlight="ours")
    >>> print(display.ax_.get_title(loc="left"))
    ours has the lowest loss at 2 of 2 numbers of outcomes
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
            faults += _highlight_faults(highlight, estimators)
        if faults:
            raise AnswerError(faults)
        losses = learning_losses(estimators, X, y, sizes=sizes, repeats=repeats, seed=seed)
        return cls(losses, highlight=highlight).plot(ax)

    @property
    def mean(self) -> "pd.DataFrame":
        """Mean loss: a row a number of outcomes, a column a method; NaN where any repetition has none."""
        return _mean(self.losses)

    def _size(self) -> tuple[float, float]:
        """Return width and height of a figure in which nothing is crowded, in inches."""
        width, height = _SIZE
        names = len(self.mean.columns) * (SMALL * LINE + 3)
        return width, max(height, (names + 110) / 72)

    def _draw(self, frame: Frame) -> None:
        axes, every = frame.axes, self.mean
        mean = every.dropna(axis="columns", how="all")
        left = width_of("0.00") + BESIDE
        axes.set_xscale("log")
        axes.set_ylim(*self._limits(mean))
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        whose = f"{shown(self.name)}: " if self.name else ""
        frame.title(whose + self._finding(mean), left=left, above=SMALL * LINE + 8)
        frame.note(["mean log loss of new interviews (lower is better)"], 0, "left", x=-left, y=7)
        missing = [str(method) for method in every if method not in mean]
        said = f" (of too few for {listed(missing)})" if missing else ""
        frame.below(f"outcomes learned from{said}", left=left)
        at = _places(mean.index.to_numpy())
        axes.set_xlim(at[0] / 1.15, at[-1] * 1.15)
        looks = looks_of(mean.columns, self.highlight)
        for method, look in looks.items():
            axes.plot(at, mean[method], label=shown(method), **look)
        frame.settle()
        name_lines(frame, mean, looks)
        frame.settle()
        order = sorted(range(len(at)), key=lambda i: (i not in (0, len(at) - 1), i))
        frame.ticks([float(at[i]) for i in order], [f"{mean.index[i]:,}" for i in order])

    def _limits(self, mean: "pd.DataFrame") -> tuple[float, float]:
        """Return limits that hold the highlighted curve, or the middle one, and what is below it."""
        main = mean[self.highlight] if self.highlight in mean else mean.median(axis=1)
        low, start = float(np.nanmin(mean)), float(np.nanmax(main))
        drop = max(start - low, 0.02)
        return low - 0.08 * drop, min(start + _ABOVE_START * drop, float(np.nanmax(mean)) + 0.08 * drop)

    def _finding(self, mean: "pd.DataFrame") -> str:
        """Return how often the highlighted method is the best, or which is the best at the end."""
        compared = mean[mean.notna().sum(axis=1) > 1]
        if self.highlight in compared and len(compared):
            best = int((compared[self.highlight] <= compared.min(axis=1)).sum())
            sizes = f"{plural(len(compared), 'number')} of outcomes"
            return f"{self.highlight} has the lowest loss at {best} of {sizes}"
        whole = mean.dropna(how="all")
        last = whole.iloc[-1]
        return f"{last.idxmin()} has the lowest loss after {plural(int(whole.index[-1]), 'outcome')}"


def _check(losses: "pd.DataFrame", highlight: str | None) -> None:
    """Check that there is something to draw; every fault is listed."""
    faults = [Fault("no such column", field=name) for name in _COLUMNS if name not in losses]
    faults += [Fault("not numbers", field=name) for name in ("n", "loss") if _has_words(losses, name)]
    if not faults and not _mean(losses).notna().any(axis=None):
        faults.append(Fault("no loss in every repetition, so none to draw", field="loss"))
    if "method" in losses:
        faults += _highlight_faults(highlight, losses["method"].unique())
    if faults:
        raise AnswerError(faults)


def _has_words(losses: "pd.DataFrame", column: str) -> bool:
    from pandas.api.types import is_numeric_dtype

    return column in losses and not is_numeric_dtype(losses[column])


def _highlight_faults(highlight: str | None, methods: Iterable[object]) -> list[Fault]:
    known = [str(method) for method in methods]
    if highlight is None or highlight in known:
        return []
    hint = did_you_mean(highlight, known)
    return [Fault("no such method", field="highlight", seen=clip(highlight), remedy=hint)]


def _mean(losses: "pd.DataFrame") -> "pd.DataFrame":
    mean = losses.pivot_table("loss", "n", "method", aggfunc=_whole_mean, dropna=False)
    return mean[list(dict.fromkeys(losses["method"]))]


def _whole_mean(losses: "pd.Series[float]") -> float:
    """Return the mean, and none if any repetition has none: the others were the easier ones."""
    return float(losses.mean(skipna=False))


def _places(sizes: Any) -> Any:
    """Return where numbers of outcomes stand on a logarithmic axis; 0 is one step left of the others."""
    positive = sizes[sizes > 0]
    zero = positive.min() / 2 if positive.size else 1.0
    return np.where(sizes > 0, sizes, zero).astype(float)
