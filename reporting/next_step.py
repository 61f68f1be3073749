"""The next step after an interview in words: what to do, why, and a message to copy."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from ..journal.next_step import NextStep, PlannedStep, StepKind
from ..journal.records import Interview, InterviewState
from ..model.offer_model import OfferModel
from .labels import display_name, format_day, one_line
from .number_format import percent, whole_percent

STEP_LABELS: dict[StepKind, str] = {
    "prepare": "interview",
    "form": "fill in the form",
    "thank": "say thank you",
    "wait": "wait",
    "follow-up": "follow up",
    "close": "close it?",
    "next-round": "add the next round",
    "reply": "record their reply",
    "day": "add the day",
}
_MAX_NAME = 100  # characters of a company or role in a message


def step_label(step: NextStep) -> str:
    """Name a step in a few words, with its day if that is to come.

    Examples
    --------
    >>> step_label(NextStep("wait", date(2026, 12, 1), 3, date(2026, 11, 27), 10, 36, 0.45))
    'wait until 1 Dec 2026'
    """
    label = STEP_LABELS[step.kind]
    if step.kind == "prepare":
        return f"{label} on {format_day(step.due)}"
    return f"{label} until {format_day(step.due)}" if step.kind == "wait" else label


def upcoming_label(step: NextStep) -> str:
    """Name what is to be done after a wait, with its day.

    Examples
    --------
    >>> upcoming_label(NextStep("wait", date(2026, 12, 1), 3, date(2026, 11, 27), 10, 36, 0.45))
    '1 Dec 2026: close it?'
    """
    kind: StepKind = "follow-up" if step.follow_up_day else "close"
    return f"{format_day(step.due)}: {STEP_LABELS['prepare' if step.kind == 'prepare' else kind]}"


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
            return "Afterwards, fill in the form. If it is cancelled, delete it."
        case "form":
            day = format_day(step.due)
            return f"The interview was on {day}. Fill in the form while you remember it."
        case "next-round":
            return "They invited you to the next round. Add it, so that the journal follows that one."
        case "reply":
            return "You answered that they have replied. Record what they said, and on which day."
        case "day":
            return "The day since when you wait is not known. Add it to see when to follow up."
    return " ".join([*_silence(step), _figures(step), _advice(step)])


def _silence(step: NextStep) -> list[str]:
    if step.kind == "thank":
        return ["The interview was yesterday." if step.days else "The interview was today."]
    return [f"Day {step.days} of silence." if step.days else "Heard from them today."]


def _figures(step: NextStep) -> str:
    """Describe the promise and how long answers take, as far as the step depends on them."""
    half, most = f"half of answers come by day {step.half_days}", f"nine in ten by day {step.most_days}"
    if step.kind == "close" or step.followed_up:
        text = f"nine in ten answers come by day {step.most_days}"
    elif step.promised_days is None:
        text = f"{half}, {most}"
    elif step.promised_days <= step.half_days:
        text = half
    else:  # half of all answers come sooner, but not those that were promised for later
        text = f"with such a promise, nine in ten answers come by day {step.most_days}"
    before = []
    if step.followed_up:
        before.append(f"you followed up on {format_day(step.followed_up)}")
    elif step.promised_days is not None:
        before.append(f"they promised day {step.promised_days}")
    sentence = "; ".join([*before, text])
    return f"{sentence[0].upper()}{sentence[1:]}."


def _advice(step: NextStep) -> str:
    match step.kind:
        case "thank":
            in_time = "still in time" if step.days else "polite today or tomorrow"
            return f"A short thank-you is {in_time}."
        case "follow-up":
            return "A short follow-up is reasonable."
        case "close":
            never = percent(step.never_answered)
            return (
                f"Of those who make no offer, {never} never reply. "
                "You may close it as never answered; if they reply after all, record that."
            )
    following = "to close it" if step.followed_up else "to follow up"
    return f"Nothing to do until {format_day(step.due)}, the day {following}."


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
    about = _about(interview)
    if step.kind == "thank":
        body = (
            f"Thank you for the interview {'yesterday' if step.days else 'today'}{about}. "
            "I enjoyed our conversation and would be glad to join you. "
            "If you need anything else from me, I will gladly send it."
        )
    elif step.kind == "follow-up":
        promise = (
            f" You mentioned that I would hear from you by {_in_full(step.promised_day)}."
            if step.promised_day
            else ""
        )
        body = (
            f"Thank you again for {_occasion(interview)}{about}.{promise} I am still very interested. "
            "Could you tell me where things stand? If you need anything else from me, I will gladly send it."
        )
    else:
        return ""
    return f"Hello,\n\n{body}\n\nKind regards,"


def _occasion(interview: Interview) -> str:
    if interview.heard_back and interview.last_contact:
        return f"your message of {_in_full(interview.last_contact)}"
    return f"the interview on {_in_full(interview.date)}" if interview.date else "the interview"


def _about(interview: Interview) -> str:
    role, company = one_line(interview.role, _MAX_NAME), one_line(interview.company, _MAX_NAME)
    return (f" for the role of {role}" if role else "") + (f" at {company}" if company else "")


def _in_full(day: date | None) -> str:
    return f"{day.day} {day:%B}" if day else ""


def decision_words(status: InterviewState, model: OfferModel) -> str:
    """Find kind words on an outcome, with the model's own figures; blank for no outcome and a withdrawal.

    Examples
    --------
    >>> decision_words("rejected", OfferModel.default())
    'Sorry to hear that. About 70 of 100 interviews end without an offer, many that went well among them.'
    """
    match status:
        case "offer":
            return "Congratulations!"
        case "rejected":
            without = 100 - whole_percent(model.predict({}).base_rate)
            return (
                f"Sorry to hear that. About {without} of 100 interviews end without an offer, "
                "many that went well among them."
            )
        case "ghosted":
            never = percent(model.catalogue.silence.never_answered)
            return f"Not hearing back is common: of those who make no offer, {never} never reply."
    return ""


def following_step(planned: PlannedStep) -> str:
    """Name a pending interview to look at next, and its step."""
    name = f"{display_name(planned.interview)} (interview {planned.interview.id})"
    label = step_label(planned.step)
    return f"Next: {name}: {label}{'' if label.endswith('?') else '.'}"


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
