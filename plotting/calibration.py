"""Do 3 in 10 mean 3 in 10: chances given, beside how often an offer came."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ..data.answers.observations import Floats
from ..data.answers.outcomes import read_outcomes
from ..data.errors import AnswerError, Fault
from ..model.offer_model import OfferModel
from ..reporting.number_format import plural
from ..training.evaluation.calibration import FEWEST, Band, reliability
from ..training.labelled_data import read_examples
from .base import Display
from .layout import Frame, shown, width_of
from .style import BESIDE, BLUE, GRID, INK, LINE, MUTED, SMALL, TEXT

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_SIZE = (5.6, 5.6)  # inches
_STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
_BINS = 20
_TALL = 75.0  # points of height that five labels are worth
_HEIGHT, _APART = 44.0, 8.0  # points of the histogram, and between it and the dots


class ReliabilityDisplay(Display):
    """A dot for each band of similar chances, at the share of offers, with its Wilson interval.

    Dots lie on the dashed line where the chances given agree with what happened. Below, a histogram of the
    chances.

    Parameters
    ----------
    bands : sequence of Band
        As `Evaluation.reliability` has them.
    y_prob : (n,) array
        The chances given.
    name : str or None
        Whose chances they are.
    level : float
        Coverage of the intervals.

    Attributes
    ----------
    axes_ : (Axes, Axes)
        The axes of the dots, which is also ``ax_``, and of the histogram.

    Examples
    --------
    >>> import numpy as np
    >>> p = np.repeat([0.2, 0.6], 10)
    >>> y = np.array([1, 0, 0, 0, 0, 0, 0, 0, 0, 0] + [1] * 10)
    >>> print(ReliabilityDisplay.from_predictions(y, p).ax_.get_title(loc="left"))
    The interval holds the chance given in 1 of 2 bands
    """

    axes_: "tuple[Axes, Axes]"

    def __init__(
        self, bands: Sequence[Band], y_prob: Any, *, name: str | None = None, level: float = 0.90
    ) -> None:
        self.bands = tuple(bands)
        self.y_prob = np.asarray(y_prob, dtype=float)
        self.name = name
        self.level = level

    @classmethod
    def from_predictions(
        cls, y_true: Any, y_prob: Any, *, name: str | None = None, ax: "Axes | None" = None
    ) -> Self:
        """Draw how chances that were given agree with what happened.

        Parameters
        ----------
        y_true : (n,) array
            What happened: 1 for an offer, 0 for none, or an outcome in words; what has no outcome yet
            counts for nothing.
        y_prob : (n,) array
            Chances of an offer, from 0 to 1.
        name : str, optional
            Whose chances they are, for the title.
        ax : Axes, optional
            Where to; a new figure by default.

        Returns
        -------
        ReliabilityDisplay

        Raises
        ------
        AnswerError
            Values that are no outcomes or no chances, or not as many of one as of the other.
        MissingExtraError
            matplotlib is not installed.
        """
        outcomes = read_outcomes(list(y_true), "y_true")
        p = _numbers(y_prob)
        faults = []
        if p.shape != (len(outcomes),):
            seen = f"{len(outcomes):,} and {' × '.join(map(str, p.shape))}"
            faults.append(Fault("not as many outcomes as chances", field="y_prob", seen=seen))
        if not ((p >= 0) & (p <= 1)).all():
            faults.append(Fault("not a chance", field="y_prob", expected="0 to 1"))
        if faults:
            raise AnswerError(faults)
        return cls._of(outcomes, p, name).plot(ax)

    @classmethod
    def from_model(
        cls,
        model: OfferModel,
        frame: "pd.DataFrame | Mapping[str, Any]",
        outcome: str = "outcome",
        *,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw how a model's chances agree with the outcomes of a table.

        Parameters
        ----------
        model : OfferModel
        frame : DataFrame, or mapping of column to cells
            One interview a row, with its outcome. Interviews the model was trained on flatter it.
        outcome : str
            Column that holds the outcomes.
        ax : Axes, optional
            Where to; a new figure by default.

        Returns
        -------
        ReliabilityDisplay

        Raises
        ------
        AnswerError
            No such column, or cells that are no answers or no outcomes; every fault is listed.
        MissingExtraError
            matplotlib is not installed.

        Examples
        --------
        >>> from offerodds import OfferModel, simulate
        >>> display = ReliabilityDisplay.from_model(OfferModel.default(), simulate(200))
        >>> sum(band.n for band in display.bands)
        200
        """
        seen, outcomes = read_examples(frame, outcome, model.catalogue)
        return cls._of(outcomes, model.score(seen).probability, None).plot(ax)

    @classmethod
    def _of(cls, outcomes: Floats, p: Any, name: str | None) -> Self:
        """Return the display of the chances whose outcome is known, in the bands of `reliability`."""
        known = ~np.isnan(outcomes)
        return cls(reliability(p[known], outcomes[known]), p[known], name=name)

    def _size(self) -> tuple[float, float]:
        """Return width and height of a figure in which nothing is crowded, in inches."""
        return _SIZE

    def _draw(self, frame: Frame) -> None:
        axes = frame.axes
        left = width_of("100 %") + BESIDE
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.grid(color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        frame.title(self._finding(), left=left, above=SMALL * LINE + 8)
        frame.note(["share that ended in an offer"], 0, "left", x=-left, y=9)
        counts = self._counts(frame)
        many = f"bars: {plural(self.y_prob.size, 'interview')}, at most {int(counts.dataLim.y1):,} in one"
        frame.below(
            f"chance given ({100 * self.level:g} % intervals; {many})",
            left=left,
            between=_HEIGHT + _APART + TEXT * LINE + 2 * BESIDE,
        )
        frame.settle()
        steps = _STEPS if frame.height > _TALL else _STEPS[::2]
        axes.set_yticks(steps, [f"{100 * step:g} %" for step in steps], fontsize=TEXT)
        order = (0.0, 1.0, 0.5, 0.25, 0.75)
        frame.ticks(order, [f"{100 * step:g} %" for step in order], axes=counts)
        axes.plot((0, 1), (0, 1), color=MUTED, linewidth=1.1, linestyle="dashed", zorder=2)
        self._dots(frame)
        self.axes_ = axes, counts

    def _dots(self, frame: Frame) -> None:
        for band in self.bands:
            ends = band.observed_low, band.observed_high
            frame.axes.plot(
                (band.expected, band.expected), ends, color=BLUE, linewidth=1.5, marker="_", zorder=3
            )
        if not self.bands:
            return
        points = [band.expected for band in self.bands], [band.observed for band in self.bands]
        frame.axes.plot(*points, "o", color=BLUE, markersize=6.5, zorder=4, clip_on=False)

    def _counts(self, frame: Frame) -> "Axes":
        """Draw the histogram of the chances below the dots; return its axes."""
        place = frame.in_points_below()
        counts = frame.axes.inset_axes((0, -_HEIGHT - _APART, 1, _HEIGHT), transform=place, sharex=frame.axes)
        counts.hist(self.y_prob, bins=_BINS, range=(0, 1), color=BLUE, edgecolor="white", linewidth=0.6)
        for side in ("top", "right", "left"):
            counts.spines[side].set_visible(False)
        counts.spines["bottom"].set_color(MUTED)
        counts.set_yticks([])
        frame.axes.tick_params(labelbottom=False, length=0)
        counts.tick_params(labelsize=TEXT, labelcolor=INK, color=MUTED)
        return counts

    def _finding(self) -> str:
        """Return in how many bands the interval holds the chance given."""
        whose = f"{shown(self.name)}: " if self.name else ""
        if not self.bands:
            return f"{whose}{'too' if whose else 'Too'} few outcomes yet to compare (fewer than {FEWEST})"
        held = sum(band.observed_low <= band.expected <= band.observed_high for band in self.bands)
        said = f"interval holds the chance given in {held} of {plural(len(self.bands), 'band')}"
        return f"{whose}{'the' if whose else 'The'} {said}"


def _numbers(given: Any) -> Floats:
    """Return what was given as numbers, NaN throughout where it has others."""
    try:
        return np.asarray(given, dtype=float)
    except (TypeError, ValueError):
        return np.full(len(given), np.nan)
