"""Rows of the scorecard: each question with its possible answers and the log-odds that they add."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...data.answers.parsing import answer_text
from ...data.catalogue.questions import Signal
from ...model.features import MAX_STRENGTH
from ...model.offer_model import OfferModel
from ...model.scoring import SILENCE_FIELD, rate_among_candidates, starting_log_odds
from ...model.silence import silence_log_odds

Ints = npt.NDArray[np.int64]

_LEVELS = {"yes_no": (0.0, 1.0), "scale": (1.0, 2.0, 3.0, 4.0, 5.0)}
_Z_STEPS = (-2, -1, 0, 1, 2)  # possible numbers, in standard deviations from the typical one
_WHOLE_KINDS = ("count", "minutes", "days")
_UNIT_NOTES = {"rate": "per half hour, ", "ratio": "of the time planned, "}
_CANDIDATES = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0)
_WAITS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0)  # days waited over days promised


@dataclass(frozen=True)
class Row:
    """One question with its possible answers; any other number counts as the nearest of them.

    ``answers`` are in words, ``values`` are the same as numbers in rising order, and ``log_odds`` are those
    that each answer adds before the halo discount.
    """

    field: str
    question: str
    answers: Sequence[str]
    values: Sequence[float]
    log_odds: Sequence[float]

    def points(self, unit: float) -> tuple[int, ...]:
        """Compute the whole points of each answer, one point being ``unit`` log-odds."""
        return tuple(round(each / unit) for each in self.log_odds)

    def points_of(self, answers: Floats, unit: float) -> Ints:
        """Compute whole points, (n,) array, from answers, (n,) array, where NaN (no answer) gives 0."""
        values = np.array(self.values)
        place = np.searchsorted((values[1:] + values[:-1]) / 2, answers)  # of two equally near, the lower
        return np.array((*self.points(unit), 0))[np.where(np.isnan(answers), -1, place)]


def question_row(signal: Signal, weight: float) -> Row:
    """Make the row of a signal; ``weight`` is in log-odds per standard unit of strength.

    Examples
    --------
    >>> from offerodds import Catalogue
    >>> row = question_row(Catalogue.built_in()["rapport"], 0.2)
    >>> row.answers, row.points(0.1)
    (['cold', 'stiff', 'polite', 'warm', 'very warm'], (-5, -3, -1, 1, 3))
    """
    steps = signal.values or _LEVELS.get(signal.kind, ())
    values = sorted({*steps} or {_rounded(signal, signal.typical + signal.spread * z) for z in _Z_STEPS})
    ratio = signal.kind == "ratio"
    answers = [f"{100 * value:.0f}%" if ratio else answer_text(signal, value) for value in values]
    quantity = np.log(values) if ratio else np.array(values)
    z = signal.turn * ((quantity - signal.typical) / signal.spread).clip(-MAX_STRENGTH, MAX_STRENGTH)
    note = "" if steps else f" ({_UNIT_NOTES.get(signal.kind, '')}nearest)"
    return Row(signal.id, signal.question + note, answers, values, (weight * z).tolist())


def situation_rows(model: OfferModel, shrink: float) -> tuple[Row, ...]:
    """Make the rows of stage, other candidates and silence that the catalogue has.

    The first two replace the base rate; ``shrink`` is ``κ`` of a blank form. The answer to the third is the
    number of days waited divided by the days promised.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> stage, others, silence = situation_rows(OfferModel.default(), 0.8)
    >>> silence.answers[:3], silence.points(0.1)[:3]
    (['0', '0.5', '1'], (0, -1, -4))
    """
    fields, law = model.catalogue.questions, model.catalogue.silence
    none = starting_log_odds(np.array(model.base_rate))
    rows = []
    if stage := fields.get("stage"):
        rates = sorted({*stage.values})
        log_odds = shrink * (starting_log_odds(np.array(rates)) - none)
        answers = [answer_text(stage, rate) for rate in rates]
        rows.append(Row(stage.id, stage.question, answers, rates, log_odds.tolist()))
    if others := fields.get("other_candidates"):
        log_odds = shrink * (starting_log_odds(rate_among_candidates(np.array(_CANDIDATES))) - none)
        question = "Or, if you know it: how many other candidates are there? (nearest)"
        rows.append(Row(others.id, question, [f"{n:g}" for n in _CANDIDATES], _CANDIDATES, log_odds.tolist()))
    if SILENCE_FIELD in fields:
        log_odds = silence_log_odds(law.median_days * np.array(_WAITS), np.full(len(_WAITS), np.nan), law)
        question = f"No answer yet? Days waited ÷ days promised (or {law.median_days:.3g} if none), nearest"
        rows.append(Row(SILENCE_FIELD, question, [f"{n:g}" for n in _WAITS], _WAITS, log_odds.tolist()))
    return tuple(rows)


def _rounded(signal: Signal, value: float) -> float:
    """Round a possible number; a ratio to 5% of the planned time."""
    if signal.kind == "ratio":
        return max(1, round(20 * math.exp(value))) / 20
    digits = 0 if signal.kind in _WHOLE_KINDS else 1 - math.floor(math.log10(signal.spread))
    return min(signal.maximum, max(signal.minimum, round(value, digits)))
