"""The next step after an interview in words: what to do, why, and a message to copy."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ..data.language import N_, _, number, written_day
from ..journal.next_step import NextStep, PlannedStep, StepKind
from ..journal.records import Interview, InterviewState
from ..model.offer_model import OfferModel
from .labels import display_name, format_day, one_line
from .number_format import percent, whole_percent

STEP_LABELS: dict[StepKind, str] = {
    "prepare": N_("interview"),
    "form": N_("fill in the form"),
    "thank": N_("say thank you"),
    "wait": N_("wait"),
    "follow-up": N_("follow up"),
    "close": N_("close it?"),
    "next-round": N_("add the next round"),
    "reply": N_("record their reply"),
    "day": N_("add the day"),
}
_MAX_NAME = 100  # characters of a company or role in a message


def step_label(step: NextStep) -> str:
    """Name a step in a few words, with its day if that is to come.

    Examples
    --------
    >>> step_label(NextStep("wait", date(2026, 12, 1), 3, date(2026, 11, 27), 10, 36, 0.45))
    'wait until 1 Dec 2026'
    """
    if step.kind == "prepare":
        return _("interview on {day}", day=format_day(step.due))
    if step.kind == "wait":
        return _("wait until {day}", day=format_day(step.due))
    return _(STEP_LABELS[step.kind])


def upcoming_label(step: NextStep) -> str:
    """Name what is to be done after a wait, with its day.

    Examples
    --------
    >>> upcoming_label(NextStep("wait", date(2026, 12, 1), 3, date(2026, 11, 27), 10, 36, 0.45))
    '1 Dec 2026: close it?'
    """
    kind: StepKind = "follow-up" if step.follow_up_day else "close"
    return f"{format_day(step.due)}: {_(STEP_LABELS['prepare' if step.kind == 'prepare' else kind])}"


def step_reason(step: NextStep) -> str:
    """Explain a step by the days of silence, the promise, and how long answers take.

    Examples
    --------
    >>> day = date(2026, 11, 24)
    >>> step = NextStep("follow-up", day, 8, date(2026, 11, 16), 10, 36, 0.45, promised_days=7)
    >>> step_reason(step)
    'Day 8 of silence. They promised day 7; half of answers come by day 10. A short follow-up is reasonable.'
    """
    match step.kind:
        case "prepare":
            return _("Afterwards, fill in the form. If it is cancelled, delete it.")
        case "form":
            day = format_day(step.due)
            return _("The interview was on {day}. Fill in the form while you remember it.", day=day)
        case "next-round":
            return _("They invited you to the next round. Add it, so that the journal follows that one.")
        case "reply":
            return _("You answered that they have replied. Record what they said, and on which day.")
        case "day":
            return _("The day since when you wait is not known. Add it to see when to follow up.")
    return " ".join([_silence(step), _figures(step), _advice(step)])


def _silence(step: NextStep) -> str:
    if step.kind == "thank":
        return _("The interview was yesterday.") if step.days else _("The interview was today.")
    return _("Day {n} of silence.", n=number(step.days)) if step.days else _("Heard from them today.")


def _figures(step: NextStep) -> str:
    """Describe the promise and how long answers take, as far as the step depends on them."""
    half, most = number(step.half_days), number(step.most_days)
    if step.kind == "close" or step.followed_up:
        clause = _("nine in ten answers come by day {most}", most=most)
    elif step.promised_days is None:
        clause = _("half of answers come by day {half}, nine in ten by day {most}", half=half, most=most)
    elif step.promised_days <= step.half_days:
        clause = _("half of answers come by day {half}", half=half)
    else:  # half of all answers come sooner, but not those that were promised for later
        clause = _("with such a promise, nine in ten answers come by day {most}", most=most)
    before = []
    if step.followed_up:
        before.append(_("you followed up on {day}", day=format_day(step.followed_up)))
    elif step.promised_days is not None:
        before.append(_("they promised day {promised}", promised=number(step.promised_days)))
    sentence = "; ".join([*before, clause])
    return f"{sentence[0].upper()}{sentence[1:]}."


def _advice(step: NextStep) -> str:
    match step.kind:
        case "thank":
            if step.days:
                return _("A short thank-you is still in time.")
            return _("A short thank-you is polite today or tomorrow.")
        case "follow-up":
            return _("A short follow-up is reasonable.")
        case "close":
            return _(
                "Of those who make no offer, {share} never reply. "
                "You may close it as never answered; if they reply after all, record that.",
                share=percent(step.never_answered),
            )
    if step.followed_up:
        return _("Nothing to do until {day}, the day to close it.", day=format_day(step.due))
    return _("Nothing to do until {day}, the day to follow up.", day=format_day(step.due))


def step_message(step: NextStep, interview: Interview) -> str:
    """Write a short message to copy; blank unless it is time for a thank-you or a follow-up.

    Examples
    --------
    >>> day = date(2026, 11, 16)
    >>> step = NextStep("follow-up", day, 8, day, 10, 36, 0.45, promised_day=date(2026, 11, 23))
    >>> one = Interview(1, "", "", "Acme", "Engineer", day, {})
    >>> print(step_message(step, one))
    Hello,
    <BLANKLINE>
    Thank you again for the interview on 16 November for the role of Engineer at Acme. You mentioned that I \
would hear from you by 23 November. I am still very interested. Could you tell me where things stand? If you \
need anything else from me, I will gladly send it.
    <BLANKLINE>
    Kind regards,
    """
    if step.kind == "thank":
        sentences = [_thanks_at_once(step, _job(interview)), _impression(interview)]
    elif step.kind == "follow-up":
        sentences = [_thanks_again(interview, _job(interview))]
        if step.promised_day:
            day = _in_full(step.promised_day)
            sentences.append(_("You mentioned that I would hear from you by {day}.", day=day))
        sentences += [_("I am still very interested."), _("Could you tell me where things stand?")]
    else:
        return ""
    sentences.append(_("If you need anything else from me, I will gladly send it."))
    return "\n\n".join([_("Hello,"), " ".join(sentences), _("Kind regards,")])


def _job(interview: Interview) -> str:
    """Describe the job, to follow "interview" or "application"; blank without a role and a company."""
    role, company = one_line(interview.role, _MAX_NAME), one_line(interview.company, _MAX_NAME)
    if role and company:
        return _("for the role of {role} at {company}", role=role, company=company)
    if role:
        return _("for the role of {role}", role=role)
    return _("at {company}", company=company) if company else ""


def _thanks_at_once(step: NextStep, job: str) -> str:
    if step.days:
        return (
            _("Thank you for the interview yesterday {job}.", job=job)
            if job
            else _("Thank you for the interview yesterday.")
        )
    return (
        _("Thank you for the interview today {job}.", job=job)
        if job
        else _("Thank you for the interview today.")
    )


def _impression(interview: Interview) -> str:
    """Praise the conversation, unless the answers call it cold, stiff or rude."""
    answers = interview.answers
    if answers.get("rapport") in ("cold", "stiff") or answers.get("negative_tone") == "yes":
        return _("I appreciate the time you took.")
    return _("I enjoyed our conversation and would be glad to join you.")


def _thanks_again(interview: Interview, job: str) -> str:
    if interview.heard_back and interview.last_contact:
        day = _in_full(interview.last_contact)
        if job:
            return _("Thank you again for your message of {day} {job}.", day=day, job=job)
        return _("Thank you again for your message of {day}.", day=day)
    if interview.date:
        day = _in_full(interview.date)
        if job:
            return _("Thank you again for the interview on {day} {job}.", day=day, job=job)
        return _("Thank you again for the interview on {day}.", day=day)
    if job:
        return _("Thank you again for the interview {job}.", job=job)
    return _("Thank you again for the interview.")


def _in_full(day: date) -> str:
    return written_day(day, "MMMMd")


def decision_words(status: InterviewState, model: OfferModel) -> str:
    """Find kind words on an outcome, with the model's own figures; blank for no outcome and a withdrawal.

    Examples
    --------
    >>> decision_words("rejected", OfferModel.default())
    'Sorry to hear that. About 70 of 100 interviews end without an offer, and many of them went well.'
    """
    match status:
        case "offer":
            return _("Congratulations!")
        case "rejected":
            return _(
                "Sorry to hear that. About {n} of 100 interviews end without an offer, "
                "and many of them went well.",
                n=100 - whole_percent(model.average),
            )
        case "ghosted":
            return _(
                "Not hearing back is common: of those who make no offer, {share} never reply.",
                share=percent(model.catalogue.silence.never_answered),
            )
    return ""


def following_step(planned: PlannedStep) -> str:
    """Name a pending interview to look at next, and its step."""
    text = _(
        "Next: {name} (interview {id}): {step}",
        name=display_name(planned.interview),
        id=planned.interview.id,
        step=step_label(planned.step),
    )
    return text if text.endswith("?") else f"{text}."


def next_steps_data(steps: Sequence[PlannedStep], today: date) -> dict[str, list[dict[str, Any]]]:
    """Convert the steps that are due, and those of the next week."""
    return {
        "due": planned_data([planned for planned in steps if planned.step.is_due]),
        "soon": planned_data([planned for planned in steps if planned.is_soon(today)]),
    }


def planned_data(planned: Sequence[PlannedStep]) -> list[dict[str, Any]]:
    """Convert the next steps of several interviews, each with the number of its interview."""
    return [{"id": each.interview.id, "next_step": step_data(each.step, each.interview)} for each in planned]


def step_data(step: NextStep | None, interview: Interview) -> dict[str, Any] | None:
    """Convert a next step to plain data for JSON, with its reason and its message."""
    if step is None:
        return None
    days = ("due", "since", "promised_day", "follow_up_day", "close_day", "followed_up")
    return {
        "kind": step.kind,
        "is_due": step.is_due,
        "label": step_label(step),
        "reason": step_reason(step),
        "message": step_message(step, interview) or None,
        "days": step.days,
        "half_days": step.half_days,
        "most_days": step.most_days,
        "promised_days": step.promised_days,
    } | {name: (day := getattr(step, name)) and day.isoformat() for name in days}
