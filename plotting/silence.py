"""The chance of an offer by days without news."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from ..data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from ..data.language import N_, _, number, plural
from ..model.offer_model import OfferModel, observe_for
from ..model.silence_curve import SilencePoint, predict_silence
from ..reporting.axis_scales import day_ticks, round_top, spread_out
from ..reporting.number_format import interval_name, percent, plain_percent
from .base import Display
from .layout import BAND, BLUE, GRID, INK, LINE, MUTED, SMALL, TEXT, Frame, text_width, truncated

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SIZE = (6.5, 3.8)  # inches
_TALL = 190.0  # points of height from which there is room for five labels


class SilenceDisplay(Display):
    """The chance of an offer and its interval by days without news.

    The line is solid up to today, and dashed after it: the chance if there is no news until then.

    Parameters
    ----------
    moments : sequence of SilencePoint
        At least two, from day 0 on, as computed by `predict_silence`.
    waited : float
        Days without news today.
    promised : float or None
        Days after the last news by which an answer was promised.
    level : float
        Coverage of the intervals.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> answers = {"stage": "final", "days_since_interview": 9}
    >>> display = SilenceDisplay.from_model(OfferModel.default(), answers)
    >>> print(display.ax_.get_title(loc="left"))
    25% after 9 days without news; 4% if there is none by day 60
    """

    def __init__(
        self,
        moments: Sequence[SilencePoint],
        *,
        waited: float = 0.0,
        promised: float | None = None,
        level: float = 0.90,
    ) -> None:
        self.moments = tuple(moments)
        self.waited = waited
        self.promised = promised
        self.level = level

    @classmethod
    def from_model(
        cls,
        model: OfferModel,
        answers: Mapping[str, Any],
        *,
        days: int = 60,
        level: float = 0.90,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw the chance that a model predicts for one interview, day by day.

        Parameters
        ----------
        model : OfferModel
        answers : mapping of str to object
            Answers by field. ``days_since_interview`` is today, ``promised_days`` is marked.
        days : int
            Last day shown, or today if that is later.
        level : float
            Coverage of the intervals, between 0 and 1.
        ax : Axes, optional
            Axes to draw in; a new figure by default.

        Returns
        -------
        SilenceDisplay

        Raises
        ------
        AnswerError
            Unknown fields or invalid answers; every fault is listed.
        MissingExtraError
            matplotlib is not installed.
        """
        observed = observe_for(model, answers)
        waited, promised = (float(observed[field][0]) for field in (SILENCE_FIELD, PROMISE_FIELD))
        waited = 0.0 if np.isnan(waited) else waited
        last = max(int(days), int(np.ceil(waited)), 1)
        # a point a day is smooth enough, and today is one of them
        times = sorted({*np.linspace(0, last, min(last, 365) + 1).tolist(), waited})
        moments = predict_silence(model, answers, times, level)
        promise = None if np.isnan(promised) else promised
        return cls(moments, waited=waited, promised=promise, level=level).plot(ax)

    @property
    def today(self) -> SilencePoint:
        """The moment nearest to the days waited."""
        return min(self.moments, key=lambda moment: abs(moment.days - self.waited))

    def _size(self) -> tuple[float, float]:
        return _SIZE

    def _draw(self, frame: Frame) -> None:
        axes, last = frame.axes, self.moments[-1].days
        top = round_top(max(moment.high for moment in self.moments))
        axes.set_xlim(0, last)
        axes.set_ylim(0, top)
        self._curves(axes)
        parts = 2 if frame.height < _TALL else 4
        shares = [top * i / parts for i in range(parts + 1)]
        axes.set_yticks(shares, [plain_percent(share) for share in shares], fontsize=TEXT)
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        axes.set_axisbelow(True)
        left = frame.left
        interval = interval_name(self.level)
        frame.below(_("days since the last news (band: {interval})", interval=interval), left=left)
        frame.title(self._title(), left=left, above=SMALL * LINE + 10)
        frame.fit()
        self._labels(frame)
        days = day_ticks(last)
        order = sorted(days, key=lambda day: (day not in (0, days[-1]), day))
        frame.ticks(order, [number(day) for day in order])

    def _curves(self, axes: "Axes") -> None:
        """Draw the band, the solid line up to today, and the dashed line after it."""
        today = self.today
        days, chance, low, high = np.array([(m.days, m.probability, m.low, m.high) for m in self.moments]).T
        axes.fill_between(days, low, high, color=BAND, linewidth=0, zorder=1)
        for edge in (low, high):
            axes.plot(days, edge, color=BLUE, linewidth=0.8, zorder=2)
        for dashes, part in (("solid", days <= today.days), ("dashed", days >= today.days)):
            axes.plot(days[part], chance[part], color=BLUE, linewidth=2.2, linestyle=dashes, zorder=3)
        axes.axvline(today.days, color=INK, linewidth=0.9, zorder=2)
        axes.plot(today.days, today.probability, "o", color=BLUE, markersize=7, clip_on=False, zorder=4)

    def _labels(self, frame: Frame) -> None:
        """Mark the promised day, and label it and today above the axes."""
        last = self.moments[-1].days
        now = N_("today {percent}") if self.waited else N_("start {percent}")
        labels = {_(now, percent=percent(self.today.probability)): self.today.days}
        if self.promised is not None and self.promised <= last:
            frame.axes.axvline(self.promised, color=MUTED, linewidth=1.2, linestyle="dotted", zorder=2)
            labels[_("promised by day {day}", day=number(self.promised, "g"))] = self.promised
        texts = [truncated(label, frame.width / len(labels) - 8, SMALL) for label in labels]
        places = [day / last * frame.width for day in labels.values()]
        widths = [text_width(text, SMALL) for text in texts]
        for text, at in zip(texts, spread_out(places, widths, 0, frame.width, 8), strict=True):
            frame.note(text, at / frame.width, "center", y=9)

    def _title(self) -> str:
        """Describe the chance today, and on the last day if there is no news."""
        today, last = self.today, self.moments[-1]
        title = _("{chance} at the start", chance=percent(today.probability))
        if self.waited:
            title = plural(
                round(today.days),
                "{chance} after {n} day without news",
                "{chance} after {n} days without news",
                chance=percent(today.probability),
            )
        if last.days <= today.days:
            return title
        return _(
            "{title}; {chance} if there is none by day {day}",
            title=title,
            chance=percent(last.probability),
            day=number(last.days, ".0f"),
        )
