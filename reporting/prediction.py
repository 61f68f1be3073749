"""A prediction in sentences, and where it starts."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from ..data.answers.observations import Observations, observe
from ..data.catalogue.catalogue import Catalogue
from ..journal.status import Standing, answers_on
from ..model.base_rate import RATES
from ..model.offer_model import OfferModel
from ..model.prediction import Contribution, Prediction
from ..model.scoring import SILENCE
from .number_format import (
    format_frequency,
    format_interval,
    format_range,
    join_words,
    percent,
    plural,
    points,
    whole_percent,
)

MAX_LISTED = 12
POINTS_NOTE = "Points: how many points each answer adds (+) or takes away (-)."
_SMALL = 0.005  # half a percentage point
_TOLD = 3


def headline(prediction: Prediction) -> str:
    """Return the chance of an offer and its interval, without a full stop.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> headline(OfferModel.default().predict({}))
    'Chance of an offer: about 3 in 10 (30%), most likely between 6% and 69%'
    """
    said = f"{format_frequency(prediction.probability).lower()} ({percent(prediction.probability)})"
    return f"Chance of an offer: {said}, {format_interval(prediction.low, prediction.high, prediction.level)}"


def sentence(prediction: Prediction) -> str:
    """Return the prediction in one line of plain words."""
    return f"{headline(prediction)}. Interviews like this start at {percent(prediction.base_rate)}."


def largest_contributions(
    prediction: Prediction, most: int = MAX_LISTED, *, in_log_odds: bool = False
) -> tuple[list[Contribution], list[Contribution]]:
    """Return the contributions to list, the largest first and at most so many, and the smaller ones.

    Those below half a point are small, whether in points or in the log-odds that make as much.
    """
    slope = prediction.probability * (1 - prediction.probability) if in_log_odds else 1.0

    def size(c: Contribution) -> float:
        return abs(slope * c.log_odds if in_log_odds else c.points)

    ordered = sorted(prediction.contributions, key=size, reverse=True)
    n = min(sum(size(c) >= _SMALL for c in ordered), most)
    return ordered[:n], ordered[n:]


def evidence_label(contribution: Contribution, catalogue: Catalogue) -> str:
    """Return what a contribution rests on, in a word or two."""
    return "delays" if contribution.signal == SILENCE else catalogue[contribution.signal].evidence_short


def remarks(prediction: Prediction, left_out: Sequence[Contribution], catalogue: Catalogue) -> list[str]:
    """Return the lines below the bars: what is not listed, and how firm it is."""
    found = (_not_listed(left_out), unmeasured_note(prediction, catalogue), halo_note(prediction))
    return [remark for remark in found if remark]


def describe_change(before: Prediction, after: Prediction) -> str:
    """Return how another estimate differs."""
    return (
        f"{percent(before.probability)} → {percent(after.probability)} "
        f"({points_change(before, after)} points), {format_range(after.low, after.high)}"
    )


def points_change(before: Prediction, after: Prediction) -> str:
    """Return by how many points another estimate differs, as the percentages shown differ.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> points_change(model.predict({"stage": "final"}), model.predict({"stage": "graduate"}))
    '+13'
    """
    return points((whole_percent(after.probability) - whole_percent(before.probability)) / 100)


def readable_name(signal: str) -> str:
    """Return the id of a signal as words."""
    return signal.replace("_", " ")


def _not_listed(left_out: Sequence[Contribution]) -> str:
    """Return which signs the list leaves out."""
    if not left_out:
        return ""
    names = join_words([readable_name(c.signal) for c in left_out])
    return f"Not listed: {plural(len(left_out), 'smaller sign')} ({names})."


def unmeasured_note(prediction: Prediction, catalogue: Catalogue) -> str:
    """Return which answers rest on no measured effect; blank if all rest on one."""
    answered = [catalogue[c.signal] for c in prediction.contributions if c.signal in catalogue]
    names = [readable_name(signal.id) for signal in answered if set(signal.basis) == {"sign"}]
    return f"No measured effect found for {join_words(names)}: a small guess stands in." if names else ""


def halo_note(prediction: Prediction) -> str:
    """Return the halo discount in words, where it matters."""
    if prediction.halo_discount > 0.95:
        return ""
    share = percent(prediction.halo_discount)
    return f"Signs tend to come together, so yours count for {share} of what they would one by one."


def next_questions(prediction: Prediction, catalogue: Catalogue) -> str:
    """Return what else to answer; blank where nothing would move the estimate."""
    telling = [
        f"{readable_name(signal)} (±{size:.0f})" for signal, size in most_informative(prediction, catalogue)
    ]
    return (
        f"Answering these would move the estimate most, in points: {join_words(telling)}." if telling else ""
    )


def most_informative(prediction: Prediction, catalogue: Catalogue) -> list[tuple[str, float]]:
    """Return the unanswered signals that would move the estimate most, and by how many points.

    Nothing of what followed while there is only silence.
    """
    silent = any(c.signal == SILENCE for c in prediction.contributions)
    open_ = [u for u in prediction.unanswered if not (silent and catalogue[u.signal].group == "follow_up")]
    slope = 100 * prediction.probability * (1 - prediction.probability)
    return [(u.signal, u.sd * slope) for u in open_[:_TOLD] if u.sd * slope >= 1]


def input_remarks(
    model: OfferModel, seen: Observations, prediction: Prediction, source: str = ""
) -> list[str]:
    """Return what moved the start of an estimate, and that no sign is answered where none is.

    Parameters
    ----------
    model : OfferModel
    seen : Observations
        Of the one interview.
    prediction : Prediction
        What the model makes of it.
    source : str
        The form that the answers come from, if they come from a file.

    Returns
    -------
    list of str
        Empty where signs are answered and the start is the average.

    Examples
    --------
    >>> from offerodds.data.answers.observations import observe
    >>> model = OfferModel.default()
    >>> def remarks(answers):
    ...     return input_remarks(model, observe(model.catalogue, answers), model.predict(answers))
    >>> remarks({})
    ['Nothing is answered; this is the average of all interviews.']
    >>> remarks({"rapport": 4, "stage": "final"})
    ['The start of 32% comes from stage (final); the average of all interviews is 30%.']
    """
    found = [_no_sign(seen, prediction, source), _start(model, seen, prediction)]
    return [remark for remark in found if remark]


def interview_remarks(model: OfferModel, found: Standing, on: date, source: str = "") -> list[str]:
    """Return the same of an interview of the journal; empty once it is decided.

    Parameters
    ----------
    model : OfferModel
    found : Standing
    on : date
        The day that is asked about.
    source : str
        The form that the answers come from, if they come from a file.
    """
    if found.prediction is None:
        return []
    seen = observe(model.catalogue, answers_on(found.interview, on, model.catalogue))
    return input_remarks(model, seen, found.prediction, source)


def _no_sign(seen: Observations, prediction: Prediction, source: str) -> str:
    """Return that nothing, or no sign, is answered; blank once one is."""
    if any(c.signal != SILENCE for c in prediction.contributions):
        return ""
    where = f" in {source}" if source else ""
    if source.lower().endswith(".toml"):
        where += " (lines that still begin with # do not count)"
    if any(_answered(seen, field) for field in seen.catalogue.questions if field != SILENCE):
        return f"No sign is answered{where}."
    days = round(seen[SILENCE][0]) if _answered(seen, SILENCE) else 0
    silence = f" after {plural(days, 'day')} without an answer" if days else ""
    return f"Nothing is answered{where}; this is the average of all interviews{silence}."


def _start(model: OfferModel, seen: Observations, prediction: Prediction) -> str:
    """Return which answer moved the start, and which others it overrides; blank where none moved it."""
    given = [
        f"{readable_name(field)} ({seen.said(field, 0)})"
        for field in reversed(RATES)
        if _answered(seen, field)
    ]
    if not given:
        return ""
    start, average = percent(prediction.base_rate), percent(model.predict({}).base_rate)
    if start == average:
        return ""
    counted, *passed_over = given
    instead = f", which counts instead of {' and '.join(passed_over)}" if passed_over else ""
    return f"The start of {start} comes from {counted}{instead}; the average of all interviews is {average}."


def _answered(seen: Observations, field: str) -> bool:
    return not np.isnan(seen[field][0])
