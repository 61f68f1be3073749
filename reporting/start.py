"""Where an estimate starts, and what it is while no sign is answered."""

from datetime import date

import numpy as np

from ..data.answers.observations import Observations, observe
from ..journal.status import Standing, answers_on
from ..model.base_rate import RATES
from ..model.offer_model import OfferModel
from ..model.prediction import Prediction
from ..model.scoring import SILENCE
from .number_format import percent, plural
from .prediction import spoken


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
    ['The start of 32 % comes from stage (final); the average of all interviews is 30 %.']
    """
    found = [_no_sign(seen, prediction, source), _start(model, seen, prediction)]
    return [remark for remark in found if remark]


def remarks_on(model: OfferModel, found: Standing, on: date, source: str = "") -> list[str]:
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
    return start_remarks(model, seen, found.prediction, source)


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
        f"{spoken(field)} ({seen.said(field, 0)})" for field in reversed(RATES) if _answered(seen, field)
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
