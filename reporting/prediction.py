"""A prediction in sentences, and remarks about its answers."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from ..data.answers.observations import Observations
from ..data.catalogue.catalogue import Catalogue
from ..journal.status import InterviewStatus, answers_as_of
from ..model.base_rate import RATE_FIELDS
from ..model.offer_model import OfferModel
from ..model.prediction import Contribution, Prediction
from ..model.scoring import SILENCE_FIELD
from .number_format import (
    format_frequency,
    format_interval,
    join_words,
    percent,
    plural,
    points,
    whole_percent,
)

MAX_LISTED = 12  # contributions
POINTS_NOTE = "Points: how much each answer raises (+) or lowers (-) your chance."
_SMALL = 0.005  # probability; half a percentage point, which rounds to 0
_MAX_SUGGESTED = 3  # unanswered signs


def headline(prediction: Prediction) -> str:
    """Describe the chance of an offer and its interval, without a full stop.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> headline(OfferModel.default().predict({}))
    'Chance of an offer: about 3 in 10 (30%), probably between 6% and 69%'
    """
    value = f"{format_frequency(prediction.probability).lower()} ({percent(prediction.probability)})"
    return (
        f"Chance of an offer: {value}, {format_interval(prediction.low, prediction.high, prediction.level)}"
    )


def sentence(prediction: Prediction) -> str:
    """Describe a prediction and the average it is compared with."""
    return f"{headline(prediction)}. The average for interviews like this is {percent(prediction.base_rate)}."


def largest_contributions(
    prediction: Prediction, most: int = MAX_LISTED, *, in_log_odds: bool = False
) -> tuple[list[Contribution], list[Contribution]]:
    """Split the contributions into those to list, the largest first, and those too small or too many.

    Parameters
    ----------
    prediction : Prediction
    most : int
        Contributions to list at most.
    in_log_odds : bool
        Compare log-odds instead of points. In both a contribution below half a point is too small.
    """
    slope = prediction.probability * (1 - prediction.probability) if in_log_odds else 1.0

    def size(c: Contribution) -> float:
        return abs(slope * c.log_odds if in_log_odds else c.points)

    ordered = sorted(prediction.contributions, key=size, reverse=True)
    n = min(sum(size(c) >= _SMALL for c in ordered), most)
    return ordered[:n], ordered[n:]


def evidence_label(contribution: Contribution, catalogue: Catalogue) -> str:
    """Name the evidence behind a contribution, in a word or two."""
    return "delays" if contribution.signal == SILENCE_FIELD else catalogue[contribution.signal].evidence_short


def remarks(prediction: Prediction, left_out: Sequence[Contribution], catalogue: Catalogue) -> list[str]:
    """List remarks about the contributions: those not listed, effects not measured, and the halo discount."""
    found = (_not_listed(left_out), unmeasured_note(prediction, catalogue), halo_note(prediction))
    return [remark for remark in found if remark]


def describe_change(before: Prediction, after: Prediction) -> str:
    """Describe the change from one prediction to another."""
    first, last, moved = percent(before.probability), percent(after.probability), points_change(before, after)
    if first == last:
        change = f"stays at {last}"
    else:
        change = f"{first} → {last} ({moved} point{'' if moved in ('+1', '-1') else 's'})"
    return f"{change}, {format_interval(after.low, after.high, after.level)}"


def points_change(before: Prediction, after: Prediction) -> str:
    """Format the change between two predictions in points: the difference of the percentages shown.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> points_change(model.predict({"stage": "final"}), model.predict({"stage": "graduate"}))
    '+13'
    """
    return points((whole_percent(after.probability) - whole_percent(before.probability)) / 100)


def readable_name(signal: str) -> str:
    """Format the id of a signal as words."""
    return signal.replace("_", " ")


def _not_listed(left_out: Sequence[Contribution]) -> str:
    """Name the signs that are not listed; blank if all are."""
    if not left_out:
        return ""
    names = join_words([readable_name(c.signal) for c in left_out])
    verb = "is" if len(left_out) == 1 else "are"
    return f"{plural(len(left_out), 'smaller sign')} {verb} not listed ({names})."


def unmeasured_note(prediction: Prediction, catalogue: Catalogue) -> str:
    """Name the answered signs whose effect was never measured; blank if there are none."""
    answered = [catalogue[c.signal] for c in prediction.contributions if c.signal in catalogue]
    names = [readable_name(signal.id) for signal in answered if set(signal.basis) == {"sign"}]
    return f"No measured effect found for {join_words(names)}, so we assume a small one." if names else ""


def halo_note(prediction: Prediction) -> str:
    """Describe the halo discount; blank if it is below 5%."""
    if prediction.halo_discount > 0.95:
        return ""
    share = percent(prediction.halo_discount)
    return f"Signs overlap, so together yours count for {share} of what they would separately."


def next_questions(prediction: Prediction, catalogue: Catalogue) -> str:
    """Suggest what to answer next; blank if no answer would change the estimate by a point."""
    suggested = most_informative(prediction, catalogue)
    if not suggested:
        return ""
    (first, size), *others = suggested
    names = [f"{readable_name(first)} (by about {plural(round(size), 'point')})"]
    names += [f"{readable_name(signal)} ({size:.0f})" for signal, size in others]
    return f"Answering these would change the estimate most: {join_words(names)}."


def most_informative(prediction: Prediction, catalogue: Catalogue) -> list[tuple[str, float]]:
    """List the unanswered signals that would change the estimate most, and by how many points.

    Signals of the follow-up are left out while there is only silence.
    """
    silent = any(c.signal == SILENCE_FIELD for c in prediction.contributions)
    candidates = [
        u for u in prediction.unanswered if not (silent and catalogue[u.signal].group == "follow_up")
    ]
    slope = 100 * prediction.probability * (1 - prediction.probability)
    return [(u.signal, u.sd * slope) for u in candidates[:_MAX_SUGGESTED] if u.sd * slope >= 1]


def input_remarks(
    model: OfferModel, observed: Observations, prediction: Prediction, source: str = ""
) -> list[str]:
    """List remarks about the answers: that no sign is answered, and the origin of the average.

    Parameters
    ----------
    model : OfferModel
    observed : Observations
        Answers of one interview.
    prediction : Prediction
        The prediction from these answers.
    source : str
        Name of the form, if the answers come from a file.

    Returns
    -------
    list of str
        Empty if signs are answered and no answer changes the average.

    Examples
    --------
    >>> from offerodds.data.answers.observations import observe
    >>> model = OfferModel.default()
    >>> def remarks(answers):
    ...     return input_remarks(model, observe(model.catalogue, answers), model.predict(answers))
    >>> remarks({})
    ['Nothing is answered; this is the average of all interviews.']
    >>> remarks({"rapport": 4, "stage": "final"})
    ['The average of 32% comes from stage (final); over all interviews it is 30%.']
    """
    found = [_no_sign(observed, prediction, source), _average(model, observed, prediction)]
    return [remark for remark in found if remark]


def interview_remarks(model: OfferModel, status: InterviewStatus, on: date, source: str = "") -> list[str]:
    """List the same remarks for an interview of the journal; none once it is decided.

    Parameters
    ----------
    model : OfferModel
    status : InterviewStatus
    on : date
        Day of the prediction.
    source : str
        Name of the form, if the answers come from a file.
    """
    if status.prediction is None:
        return []
    observed = model.observe(answers_as_of(status.interview, on, model))
    return input_remarks(model, observed, status.prediction, source)


def _no_sign(observed: Observations, prediction: Prediction, source: str) -> str:
    """Remark that nothing, or no sign, is answered; blank if one is."""
    if any(c.signal != SILENCE_FIELD for c in prediction.contributions):
        return ""
    where = f" in {source}" if source else ""
    if source.lower().endswith(".toml"):
        where += " (lines that still begin with # do not count)"
    if any(_answered(observed, field) for field in observed.catalogue.questions if field != SILENCE_FIELD):
        return f"No sign is answered{where}."
    days = round(observed[SILENCE_FIELD][0]) if _answered(observed, SILENCE_FIELD) else 0
    silence = f" after {plural(days, 'day')} without an answer" if days else ""
    return f"Nothing is answered{where}; this is the average of all interviews{silence}."


def _average(model: OfferModel, observed: Observations, prediction: Prediction) -> str:
    """Name the answer that changes the average, and those it overrides; blank if none changes it."""
    rates = [
        f"{readable_name(field)} ({observed.answer_text(field, 0)})"
        for field in reversed(RATE_FIELDS)
        if _answered(observed, field)
    ]
    if not rates:
        return ""
    average, overall = percent(prediction.base_rate), percent(model.predict({}).base_rate)
    if average == overall:
        return ""
    used, *overridden = rates
    instead = f", used instead of {' and '.join(overridden)}" if overridden else ""
    return f"The average of {average} comes from {used}{instead}; over all interviews it is {overall}."


def _answered(observed: Observations, field: str) -> bool:
    return not np.isnan(observed[field][0])
