"""A prediction in sentences, and remarks about its answers."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from ..data.answers.observations import Observations
from ..data.answers.parsing import InvalidAnswerError, answer_text, read_answer, translated_answer
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD, Question
from ..data.language import N_, _, number, plural
from ..model.offer_model import OfferModel
from ..model.prediction import ContextAnswer, Contribution, Prediction
from ..model.scoring import EMPLOYER_RATE_FIELD, RATE_FIELDS
from .number_format import (
    format_frequency,
    format_interval,
    format_range,
    is_probable,
    join_words,
    percent,
    plain_percent,
    points,
    whole_percent,
)

MAX_LISTED = 12  # answers
POINTS_NOTE = N_("Points: how much each answer raises (+) or lowers (-) your chance.")
OVERLAP_NOTE = N_(
    "The points of an answer are what is lost without it. What several signs show together is lost with none"
    " of them, so it has a line of its own."
)
_TICK = 10  # percentage points
_SMALL = 0.005  # probability; half a percentage point, which rounds to 0
_MAX_SUGGESTED = 3  # unanswered signs
_MAX_REASONS = 3
_IN_BRACKETS = re.compile(r" \([^)]*\)")

Answered = Contribution | ContextAnswer
T = TypeVar("T", bound=Answered)


def headline(prediction: Prediction) -> str:
    """Describe the chance of an offer, without a full stop.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> headline(OfferModel.default().predict({}))
    'Chance of an offer: about 3 in 10 (30%)'
    """
    frequency = format_frequency(prediction.probability).lower()
    return _(
        "Chance of an offer: {frequency} ({percent})",
        frequency=frequency,
        percent=percent(prediction.probability),
    )


def range_sentences(prediction: Prediction) -> list[str]:
    """Describe what the signs changed, how uncertain that is, and the range at this employer.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> for line in range_sentences(model.predict({"stage": "final", "self_rating": 5})):
    ...     print(line)  # doctest: +NORMALIZE_WHITESPACE
    Your signs move it from the average of 32% to 46%, give or take 13 points.
    At this employer the chance may be higher or lower: probably between 14% and 80%
    (90% interval).
    """
    there = _("At this employer the chance may be higher or lower: {range}.", range=_interval(prediction))
    return [each for each in (_change_by_signs(prediction), there) if each]


def sentence(prediction: Prediction) -> str:
    """Describe a prediction, the average that it is compared with, and its range."""
    return " ".join([f"{headline(prediction)}.", *range_sentences(prediction)])


def _interval(prediction: Prediction) -> str:
    return format_interval(prediction.low, prediction.high, prediction.level)


def reasons(prediction: Prediction, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Name the answers that change the chance most, as question and answer, with their points.

    A silence can take more points than the average has, so it has the chances before and after instead.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> answers = {"self_rating": 5, "interviewer_distracted": "yes", "days_since_interview": 20}
    >>> for reason, effect in reasons(model.predict(answers), model.catalogue):
    ...     print(f"{reason}: {effect}")
    Was the interviewer distracted? Yes: -18 points
    You have waited 20 days: 25% → 12%
    How well did you do? Very well: +9 points
    """
    listed, _rest = largest_answers(prediction, _MAX_REASONS)
    chance = whole_percent(prediction.probability)
    return [(_reason(answered, catalogue), _effect(answered, chance)) for answered in listed]


def _effect(answered: Answered, chance: int) -> str:
    if answered.signal != SILENCE_FIELD:
        return effect_text(answered.points)
    return " → ".join(percent(each / 100) for each in (chance - round(100 * answered.points), chance))


def _reason(answered: Answered, catalogue: Catalogue) -> str:
    if answered.signal == SILENCE_FIELD:
        n = 1 if answered.answer == "1" else 2  # may be a part of a day
        days = answer_words(answered.signal, answered.answer, catalogue)
        return plural(n, "You have waited {days} day", "You have waited {days} days", days=days)
    question = _question(answered.signal, catalogue)
    asked = question_text(question) if question else readable_name(answered.signal)
    answer = readable_name(answer_words(answered.signal, answered.answer, catalogue))
    return f"{asked} {answer[:1].upper()}{answer[1:]}"


def question_text(question: Question) -> str:
    """Return the text of a question, without what is in brackets."""
    return _IN_BRACKETS.sub("", question.text)


def effect_text(points_added: float) -> str:
    """Format what one answer changes, in percentage points.

    Examples
    --------
    >>> effect_text(0.081), effect_text(-0.01), effect_text(0.001)
    ('+8 points', '-1 point', '0 points')
    """
    shown = points(points_added)
    return plural(abs(int(shown)), "{points} point", "{points} points", points=shown)


_CHANGES = {  # by signs and by silence: what changes the chance, and what leaves it as it is
    (True, False): (
        N_("Your signs move it from the average of {average} to {chance}"),
        N_("Your signs leave it at the average of {average}"),
    ),
    (False, True): (
        N_("The silence moves it from the average of {average} to {chance}"),
        N_("The silence leaves it at the average of {average}"),
    ),
    (True, True): (
        N_("Your signs and the silence move it from the average of {average} to {chance}"),
        N_("Your signs and the silence leave it at the average of {average}"),
    ),
}


def _change_by_signs(prediction: Prediction) -> str:
    """Describe the change from the average by signs and silence; blank if there is none to describe."""
    signs = any(c.signal != SILENCE_FIELD for c in prediction.contributions)
    silence = any(c.signal == SILENCE_FIELD and c.log_odds != 0 for c in prediction.contributions)
    average, chance = percent(prediction.base_rate), percent(prediction.probability)
    moves, leaves = _CHANGES.get((signs, silence), ("", ""))
    if not moves:
        return ""
    change = _(leaves, average=average) if average == chance else _(moves, average=average, chance=chance)
    return f"{change}{_give_or_take(prediction)}."


def _give_or_take(prediction: Prediction) -> str:
    """Format how far the chance may be off because weights are uncertain; blank below half a point."""
    if prediction.parts is None:
        return ""
    low, high = prediction.parts.signs.low, prediction.parts.signs.high
    half_width, chance = whole_percent((high - low) / 2), whole_percent(prediction.probability)
    if not half_width:
        return ""
    if half_width > min(chance, 100 - chance):
        return f", {format_range(low, high)}"
    if is_probable(prediction.level):
        within = plural(half_width, "give or take {n} point", "give or take {n} points")
    else:
        within = plural(
            half_width,
            "with {level} probability within {n} point of that",
            "with {level} probability within {n} points of that",
            level=plain_percent(prediction.level),
        )
    return f", {within}"


def largest_answers(prediction: Prediction, most: int = MAX_LISTED) -> tuple[list[Answered], list[Answered]]:
    """Split all answers into those to list, most points first, and those too small or too many.

    Their points are those of `points_before_silence`.

    Parameters
    ----------
    prediction : Prediction
    most : int
        Answers to list at most. Those below half a point are too small.
    """
    points = points_before_silence(prediction)
    answers: list[Answered] = [*prediction.context, *prediction.contributions]
    before = [each._replace(points=points[each.signal]) for each in answers]
    return _largest(before, lambda each: abs(each.points), most)


def points_before_silence(prediction: Prediction) -> dict[str, float]:
    """Compute what is lost without each answer, before days of silence lower the chance: -1 to 1.

    After a long silence hardly anything is left to lose, and the signs would seem to count for nothing. The
    silence has its own points. Promised days are part of it: by themselves they change nothing.

    Returns
    -------
    dict of str to float
        By answered field, and by signal.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> p = OfferModel.default().predict({"self_rating": 5, "days_since_interview": 40})
    >>> round(p.points["self_rating"], 2), round(points_before_silence(p)["self_rating"], 2)
    (0.05, 0.13)
    """
    answers: list[Answered] = [*prediction.context, *prediction.contributions]
    points = {each.signal: each.points for each in answers} | dict(prediction.points)
    silence = next((each.log_odds for each in prediction.contributions if each.signal == SILENCE_FIELD), None)
    if silence is None:
        return points
    ratio = math.exp(silence)  # by which the silence changes the odds

    def before(chance: float) -> float:
        return chance / (chance + (1 - chance) * ratio)

    chance = prediction.probability
    found = {name: before(chance) - before(chance - lost) for name, lost in points.items()}
    of_silence = {PROMISE_FIELD: 0.0, SILENCE_FIELD: points[SILENCE_FIELD]}
    return found | {name: each for name, each in of_silence.items() if name in points}


def largest_contributions(
    prediction: Prediction, most: int = MAX_LISTED
) -> tuple[list[Contribution], list[Contribution]]:
    """Split the contributions into those to list, most log-odds first, and those too small or too many.

    Parameters
    ----------
    prediction : Prediction
    most : int
        Contributions to list at most. Those below about half a point are too small.
    """
    slope = prediction.probability * (1 - prediction.probability)
    return _largest(prediction.contributions, lambda each: abs(slope * each.log_odds), most)


def _largest(answers: Iterable[T], size: Callable[[T], float], most: int) -> tuple[list[T], list[T]]:
    ordered = sorted(answers, key=size, reverse=True)
    n = min(sum(size(each) >= _SMALL for each in ordered), most)
    return ordered[:n], ordered[n:]


@dataclass(frozen=True)
class Step:
    """What one answer adds, or what remains for all of them together.

    Parameters
    ----------
    start, end : int
        Percentages before and after.
    answered : Contribution or ContextAnswer or None
        None for what remains.
    """

    start: int
    end: int
    answered: Answered | None = None

    @property
    def points(self) -> float:
        """Points that the step adds, from -1 to 1."""
        return (self.end - self.start) / 100


@dataclass(frozen=True)
class Waterfall:
    """Steps from the average to the chance.

    The points of an answer are what is lost without it, so they do not add up to the whole change: what
    several signs show is not lost with one of them. A step without an answer is that remainder.

    Parameters
    ----------
    average, chance : int
        Percentages.
    steps : tuple of Step
        Each begins where the one before ends.
    """

    average: int
    chance: int
    steps: tuple[Step, ...]

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The lowest and the highest percentage of a scale with room for every step."""
        places = [self.average, self.chance, *(step.end for step in self.steps)]
        return _TICK * (min(places) // _TICK), -_TICK * (-max(places) // _TICK)


def waterfall(prediction: Prediction, average: float, listed: Sequence[Answered]) -> Waterfall:
    """Arrange the points of answers as steps from the average of all interviews to the chance.

    Answers that set the average come first, the largest last. Together they lead to the average that the
    signs start from, also where one is used instead of another. The silence comes last, from the chance
    without it, so that the steps before it do not lead below 0%.

    Parameters
    ----------
    prediction : Prediction
    average : float
        Chance without any answer.
    listed : sequence of Contribution and ContextAnswer
        Answers to show.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> p = model.predict({"stage": "final", "self_rating": 5, "rapport": 5})
    >>> found = waterfall(p, model.predict({}).probability, [*p.context, *p.contributions])
    >>> [step.end - step.start for step in found.steps], found.average, found.chance
    ([2, 1, 11, 3], 30, 47)
    """
    start, chance = whole_percent(average), whole_percent(prediction.probability)
    of_average = sorted(filter(sets_average, listed), key=lambda each: abs(each.points))
    silence = [each for each in listed if each.signal == SILENCE_FIELD]
    signs = [each for each in listed if each not in (*of_average, *silence)]
    steps, place = [], start
    for answered in (*of_average, *signs):
        end = place + round(100 * answered.points)
        if of_average and answered is of_average[-1]:
            end = whole_percent(prediction.base_rate)
        steps.append(Step(place, end, answered))
        place = end
    before_silence = chance - sum(round(100 * each.points) for each in silence)
    if place != before_silence:
        steps.append(Step(place, before_silence))
    steps += (Step(before_silence, chance, each) for each in silence)
    return Waterfall(start, chance, tuple(steps))


def step_name(step: Step, left_out: Sequence[Answered], catalogue: Catalogue) -> str:
    """Name a step: its sign, or what remains, given the answers that are not listed."""
    if step.answered:
        return sign_name(step.answered.signal, catalogue)
    return _("overlap and rest") if left_out else _("overlap of signs")


def points_note(steps: Waterfall) -> str:
    """Say what the points of a waterfall are, in a few short sentences."""
    has_silence = any(step.answered and step.answered.signal == SILENCE_FIELD for step in steps.steps)
    before = N_("Points: how much each answer raised (+) or lowered (-) your chance before the silence.")
    notes = [_(before if has_silence else POINTS_NOTE)]
    if any(_is_opposed(step.answered) for step in steps.steps):
        notes.append(_("An answer milder than the others can pull against them."))
    if not all(step.answered for step in steps.steps):
        notes.append(_("Overlap: what several signs show together."))
    return " ".join(notes)


def _is_opposed(answered: Answered | None) -> bool:
    """Test whether an answer that by itself favours an offer lowers the chance, or the reverse."""
    return isinstance(answered, Contribution) and answered.log_odds * answered.points < 0


def evidence_label(answer: Answered, catalogue: Catalogue) -> str:
    """Name the evidence behind an answer's effect, in a few words."""
    if answer.signal in catalogue:
        return catalogue[answer.signal].evidence_short
    return _("sets the average") if sets_average(answer) else _("delays")


def sets_average(answer: Answered) -> bool:
    """Test whether an answer sets the average that the signs start from, such as the stage."""
    return answer.signal in (*RATE_FIELDS, EMPLOYER_RATE_FIELD)


def remarks(prediction: Prediction, left_out: Sequence[Answered], catalogue: Catalogue) -> list[str]:
    """List remarks about the answers: those not listed, and effects not measured."""
    is_any_listed = len(left_out) < len(prediction.context) + len(prediction.contributions)
    # no day of silence yet, or an answer that another one replaces, such as the stage beside a base rate
    without_effect = [
        c for c in left_out if c.points == 0 and (isinstance(c, ContextAnswer) or c.signal == SILENCE_FIELD)
    ]
    unlisted = [c for c in left_out if c not in without_effect]
    not_listed = (_not_listed if is_any_listed else _none_listed)(unlisted, catalogue)
    return [remark for remark in (not_listed, unmeasured_note(prediction, catalogue)) if remark]


def narrowing_note(prediction: Prediction) -> str:
    """Advise what would narrow the range; the employer's rate only if it is a question and not answered."""
    questions = prediction.catalogue.questions if prediction.catalogue else {}
    if EMPLOYER_RATE_FIELD in questions and EMPLOYER_RATE_FIELD not in prediction.points:
        return _(
            "To narrow the range: answer how many people this employer interviewed and how many got an offer,"
            " or train on more outcomes of your own."
        )
    return _("To narrow the range, train on more outcomes of your own.")


def describe_change(before: Prediction, after: Prediction) -> str:
    """Describe the change from one prediction to another, and the range of the second.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> better, worse = (model.predict({"self_rating": rating}) for rating in (5, 3))
    >>> print(describe_change(better, worse))  # doctest: +NORMALIZE_WHITESPACE
    43% → 26% (-17 points), give or take 3 points;
    at this employer probably between 6% and 58% (90% interval)
    """
    first, last = percent(before.probability), percent(after.probability)
    if first == last:
        change = _("stays at {chance}", chance=last)
    else:
        change = f"{first} → {last} ({effect_text(_change(before, after))})"
    return _(
        "{change}; at this employer {range}",
        change=f"{change}{_give_or_take(after)}",
        range=_interval(after),
    )


def points_change(before: Prediction, after: Prediction) -> str:
    """Format the change between two predictions in points: the difference of the percentages shown.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> model = OfferModel.default()
    >>> points_change(model.predict({"stage": "final"}), model.predict({"stage": "graduate"}))
    '+13'
    """
    return points(_change(before, after))


def _change(before: Prediction, after: Prediction) -> float:
    return (whole_percent(after.probability) - whole_percent(before.probability)) / 100


def condition(field: str, answer: object, catalogue: Catalogue) -> str:
    """Describe another answer to try, as in "With rapport = 5".

    Examples
    --------
    >>> catalogue = Catalogue.built_in()
    >>> condition("role_clarity", 5, catalogue), condition("rapport", "", catalogue)
    ('role clarity = 5', 'rapport = no answer')
    """
    is_blank = answer is None or not str(answer).strip()
    words = _("no answer") if is_blank else answer_words(field, str(answer), catalogue)
    return f"{sign_name(field, catalogue)} = {words}"


def readable_name(name: str) -> str:
    """Format an id or a level as words."""
    return name.replace("_", " ")


def sign_name(signal: str, catalogue: Catalogue | None) -> str:
    """Name a sign, or another question, in estimates.

    Parameters
    ----------
    signal : str
        Its id.
    catalogue : Catalogue or None
        That defines it; without one the id is written as words.

    Examples
    --------
    >>> catalogue = Catalogue.built_in()
    >>> [sign_name(signal, catalogue) for signal in ("self_rating", "stage", "my_own_sign")]
    ['how well you did', 'stage', 'my own sign']
    """
    entry = _question(signal, catalogue)
    return entry.short_name if entry else readable_name(signal)


def answer_words(signal: str, answer: str, catalogue: Catalogue | None) -> str:
    """Word an answer in the current language.

    Parameters
    ----------
    signal : str
        Id of the sign, or of another question.
    answer : str
        In the words of files.
    catalogue : Catalogue or None
        That defines it; without one the answer stays as it is.
    """
    entry = _question(signal, catalogue)
    return translated_answer(entry, answer) if entry else answer


def saved_answer(field: str, answer: Any, catalogue: Catalogue) -> str:
    """Word an answer of the journal in the current language, shares in per cent.

    Examples
    --------
    >>> catalogue = Catalogue.built_in()
    >>> saved_answer("base_rate", 0.03, catalogue), saved_answer("employer_rate", "20/100", catalogue)
    ('3%', '20 of 100')
    >>> saved_answer("timeline_given", "not_mentioned", catalogue)
    'not mentioned'
    """
    question = _question(field, catalogue)
    words = str(answer)
    if question and question.kind in ("probability", "proportion"):
        with suppress(InvalidAnswerError):  # the question may have changed since
            words = answer_text(question, read_answer(question, answer))
    return readable_name(answer_words(field, words, catalogue))


def _question(signal: str, catalogue: Catalogue | None) -> Question | None:
    if catalogue is None:
        return None
    return catalogue[signal] if signal in catalogue else catalogue.questions.get(signal)


def _not_listed(left_out: Sequence[Answered], catalogue: Catalogue) -> str:
    """Name the answers that are not listed; blank if all are."""
    if not left_out:
        return ""
    names = join_words([sign_name(c.signal, catalogue) for c in left_out])
    return plural(
        len(left_out),
        "{n} smaller answer is not listed ({names}).",
        "{n} smaller answers are not listed ({names}).",
        names=names,
    )


def _none_listed(answers: Sequence[Answered], catalogue: Catalogue) -> str:
    """Explain why no answer is listed; blank without answers."""
    if len(answers) < 2:
        return _not_listed(answers, catalogue)
    return _(
        "None of your {n} answers counts for half a point by itself, since the others say the same.",
        n=number(len(answers)),
    )


def unmeasured_note(prediction: Prediction, catalogue: Catalogue) -> str:
    """Name the answered signs whose effect was never measured; blank if there are none."""
    answered = [catalogue[c.signal] for c in prediction.contributions if c.signal in catalogue]
    names = [signal.short_name for signal in answered if set(signal.basis) == {"sign"}]
    if not names:
        return ""
    return _("No measured effect found for {names}, so we assume a small one.", names=join_words(names))


def halo_note(prediction: Prediction) -> str:
    """Describe the halo discount; blank if it is less than 5%."""
    if prediction.halo_discount > 0.95:
        return ""
    share = percent(prediction.halo_discount)
    return _("Signs overlap, so together yours count for {share} of what they would separately.", share=share)


def next_questions(prediction: Prediction, catalogue: Catalogue) -> str:
    """Suggest what to answer next; blank if no answer would change the estimate by a point."""
    suggested = most_informative(prediction, catalogue)
    if not suggested:
        return ""
    (first, size), *others = suggested
    names = [
        plural(
            round(size),
            "{name} (by {n} point on average)",
            "{name} (by {n} points on average)",
            name=sign_name(first, catalogue),
        )
    ]
    names += [f"{sign_name(signal, catalogue)} ({size:.0f})" for signal, size in others]
    return _("Answering these would change the estimate most: {names}.", names=join_words(names))


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


def form_name(source: str) -> str:
    """Name a form where nothing was found; blank without one.

    Examples
    --------
    >>> form_name("mine.json"), form_name("mine.toml")
    ('mine.json', 'mine.toml (lines that still begin with # do not count)')
    """
    if source.lower().endswith(".toml"):
        return _("{form} (lines that still begin with # do not count)", form=source)
    return source


def _no_sign(observed: Observations, prediction: Prediction, source: str) -> str:
    """Remark that nothing, or no sign, is answered; blank if one is."""
    if any(c.signal != SILENCE_FIELD for c in prediction.contributions):
        return ""
    form = form_name(source)
    if observed.given.keys() - {SILENCE_FIELD}:
        return _("No sign is answered in {form}.", form=form) if form else _("No sign is answered.")
    nothing = _("Nothing is answered in {form}", form=form) if form else _("Nothing is answered")
    days = round(observed.given.get(SILENCE_FIELD, 0.0))
    if not days:
        return _("{nothing}; this is the average of all interviews.", nothing=nothing)
    return plural(
        days,
        "{nothing}; this is the average of all interviews after {n} day without an answer.",
        "{nothing}; this is the average of all interviews after {n} days without an answer.",
        nothing=nothing,
    )


def _average(model: OfferModel, observed: Observations, prediction: Prediction) -> str:
    """Name the answers that change the average, and those they override; blank if none changes it."""
    rates = [
        f"{sign_name(field, observed.catalogue)} ({readable_name(_words(observed, field))})"
        for field in reversed(RATE_FIELDS)
        if field in observed.given
    ]
    employer = _employer(model, observed)
    if not rates and not employer:
        return ""
    average, overall = percent(prediction.base_rate), percent(model.average)
    if average == overall:
        return ""
    sources = [*rates[:1], *employer]
    if overridden := rates[1:]:
        sources[0] = _("{used}, used instead of {others}", used=rates[0], others=join_words(overridden))
    if overridden and employer:  # else the employer would seem overridden too
        source = _("{first}, and from {others}", first=sources[0], others=join_words(employer))
    else:
        source = join_words(sources)
    return _(
        "The average of {average} comes from {source}; over all interviews it is {overall}.",
        average=average,
        source=source,
        overall=overall,
    )


def _employer(model: OfferModel, observed: Observations) -> list[str]:
    """Name what is known of the employer: its outcomes in the training data, or the rate that was given."""
    named = observed.employers.names if observed.employers else ()
    is_known = not set(model.employers.names).isdisjoint(named)
    found = [_("your earlier outcomes at this employer")] if is_known else []
    if EMPLOYER_RATE_FIELD in observed.given:
        name = sign_name(EMPLOYER_RATE_FIELD, observed.catalogue)
        found.append(f"{name} ({_words(observed, EMPLOYER_RATE_FIELD)})")
    return found


def _words(observed: Observations, field: str) -> str:
    return answer_words(field, observed.answer_text(field, 0), observed.catalogue)
