"""A forest plot of odds ratios: published, and after training."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from ..data.errors import AnswerError, Fault, clip
from ..data.spelling import nearest
from ..model.offer_model import OfferModel
from ..reporting.axis_scales import Odds, limits_of, odds_ticks, tick_said
from ..reporting.number_format import listed, plural
from .base import Display
from .forest import Forest
from .layout import Frame, wrapped
from .row_layout import Plan, Row, fits, plan, write
from .style import LINE, SMALL, WIDTH

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


_SAME = 1e-9  # of odds ratios that differ by rounding alone
_LEAST, _LEAST_OF_TWO = 1.0, 4.0  # points between rows with one mark, or two, however little room
_NAMED = 3  # signs in the title
_ABOVE, _BELOW, _AROUND = 76.0, 64.0, 12.0  # points for what stands above, below and around the rows
_ALL = 72 * WIDTH - _AROUND
_ROOMY, _ENOUGH = 340.0, 470.0  # points of room that a column of evidence is worth, and one of figures
_READ_AS = "odds ratio of an answer one standard deviation better than usual, that sign alone, with its {}"


def weight_table(model: OfferModel, level: float, signals: Sequence[str] | None = None) -> "pd.DataFrame":
    """Return `OfferModel.weights` with more columns, for all signs or some of them.

    Parameters
    ----------
    model : OfferModel
    level : float
        Coverage of the intervals.
    signals : sequence of str, optional
        Ids of the signs, in this order; all by default.

    Returns
    -------
    DataFrame
        With ``title`` of the group, ``evidence`` in words, and ``prior_low`` and ``prior_high``.

    Raises
    ------
    AnswerError
        Signs that the model does not have, or a level that is none; every fault is listed.

    Examples
    --------
    >>> weight_table(OfferModel.default(), 0.90, ["rapport"])[["signal", "title", "evidence"]].values.tolist()
    [['rapport', 'Engagement', 'reviews, offers']]
    """
    return _chosen(_with_evidence(model.weights(level), model, level), signals)


def _with_evidence(weights: "pd.DataFrame", model: OfferModel, level: float) -> "pd.DataFrame":
    """Return weights with group titles, evidence in words, and the intervals of the published evidence."""
    published = OfferModel.default(catalogue=model.catalogue).weights(level)
    # a model trained on a trained one started from what is not kept but for its means
    off = (published["odds_ratio"] / weights["prior_odds_ratio"] - 1).abs()
    before = published if off.max() < _SAME else published.assign(low=math.nan, high=math.nan)
    return weights.assign(
        title=[model.catalogue.title(group) for group in weights["group"]],
        evidence=[model.catalogue[signal].evidence_short for signal in weights["signal"]],
        prior_low=before["low"],
        prior_high=before["high"],
    )


def _chosen(weights: "pd.DataFrame", signals: Sequence[str] | None) -> "pd.DataFrame":
    """Return the rows of some signs."""
    if signals is None:
        return weights
    if isinstance(signals, str):
        raise AnswerError([Fault("not a list of signs", field="signals", seen=clip(signals))])
    by_signal = weights.set_index("signal", drop=False)
    known = list(by_signal.index)
    faults = [
        Fault("no such sign", field="signals", seen=clip(name), nearest=nearest(str(name), known))
        for name in signals
        if name not in known
    ]
    if not len(signals):
        faults.append(Fault("no sign to show", field="signals"))
    if faults:
        raise AnswerError(faults)
    return by_signal.loc[list(dict.fromkeys(signals))].reset_index(drop=True)


class WeightsDisplay(Display):
    """Odds ratios of the signs with their intervals, before and after training.

    A circle stands at each odds ratio, hollow where no effect was measured, a line for its interval; of a
    trained model also a diamond and a dashed line for the published evidence it started from. Limits hold
    all odds ratios and nine in ten of the intervals; one that goes on ends in an arrow.

    Parameters
    ----------
    weights : DataFrame
        As `OfferModel.weights` gives it, a row a sign, and ``title`` of its group, ``evidence`` in words and
        ``prior_low`` and ``prior_high``, NaN where they are not known.
    level : float
        Coverage of the intervals.
    outcomes : int or None
        Interviews learned from; None for published evidence alone.

    Attributes
    ----------
    rows_ : list of str
        Ids of the signs drawn, from the top: all, if there was room.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> display = WeightsDisplay.from_model(OfferModel.default(), signals=["rapport", "timeline_given"])
    >>> display.ax_.get_title(loc="left")
    'The 90 % interval is clear of 1 for 1 of 2 signs: timeline given'
    """

    rows_: list[str]

    def __init__(self, weights: "pd.DataFrame", *, level: float = 0.90, outcomes: int | None = None) -> None:
        self.weights = weights
        self.level = level
        self.outcomes = outcomes

    @classmethod
    def from_model(
        cls,
        model: OfferModel,
        *,
        level: float = 0.90,
        signals: Sequence[str] | None = None,
        ax: "Axes | None" = None,
    ) -> Self:
        """Draw the weights of a model.

        Parameters
        ----------
        model : OfferModel
        level : float
            Coverage of the intervals, between 0 and 1.
        signals : sequence of str, optional
            Ids of the signs to show, in this order within their groups; all by default.
        ax : Axes, optional
            Where to; a new figure by default.

        Returns
        -------
        WeightsDisplay

        Raises
        ------
        AnswerError
            Signs that the model does not have, or a level that is none; every fault is listed.
        MissingExtraError
            matplotlib is not installed.
        """
        return cls.of_model(model, level=level, signals=signals).plot(ax)

    @classmethod
    def of_model(
        cls, model: OfferModel, *, level: float = 0.90, signals: Sequence[str] | None = None
    ) -> Self:
        """Return the display of a model's weights, not drawn yet.

        Parameters
        ----------
        model : OfferModel
        level : float
            Coverage of the intervals, between 0 and 1.
        signals : sequence of str, optional
            Ids of the signs to show, in this order within their groups; all by default.

        Returns
        -------
        WeightsDisplay

        Raises
        ------
        AnswerError
            Signs that the model does not have, or a level that is none; every fault is listed.

        Examples
        --------
        >>> from offerodds import OfferModel
        >>> WeightsDisplay.of_model(OfferModel.default(), signals=["rapport"]).weights["signal"].tolist()
        ['rapport']
        """
        table = weight_table(model, level, signals)
        outcomes = None if model.training is None else model.training.n_offer + model.training.n_no_offer
        return cls(table, level=level, outcomes=outcomes)

    def _size(self) -> tuple[float, float]:
        """Return width and height of a figure in which nothing is crowded, in inches."""
        height = self._plan(self._records(), _ALL).height()
        return WIDTH, (height + _ABOVE + _BELOW) / 72

    def _records(self) -> list[dict[str, Any]]:
        """Return a row a sign, those of one group together."""
        rows: list[dict[str, Any]] = self.weights.to_dict("records")  # type: ignore[assignment]
        order = {title: i for i, title in enumerate(dict.fromkeys(row["title"] for row in rows))}
        return sorted(rows, key=lambda row: order[row["title"]])

    def _draw(self, frame: Frame) -> None:
        records = self._records()
        self._write_around(frame, records, self._plan(records, frame.room))
        frame.settle()
        kept = self._that_fit(frame, records)
        self.rows_ = [row["signal"] for row in kept]
        laid = self._plan(kept, frame.room)
        self._write_around(frame, kept, laid)
        frame.settle()
        middles = write(laid, frame)
        odds = [Odds(row["odds_ratio"], row["low"], row["high"], self._before(row)) for row in kept]
        limits = limits_of(odds)
        frame.axes.set_xscale("log")
        frame.axes.set_xlim(*limits)
        frame.settle()
        ticks = sorted(odds_ticks(limits), key=lambda tick: (tick != 1, -abs(math.log(tick)), tick))
        frame.ticks(ticks, [tick_said(tick) for tick in ticks])
        marks = Forest(frame, limits)
        places = [middle for row, middle in zip(laid.rows, middles, strict=True) if not row.bold]
        for place, record in zip(places, kept, strict=True):
            marks.draw(place, record, trained=self.outcomes is not None)

    def _plan(self, records: Sequence[dict[str, Any]], room: float) -> Plan:
        """Return the words of each row, with a heading for each group if there are several."""
        several = len({row["title"] for row in records}) > 1
        rows, heading = [], None
        for row in records:
            if several and row["title"] != heading:
                heading = row["title"]
                rows.append(Row((heading,), bold=True))
            interval = f" ({row['low']:.2f} to {row['high']:.2f})" if row["high"] < 100 else " (wide)"
            figures = f"{_ratio(row['odds_ratio'])}{interval}"
            evidence = [row["evidence"]] if room >= _ROOMY else []
            rows.append(Row((row["favourable_answer"], *evidence), figures if room >= _ENOUGH else ""))
        return plan(rows, room, least=_LEAST if self.outcomes is None else _LEAST_OF_TWO)

    def _that_fit(self, frame: Frame, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the rows there is room for: those that tell most, in their order."""
        by_worth = sorted(range(len(records)), key=lambda i: -abs(math.log(records[i]["odds_ratio"])))
        for n in range(len(records), 1, -1):
            kept = [records[i] for i in sorted(by_worth[:n])]
            if fits(self._plan(kept, frame.room), frame):
                return kept
        return [records[i] for i in by_worth[:1]]

    def _before(self, row: dict[str, Any]) -> float | None:
        return None if self.outcomes is None else row["prior_odds_ratio"]

    def _write_around(self, frame: Frame, kept: Sequence[dict[str, Any]], laid: Plan) -> None:
        """Write title, key, what lies on either side of 1, and what is shown."""
        left_out = len(self.weights) - len(kept)
        said = _READ_AS.format(f"{100 * self.level:g} % interval")
        if left_out:
            said += f"; {plural(left_out, 'sign')} that {'tells' if left_out == 1 else 'tell'} less left out"
        frame.clear_notes()
        frame.below(said, left=laid.left)
        half = max(40.0, (frame.room - laid.left - laid.right) / 2) - 6
        sides = [wrapped(side, half, SMALL) for side in ("← against an offer", "for an offer →")]
        height = max(map(len, sides)) * SMALL * LINE + 7
        for lines, align, shift in zip(sides, ("right", "left"), (-6, 6), strict=True):
            frame.note(lines, 0.5, align, x=shift, y=3)
        height += frame.key(Forest.key(trained=self.outcomes is not None), left=laid.left, above=height)
        frame.title(self._finding(), left=laid.left, above=height)

    def _finding(self) -> str:
        """Return for which signs the interval leaves out 1."""
        rows = self._records()
        said = f"the {100 * self.level:g} % interval"
        if len(rows) == 1:
            said += (
                f" for {rows[0]['favourable_answer']} {'is clear of 1' if _clear(rows[0]) else 'includes 1'}"
            )
        else:
            said += f" is clear of 1 for {_count_and_names(rows)}"
        if self.outcomes is None:
            return said[0].upper() + said[1:]
        return f"After {plural(self.outcomes, 'outcome')}, {said}"


def _count_and_names(rows: Sequence[dict[str, Any]]) -> str:
    """Return for how many signs the interval leaves out 1, and which where they are few."""
    clear = sorted(filter(_clear, rows), key=lambda row: -abs(math.log(row["odds_ratio"])))
    names = f": {listed([row['favourable_answer'] for row in clear])}" if 0 < len(clear) <= _NAMED else ""
    return f"{len(clear) or 'none'} of {plural(len(rows), 'sign')}{names}"


def _clear(row: dict[str, Any]) -> bool:
    return bool(row["low"] > 1 or row["high"] < 1)


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 100 else f"{ratio:.3g}"
