"""A prediction in sentences, and where it starts."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from ..data.answers.observations import Observations, observe
from ..data.catalogue.catalogue import Catalogue
from ..journal.status import InterviewStatus, answers_as_of
from ..model.base_rate import RATE_FIELDS
from ..model.offer_model import OfferModel
from ..model.prediction import Contribution, Prediction
from ..model.scoring import SILENCE_FIELD
from .number_format import between, chance, likely, listed, percent, plural, points, whole_percent

LISTED = 12
POINTS = "Points: how many points each answer adds (+) or takes away (-)."
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
    said = f"{chance(prediction.probability).lower()} ({percent(prediction.probability)})"
    return f"Chance of an offer: {said}, {likely(prediction.low, prediction.high, prediction.level)}"


def sentence(prediction: Prediction) -> str:
    """Return the prediction in one line of plain words."""
    return f"{headline(prediction)}. Interviews like this start at {percent(prediction.base_rate)}."


def worth_listing(
    prediction: Prediction, most: int = LISTED, *, in_log_odds: bool = False
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


def evidence_of(contribution: Contribution, catalogue: Catalogue) -> str:
    """Return what a contribution rests on, in a word or two."""
    return "delays" if contribution.signal == SILENCE_FIELD else catalogue[contribution.signal].evidence_short


def remarks(prediction: Prediction, left_out: Sequence[Contribution], catalogue: Catalogue) -> list[str]:
    """Return the lines below the bars: what is not listed, and how firm it is."""
    found = (_not_listed(left_out), guessed(prediction, catalogue), discounted(prediction))
    return [remark for remark in found if remark]


def change(before: Prediction, after: Prediction) -> str:
    """Return how another estimate differs."""
    return (
        f"{percent(before.probability)} → {percent(after.probability)} "
        f"({moved(before, after)} points), {between(after.low, after.high)}"
    )


def moved(before: Prediction, after: Prediction) -> str:
    """Return by how many points another estimate differs, as the percentages shown differ.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> moved(model.predict({"stage": "final"}), model.predict({"stage": "graduate"}))
    '+13'
    """
    return points((whole_percent(after.probability) - whole_percent(before.probability)) / 100)


def spoken(signal: str) -> str:
    """Return the id of a signal as words."""
    return signal.replace("_", " ")


def _not_listed(left_out: Sequence[Contribution]) -> str:
    """Return which signs the list leaves out."""
    if not left_out:
        return ""
    names = listed([spoken(c.signal) for c in left_out])
    return f"Not listed: {plural(len(left_out), 'smaller sign')} ({names})."


def guessed(prediction: Prediction, catalogue: Catalogue) -> str:
    """Return which answers rest on no measured effect; blank if all rest on one."""
    answered = [catalogue[c.signal] for c in prediction.contributions if c.signal in catalogue]
    names = [spoken(signal.id) for signal in answered if set(signal.basis) == {"sign"}]
    return f"No measured effect found for {listed(names)}: a small guess stands in." if names else ""


def discounted(prediction: Prediction) -> str:
    """Return the halo discount in words, where it matters."""
    if prediction.halo_discount > 0.95:
        return ""
    share = percent(prediction.halo_discount)
    return f"Signs tend to come together, so yours count for {share} of what they would one by one."


def what_would_tell(prediction: Prediction, catalogue: Catalogue) -> str:
    """Return what else to answer; blank where nothing would move the estimate."""
    telling = [f"{spoken(signal)} (±{size:.0f})" for signal, size in most_telling(prediction, catalogue)]
    return f"Answering these would move the estimate most, in points: {listed(telling)}." if telling else ""


def most_telling(prediction: Prediction, catalogue: Catalogue) -> list[tuple[str, float]]:
    """Return the unanswered signals that would move the estimate most, and by how many points.

    Nothing of what followed while there is only silence.
    """
    silent = any(c.signal == SILENCE_FIELD for c in prediction.contributions)
    open_ = [u for u in prediction.unanswered if not (silent and catalogue[u.signal].group == "follow_up")]
    slope = 100 * prediction.probability * (1 - prediction.probability)
    return [(u.signal, u.sd * slope) for u in open_[:_TOLD] if u.sd * slope >= 1]


def start_remarks(
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
    ...     return start_remarks(model, observe(model.catalogue, answers), model.predict(answers))
    >>> remarks({})
    ['Nothing is answered; this is the average of all interviews.']
    >>> remarks({"rapport": 4, "stage": "final"})
    ['The start of 32% comes from stage (final); the average of all interviews is 30%.']
    """
    found = [_no_sign(seen, prediction, source), _start(model, seen, prediction)]
    return [remark for remark in found if remark]


def remarks_on(model: OfferModel, found: InterviewStatus, on: date, source: str = "") -> list[str]:
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
    seen = observe(model.catalogue, answers_as_of(found.interview, on, model.catalogue))
    return start_remarks(model, seen, found.prediction, source)


def _no_sign(seen: Observations, prediction: Prediction, source: str) -> str:
    """Return that nothing, or no sign, is answered; blank once one is."""
    if any(c.signal != SILENCE_FIELD for c in prediction.contributions):
        return ""
    where = f" in {source}" if source else ""
    if source.lower().endswith(".toml"):
        where += " (lines that still begin with # do not count)"
    if any(_answered(seen, field) for field in seen.catalogue.questions if field != SILENCE_FIELD):
        return f"No sign is answered{where}."
    days = round(seen[SILENCE_FIELD][0]) if _answered(seen, SILENCE_FIELD) else 0
    silence = f" after {plural(days, 'day')} without an answer" if days else ""
    return f"Nothing is answered{where}; this is the average of all interviews{silence}."


def _start(model: OfferModel, seen: Observations, prediction: Prediction) -> str:
    """Return which answer moved the start, and which others it overrides; blank where none moved it."""
    given = [
        f"{spoken(field)} ({seen.answer_text(field, 0)})"
        for field in reversed(RATE_FIELDS)
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
