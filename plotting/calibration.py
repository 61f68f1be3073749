"""Reliability diagrams: predicted probabilities and the observed share of offers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ..data.answers.observations import Floats
from ..data.answers.outcomes import read_outcomes
from ..data.errors import AnswerError, Fault
from ..data.language import _, number, plural
from ..model.offer_model import OfferModel
from ..reporting.number_format import join_words, plain_percent
from ..training.evaluation.calibration import MIN_OUTCOMES, Band, reliability
from ..training.labelled_data import read_examples
from .base import Display
from .layout import BLUE, GRID, INK, LINE, MUTED, SMALL, TEXT, Frame, drawable_text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_SIZE = (5.6, 5.6)  # inches
_TICKS = (0.0, 1.0, 0.5, 0.25, 0.75)  # the most important first, since later ones may not fit
_BINS = 20
_TALL = 150.0  # points of height from which there is room for five labels
_HISTOGRAM = (0, -0.22, 1, 0.18)  # in coordinates of the axes


class ReliabilityDisplay(Display):
    """A dot for each band of similar predictions, at the share of offers, with its Wilson interval.

    On the dashed line predictions and outcomes agree. Below, a histogram of the predictions.

    Parameters
    ----------
    bands : sequence of Band
        As in `Evaluation.reliability`.
    y_prob : (n,) array
        Predicted probabilities of an offer.
    name : str or None
        Name of the model, for the title.
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
    The interval includes the prediction in 1 of 2 bands
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
        """Draw the agreement of predicted probabilities with outcomes.

        Parameters
        ----------
        y_true : (n,) array
            Outcomes: 1 for an offer, 0 for none, or words such as "rejected". Pending ones are ignored.
        y_prob : (n,) array
            Predicted probabilities of an offer.
        name : str, optional
            Name of the model, for the title.
        ax : Axes, optional
            Axes to draw in; a new figure by default.

        Returns
        -------
        ReliabilityDisplay

        Raises
        ------
        AnswerError
            Values that are no outcomes or no probabilities, or arrays of different lengths.
        MissingExtraError
            matplotlib is not installed.
        """
        outcomes = read_outcomes(list(y_true), "y_true")
        p = _numbers(y_prob)
        faults = []
        if p.shape != (len(outcomes),):
            seen = join_words([number(len(outcomes)), " × ".join(map(str, p.shape))])
            faults.append(Fault("not as many outcomes as chances", field="y_prob", seen=seen))
        if not ((p >= 0) & (p <= 1)).all():
            faults.append(Fault("not a chance", field="y_prob", expected="0 to 1"))
        if faults:
            raise AnswerError(faults)
        return cls._from_arrays(outcomes, p, name).plot(ax)

    @classmethod
    def from_model(
        cls,
        model: OfferModel,
        frame: "pd.DataFrame | Mapping[str, Any]",
        outcome: str = "outcome",
        *,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw the agreement of a model's predictions with the outcomes of a table.

        Parameters
        ----------
        model : OfferModel
        frame : DataFrame, or mapping of column to cells
            One interview in each row, with its outcome. On its training data a model looks too good.
        outcome : str
            Column that holds the outcomes.
        ax : Axes, optional
            Axes to draw in; a new figure by default.

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
        observed, outcomes = read_examples(frame, outcome, model.catalogue)
        return cls._from_arrays(outcomes, model.score(observed).probability, None).plot(ax)

    @classmethod
    def _from_arrays(cls, outcomes: Floats, p: Floats, name: str | None) -> Self:
        """Make the display of the predictions ``p``, (n,) array, whose outcome, (n,) array, is not NaN."""
        known = ~np.isnan(outcomes)
        return cls(reliability(p[known], outcomes[known]), p[known], name=name)

    def _size(self) -> tuple[float, float]:
        return _SIZE

    def _draw(self, frame: Frame) -> None:
        axes = frame.axes
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.grid(color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        steps = sorted(_TICKS if frame.height > _TALL else _TICKS[:3])
        axes.set_yticks(steps, [plain_percent(step) for step in steps], fontsize=TEXT)
        left = frame.left
        frame.title(self._title(), left=left, above=SMALL * LINE + 8)
        frame.note(_("share that ended in an offer"), 0, "left", x=-left, y=9)
        counts, most = self._counts(axes)
        label = plural(
            self.y_prob.size,
            "predicted chance ({number}% intervals; bars: {n} interview, at most {most} in one)",
            "predicted chance ({number}% intervals; bars: {n} interviews, at most {most} in one)",
            number=number(100 * self.level, "g"),
            most=number(most),
        )
        frame.below(label, left=left, axes=counts)
        frame.fit()
        frame.ticks(_TICKS, [plain_percent(step) for step in _TICKS], axes=counts)
        axes.plot((0, 1), (0, 1), color=MUTED, linewidth=1.1, linestyle="dashed", zorder=2)
        for band in self.bands:
            ends = band.observed_low, band.observed_high
            axes.plot(2 * [band.expected], ends, color=BLUE, linewidth=1.5, marker="_", zorder=3)
        if self.bands:
            points = [band.expected for band in self.bands], [band.observed for band in self.bands]
            axes.plot(*points, "o", color=BLUE, markersize=6.5, zorder=4, clip_on=False)
        self.axes_ = axes, counts

    def _counts(self, axes: "Axes") -> "tuple[Axes, int]":
        """Draw the histogram of the predictions; give its axes and the height of the largest bar."""
        counts = axes.inset_axes(_HISTOGRAM, sharex=axes)
        style: Any = {"color": BLUE, "edgecolor": "white", "linewidth": 0.6}
        heights, *_rest = counts.hist(self.y_prob, bins=_BINS, range=(0, 1), **style)
        counts.spines[["top", "right", "left"]].set_visible(False)
        counts.spines["bottom"].set_color(MUTED)
        counts.set_yticks([])
        axes.tick_params(labelbottom=False, length=0)
        counts.tick_params(labelsize=TEXT, labelcolor=INK, color=MUTED)
        return counts, int(max(heights))

    def _title(self) -> str:
        """Count the bands whose interval includes the predicted probability."""
        if not self.bands:
            title = _("Too few outcomes yet to compare (fewer than {least})", least=number(MIN_OUTCOMES))
        else:
            covered = sum(band.observed_low <= band.expected <= band.observed_high for band in self.bands)
            title = plural(
                len(self.bands),
                "The interval includes the prediction in {covered} of {n} band",
                "The interval includes the prediction in {covered} of {n} bands",
                covered=number(covered),
            )
        return f"{drawable_text(self.name)}: {title[0].lower()}{title[1:]}" if self.name else title


def _numbers(values: Any) -> Floats:
    """Convert ``n`` values to an (n,) array; all NaN if some are no numbers, so that one check finds both."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        return np.full(len(values), np.nan)
