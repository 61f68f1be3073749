"""The rows of the scorecard: each question with the answers to choose from, and the log-odds they add."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...data.answers.parsing import answer_text
from ...data.catalogue.questions import Signal
from ...model.base_rate import rate_among_candidates, starting_log_odds
from ...model.features import MAX_STRENGTH
from ...model.offer_model import OfferModel
from ...model.scoring import SILENCE_FIELD
from ...model.silence import silence_log_odds

Ints = npt.NDArray[np.int64]

_STEPS = {"yes_no": (0.0, 1.0), "scale": (1.0, 2.0, 3.0, 4.0, 5.0)}
_SPREADS = (-2, -1, 0, 1, 2)  # numbers to choose from, in spreads from the typical one
_WHOLE = ("count", "minutes", "days")
_NOTES = {"rate": "per half hour, ", "ratio": "of the time planned, "}
_OTHERS = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0)
_WAITS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0)  # days waited over days promised


@dataclass(frozen=True)
class Row:
    """One question, about a signal or field; an answer between two of the list counts as the nearest.

    ``answers`` are in words, ``values`` the same as numbers in rising order, and ``log_odds`` what each adds
    before the halo discount.
    """

    field: str
    question: str
    answers: Sequence[str]
    values: Sequence[float]
    log_odds: Sequence[float]

    def points(self, unit: float) -> tuple[int, ...]:
        """Compute the whole points of each answer, one point being ``unit`` log-odds."""
        return tuple(round(each / unit) for each in self.log_odds)

    def points_of(self, given: Floats, unit: float) -> Ints:
        """Compute the points, (n,) array, of ``n`` answers given, NaN and 0 points where unanswered."""
        values = np.array(self.values)
        place = np.searchsorted((values[1:] + values[:-1]) / 2, given)  # the lower of two as near
        return np.array((*self.points(unit), 0))[np.where(np.isnan(given), -1, place)]


def question_row(signal: Signal, weight: float) -> Row:
    """Make the row of a signal, whose answers add ``weight`` log-odds per standard unit of strength.

    Examples
    --------
    >>> from offerodds import Catalogue
    >>> row = question_row(Catalogue.built_in()["rapport"], 0.2)
    >>> row.answers, row.points(0.1)
    (['cold', 'stiff', 'polite', 'warm', 'very warm'], (-5, -3, -1, 1, 3))
    """
    steps = signal.values or _STEPS.get(signal.kind, ())
    values = sorted({*steps} or {_rounded(signal, signal.typical + signal.spread * z) for z in _SPREADS})
    ratio = signal.kind == "ratio"
    answers = [f"{100 * value:.0f}%" if ratio else answer_text(signal, value) for value in values]
    quantity = np.log(values) if ratio else np.array(values)
    z = signal.turn * ((quantity - signal.typical) / signal.spread).clip(-MAX_STRENGTH, MAX_STRENGTH)
    note = "" if steps else f" ({_NOTES.get(signal.kind, '')}nearest)"
    return Row(signal.id, signal.question + note, answers, values, (weight * z).tolist())


def situation_rows(model: OfferModel, shrink: float) -> tuple[Row, ...]:
    """Make the rows of stage, other candidates and silence, as far as the catalogue has them.

    The first two replace the base rate, and ``shrink`` is ``κ`` of a blank form. The third is answered by the
    days waited over the days promised.

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
        log_odds = shrink * (starting_log_odds(rate_among_candidates(np.array(_OTHERS))) - none)
        question = "Instead, if you know: how many others are in the running? (nearest)"
        rows.append(Row(others.id, question, [f"{n:g}" for n in _OTHERS], _OTHERS, log_odds.tolist()))
    if SILENCE_FIELD in fields:
        log_odds = silence_log_odds(law.median_days * np.array(_WAITS), np.full(len(_WAITS), np.nan), law)
        question = f"No answer yet? Days waited ÷ days promised (or {law.median_days:.3g} if none), nearest"
        rows.append(Row(SILENCE_FIELD, question, [f"{n:g}" for n in _WAITS], _WAITS, log_odds.tolist()))
    return tuple(rows)


def _rounded(signal: Signal, value: float) -> float:
    """Round a number to choose from, a ratio to 5% of the time planned."""
    if signal.kind == "ratio":
        return max(1, round(20 * math.exp(value))) / 20
    digits = 0 if signal.kind in _WHOLE else 1 - math.floor(math.log10(signal.spread))
    return min(signal.maximum, max(signal.minimum, round(value, digits)))
