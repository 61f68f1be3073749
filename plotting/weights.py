"""Forest plots of odds ratios: published, and after training."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from ..data.errors import AnswerError, Fault, clip
from ..data.language import N_, _, number, plural
from ..data.name_matching import nearest
from ..model.offer_model import OfferModel
from ..reporting.axis_scales import OddsInterval, format_tick, odds_limits, odds_ticks
from ..reporting.number_format import from_to, interval_name, join_words
from .base import Display
from .layout import BLUE, GRID, INK, LINE, SMALL, VERMILLION, WIDTH, Frame, Row, Table, draw_interval

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes


_ROUNDING = 1e-9  # relative difference of odds ratios that comes from rounding alone
_OFFSET = 3.4  # points from the middle of a row to the published and to the trained odds ratio
_MIN_GAP, _MIN_GAP_OF_TWO = 1.0, 4.0  # points between rows with one mark or with two
_MAX_NAMED = 3  # signs in the title
_MARGINS = 140.0  # points above and below the rows
_ROOM = 72 * WIDTH - 12.0  # points
_EVIDENCE_FROM, _FIGURES_FROM = 340.0, 470.0  # points of room from which these columns are shown
_UNMEASURED = {"sign", "own"}  # bases of a weight without any measurement
_X_LABEL = N_(
    "odds ratio of an answer one standard deviation better than typical, taken alone, with its {interval}"
)

Record = dict[str, Any]


class WeightsDisplay(Display):
    """Odds ratios of the signs with their intervals, before and after training.

    A circle marks each odds ratio, hollow where no effect was measured, and a line its interval; for a
    trained model a diamond and a dashed line mark the published evidence. The limits include all odds ratios
    and nine in ten of the intervals; one that goes on beyond them ends in an arrow.

    Parameters
    ----------
    weights : DataFrame
        The columns of `OfferModel.weights`, a row for each sign, and ``title`` of its group, ``evidence`` in
        words, and ``prior_low`` and ``prior_high``, NaN where they are unknown.
    level : float
        Coverage of the intervals.
    outcomes : int or None
        Interviews the model was trained on; None for published evidence alone.

    Attributes
    ----------
    rows_ : list of str
        Ids of the signs drawn, from the top: all, if there was room.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> display = WeightsDisplay.from_model(OfferModel.default(), signals=["rapport", "self_rating"])
    >>> display.ax_.get_title(loc="left")
    '1 of 2 signs has a 90% interval that excludes 1: how well you did'
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
            Axes to draw in; a new figure by default.

        Returns
        -------
        WeightsDisplay

        Raises
        ------
        AnswerError
            Signs that the model does not have, or an invalid level; every fault is listed.
        MissingExtraError
            matplotlib is not installed.
        """
        return cls.of_model(model, level=level, signals=signals).plot(ax)

    @classmethod
    def of_model(
        cls, model: OfferModel, *, level: float = 0.90, signals: Sequence[str] | None = None
    ) -> Self:
        """Make the display of a model's weights without drawing it.

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
            Signs that the model does not have, or an invalid level; every fault is listed.

        Examples
        --------
        >>> from offerodds import OfferModel
        >>> WeightsDisplay.of_model(OfferModel.default(), signals=["rapport"]).weights["signal"].tolist()
        ['rapport']
        """
        weights = _with_evidence(model.weights(level), model, level)
        outcomes = None if model.learned is None else model.learned.n_offer + model.learned.n_no_offer
        return cls(_select(weights, signals), level=level, outcomes=outcomes)

    def _size(self) -> tuple[float, float]:
        rows = [row for row, _record in self._rows(self._records(), _ROOM)]
        return WIDTH, (Table(rows, _ROOM).height(rows) + _MARGINS) / 72

    def _records(self) -> list[Record]:
        """Collect a record for each sign, those of one group together."""
        records: list[Record] = self.weights.to_dict("records")  # type: ignore[assignment]
        order = {title: i for i, title in enumerate(dict.fromkeys(each["title"] for each in records))}
        return sorted(records, key=lambda each: order[each["title"]])

    def _rows(self, records: Sequence[Record], room: float) -> list[tuple[Row, Record | None]]:
        """Make the row of each sign, with a heading for each group if all signs of several are shown."""
        left_out = len(self.weights) - len(records)
        several = not left_out and len({each["title"] for each in records}) > 1
        rows: list[tuple[Row, Record | None]] = []
        for i, each in enumerate(records):
            if several and (i == 0 or each["title"] != records[i - 1]["title"]):
                rows.append((Row((each["title"],), weight="bold"), None))
            evidence = [each["evidence"]] if room >= _EVIDENCE_FROM else []
            figures = _figures(each) if room >= _FIGURES_FROM else ""
            rows.append((Row((each["favourable_answer"], *evidence), figures), each))
        if left_out:
            rows.append(
                (Row((plural(left_out, "and {n} sign closer to 1", "and {n} signs closer to 1"),)), None)
            )
        return rows

    def _draw(self, frame: Frame) -> None:
        axes, records = frame.axes, self._records()
        columns = ["odds_ratio", "low", "high", *(["prior_odds_ratio"] if self.outcomes is not None else [])]
        limits = odds_limits(OddsInterval(*(each[column] for column in columns)) for each in records)
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.set_xlim(*limits)
        rows = [row for row, _record in self._rows(records, frame.room)]
        table = Table(rows, frame.room, least=_MIN_GAP if self.outcomes is None else _MIN_GAP_OF_TWO)
        self._write_around(frame, table.left)
        frame.fit()
        drawn = self._rows_that_fit(records, table, frame)
        middles = table.write([row for row, _record in drawn], frame)
        frame.fit()
        ticks = sorted(odds_ticks(limits), key=lambda tick: (tick != 1, -abs(math.log(tick)), tick))
        frame.ticks(ticks, [format_tick(tick) for tick in ticks])
        for tick in ticks:
            axes.axvline(tick, color=INK if tick == 1 else GRID, linewidth=0.8, zorder=0)
        marked = [(y, each) for y, (_row, each) in zip(middles, drawn, strict=True) if each]
        self.rows_ = [each["signal"] for _y, each in marked]
        offset = _OFFSET * axes.get_ylim()[0] / max(frame.height, 1.0)
        for y, each in marked:
            self._draw_sign(axes, y, each, offset)

    def _rows_that_fit(
        self, records: list[Record], table: Table, frame: Frame
    ) -> list[tuple[Row, Record | None]]:
        """Choose the signs with odds ratios furthest from 1 for which there is room, in their order."""
        furthest = sorted(range(len(records)), key=lambda i: -abs(math.log(records[i]["odds_ratio"])))
        for n in range(len(records), 0, -1):
            rows = self._rows([records[i] for i in sorted(furthest[:n])], frame.room)
            if table.fits([row for row, _record in rows], frame):
                break
        return rows

    def _draw_sign(self, axes: "Axes", y: float, record: Record, offset: float) -> None:
        """Draw the odds ratio of a sign, below the published one if the model is trained."""
        if self.outcomes is not None:
            if not math.isnan(record["prior_low"]):
                ends = record["prior_low"], record["prior_high"]
                draw_interval(axes, y - offset, *ends, color=VERMILLION, linewidth=1.4, linestyle="dashed")
            axes.plot(record["prior_odds_ratio"], y - offset, **_mark("D", VERMILLION, filled=False))
            y += offset
        draw_interval(axes, y, record["low"], record["high"], color=BLUE, linewidth=1.4)
        axes.plot(record["odds_ratio"], y, **_mark("o", BLUE, filled=_measured(record["basis"])))

    def _write_around(self, frame: Frame, left: float) -> None:
        """Write the title, the legend, the meaning of both sides of 1, and the label of the axis."""
        frame.below(_(_X_LABEL, interval=interval_name(self.level)), left=left)
        frame.note(_("← against an offer"), 0.5, "right", x=-6, y=3)
        frame.note(_("for an offer →"), 0.5, "left", x=6, y=3)
        above = SMALL * LINE + 7
        frame.title(
            self._title(), left=left, above=above + frame.legend(self._legend(), left=left, above=above)
        )

    def _legend(self) -> "list[tuple[Artist, str]]":
        """Make an example of each mark with its meaning."""
        from matplotlib.lines import Line2D

        measured = _("published, measured effect")
        if self.outcomes is not None:
            measured = _("with your outcomes, measured effect")
        styles = [
            (measured, _mark("o", BLUE, filled=True) | {"linestyle": "solid"}),
            (_("no measured effect"), _mark("o", BLUE, filled=False) | {"linestyle": "solid"}),
        ]
        if self.outcomes is not None:
            dashed = {"linestyle": "dashed"}
            styles.append((_("before your outcomes"), _mark("D", VERMILLION, filled=False) | dashed))
        return [(Line2D([], [], **style), meaning) for meaning, style in styles]

    def _title(self) -> str:
        """Name the signs whose interval excludes 1."""
        records = self._records()
        clear = [each for each in records if each["low"] > 1 or each["high"] < 1]
        clear.sort(key=lambda each: -abs(math.log(each["odds_ratio"])))
        values = {"interval": interval_name(self.level), "all": number(len(records))}
        if len(records) == 1:
            one = (
                N_("the {interval} of {sign} excludes 1")
                if clear
                else N_("the {interval} of {sign} includes 1")
            )
            text = _(one, interval=values["interval"], sign=records[0]["favourable_answer"])
        elif not clear:
            text = _("none of {all} signs has a {interval} that excludes 1", **values)
        else:
            text = plural(
                len(clear),
                "{n} of {all} signs has a {interval} that excludes 1",
                "{n} of {all} signs have a {interval} that excludes 1",
                **values,
            )
            if len(clear) <= _MAX_NAMED:
                text += f": {join_words([each['favourable_answer'] for each in clear])}"
        if self.outcomes is None:
            return text[0].upper() + text[1:]
        return plural(self.outcomes, "After {n} outcome, {text}", "After {n} outcomes, {text}", text=text)


def _with_evidence(weights: "pd.DataFrame", model: OfferModel, level: float) -> "pd.DataFrame":
    """Add group titles, evidence in words, and the intervals of the published evidence to weights."""
    published = OfferModel.default(catalogue=model.catalogue).weights(level)
    # a model that was trained twice has only the means of its prior, not their intervals
    difference = (published["odds_ratio"] / weights["prior_odds_ratio"] - 1).abs()
    before = published if difference.max() < _ROUNDING else published.assign(low=math.nan, high=math.nan)
    return weights.assign(
        title=[model.catalogue.title(group) for group in weights["group"]],
        evidence=[model.catalogue[signal].evidence_short for signal in weights["signal"]],
        prior_low=before["low"],
        prior_high=before["high"],
    )


def _select(weights: "pd.DataFrame", signals: Sequence[str] | None) -> "pd.DataFrame":
    """Select the rows of some signs, in their order."""
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


def _measured(basis: str) -> bool:
    """Check whether any basis of a weight was measured."""
    return not set(basis.split("+")) <= _UNMEASURED


def _mark(marker: str, color: str, *, filled: bool) -> dict[str, Any]:
    face, size = color if filled else "white", 5.5 if marker == "o" else 4.2
    style = {"marker": marker, "markersize": size, "color": color, "markerfacecolor": face}
    return style | {"linestyle": "none", "zorder": 3}


def _figures(record: Record) -> str:
    """Format an odds ratio with its interval."""
    ratio = number(record["odds_ratio"], ".2f" if record["odds_ratio"] < 100 else ".3g")
    if record["high"] >= 100:
        return _("{ratio} (wide)", ratio=ratio)
    return f"{ratio} ({from_to(number(record['low'], '.2f'), number(record['high'], '.2f'))})"
