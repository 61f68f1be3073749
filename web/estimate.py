"""The estimate that the pages show: one prediction in the form of their templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD
from ..data.language import _
from ..journal import clock
from ..journal.records import Interview
from ..journal.status import answers_as_of, with_employer
from ..model.explanation import Explanation
from ..model.offer_model import observe_for
from ..model.prediction import Prediction
from ..model.silence_curve import SilencePoint, silence_points, silence_updates
from ..reporting.prediction import (
    OVERLAP_NOTE,
    Answered,
    Step,
    Waterfall,
    answer_words,
    headline,
    input_remarks,
    largest_answers,
    most_informative,
    points_before_silence,
    range_sentences,
    readable_name,
    reasons,
    remarks,
    sign_name,
    step_name,
    waterfall,
)
from ..training.model_store import ActiveModel

LEVEL = 0.90  # coverage of the interval
DAYS_AHEAD = 45  # of the silence curve
_STEP_DAYS = 5
_PAST_STEPS = 4  # points of the silence curve before today


class AnswerLabel(NamedTuple):
    """An answer in words, or the overlap of signs: the same in each estimate.

    Parameters
    ----------
    name, answer : str
    about : str
        What its effect rests on, a sentence.
    signal : str
        Id of its page; empty for the overlap of signs.
    """

    name: str
    answer: str
    about: str
    signal: str


@dataclass(frozen=True)
class Estimate:
    """One prediction as the page shows it.

    Parameters
    ----------
    prediction : Prediction
    sentence : str
    range_sentences : list of str
        The end of that sentence: what the signs changed, and the range of the chance.
    input_remarks : list of str
        What changed the base rate, or that no sign is answered.
    reasons : list of (str, str)
        The answers that change the chance most, each with its points.
    waterfall : Waterfall
    rows : list of (AnswerLabel, Step)
        Of the waterfall; empty without answers.
    remarks : list of str
    next_questions : list of (str, float, str)
        Names of the unanswered signs that would change the estimate most, each with its percentage points and
        its field.
    silence_curve : list of SilencePoint
        The estimate by days without an answer; empty if nobody is waiting.
    days_waited : float
        Days without an answer so far.
    promised_days : float or None
        Days within which they promised an answer.
    original : Prediction or None
        The prediction before the person tried other answers.
    model : str
        Description of the model.
    """

    prediction: Prediction
    sentence: str
    range_sentences: list[str]
    input_remarks: list[str]
    reasons: list[tuple[str, str]]
    waterfall: Waterfall
    rows: list[tuple[AnswerLabel, Step]]
    remarks: list[str]
    next_questions: list[tuple[str, float, str]]
    silence_curve: list[SilencePoint]
    days_waited: float
    promised_days: float | None
    original: Prediction | None
    model: str

    @property
    def points(self) -> dict[str, float]:
        """Points of each answered field, as beside its question: those of its step, if it has one."""
        of_steps = {step.answered.signal: step.points for step in self.waterfall.steps if step.answered}
        return points_before_silence(self.prediction) | of_steps


def interview_estimate(
    active: ActiveModel,
    interview: Interview,
    answers: Mapping[str, Any] | None = None,
    original: Mapping[str, Any] | None = None,
) -> Estimate:
    """Estimate the chance of an interview of the journal today, for its own page and for its form.

    Parameters
    ----------
    active : ActiveModel
        The model in use.
    interview : Interview
    answers : mapping of str to object, optional
        The answers in the form; those of the journal by default.
    original : mapping of str to object, optional
        The answers before the person tried others.
    """
    today = clock.today()

    def with_waiting_time(answers: Mapping[str, Any]) -> dict[str, Any]:
        changed = replace(interview, answers=answers)
        if interview.status == "pending":
            return answers_as_of(changed, today, active.model)
        no_longer_waiting = {field: answer for field, answer in answers.items() if field != SILENCE_FIELD}
        return with_employer(no_longer_waiting, interview.company, active.model, interview.client)

    current = with_waiting_time(interview.answers if answers is None else answers)
    before = None if original is None else with_waiting_time(original)
    return estimate(active, current, before, with_silence_curve=SILENCE_FIELD in current)


def estimate(
    active: ActiveModel,
    answers: Mapping[str, Any],
    original: Mapping[str, Any] | None = None,
    *,
    with_silence_curve: bool = True,
) -> Estimate:
    """Estimate the chance of an offer from the answers of a form.

    Parameters
    ----------
    active : ActiveModel
        The model in use.
    answers : mapping of str to object
    original : mapping of str to object, optional
        The answers before the person tried others.
    with_silence_curve : bool
        Also compute the estimate for days to come without an answer.

    Raises
    ------
    AnswerError
        Answers are invalid; every fault is listed.
    """
    model = active.model
    observations = observe_for(model, answers)
    waited, days = observations.given.get(SILENCE_FIELD, 0.0), []
    if with_silence_curve and SILENCE_FIELD in model.catalogue.questions:
        days = [waited * i / _PAST_STEPS for i in range(_PAST_STEPS)] if waited else []
        days += [waited + ahead for ahead in range(0, DAYS_AHEAD + 1, _STEP_DAYS)]
    updates = silence_updates(observations, days)
    explanation = Explanation(observations, model.score, model.effects, LEVEL, updates)
    prediction = explanation.prediction()
    listed, unlisted = largest_answers(prediction)
    ranges = range_sentences(prediction)
    steps = waterfall(prediction, active.without_answers.probability, listed)
    return Estimate(
        prediction=prediction,
        sentence=" ".join([f"{headline(prediction)}.", *ranges]),
        range_sentences=ranges,
        input_remarks=input_remarks(model, observations, prediction),
        reasons=reasons(prediction, model.catalogue),
        waterfall=steps,
        rows=[(_label(each, unlisted, model.catalogue), each) for each in steps.steps],
        remarks=remarks(prediction, unlisted, model.catalogue),
        next_questions=[
            (sign_name(signal, model.catalogue), size, _answered_by(model.catalogue, signal))
            for signal, size in most_informative(prediction, model.catalogue)
        ],
        silence_curve=silence_points(explanation, days),
        days_waited=waited,
        promised_days=observations.given.get(PROMISE_FIELD),
        original=None if original is None else model.predict(original),
        model=active.description,
    )


def _label(step: Step, unlisted: Sequence[Answered], catalogue: Catalogue) -> AnswerLabel:
    name = step_name(step, unlisted, catalogue)
    if step.answered is None:
        return AnswerLabel(name, "", _(OVERLAP_NOTE), "")
    signal = step.answered.signal
    if signal in catalogue:
        evidence = _("Based on: {evidence}.", evidence=catalogue[signal].evidence)
    elif signal in (SILENCE_FIELD, PROMISE_FIELD):
        evidence = _("Based on how long answers take.")
    else:
        evidence = _("Sets the average for interviews like this.")
    answer = readable_name(answer_words(signal, step.answered.answer, catalogue))
    return AnswerLabel(name, answer, evidence, signal)


def _answered_by(catalogue: Catalogue, signal: str) -> str:
    """Return the field that answers a signal; for a ratio, its denominator."""
    return signal if signal in catalogue.questions else catalogue[signal].of[-1]
