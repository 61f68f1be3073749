"""The journal in sentences: events, hints, the outlook, and the law of silence."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ..data.catalogue.catalogue import Catalogue, Silence
from ..data.errors import InputError, Remedy, Words
from ..data.language import N_, _, number, plural, written_day
from ..journal import clock
from ..journal.arrays import pending_latest_round, possible_duplicates
from ..journal.changes import Change
from ..journal.clock import day_of as day_of_moment
from ..journal.entry import Entry
from ..journal.next_step import planned_steps
from ..journal.rates import ANSWER_DAYS, NOT_RECORDED, NOT_REFERRED, REFERRED, Rates, StageRate
from ..journal.records import ACTIONS, REPLIED, Event, Interview, PredictionRecord
from ..journal.rows import event_from_row
from ..journal.status import InterviewStatus, JournalOutlook, answers_as_of
from ..journal.store import Journal
from ..model.offer_model import OfferModel, observe_for
from ..model.outlook import MAX_MORE_INTERVIEWS, Outlook
from ..model.scoring import delay_quantile
from ..training.evaluation.calibration import MIN_OUTCOMES
from .labels import EVENT_LABELS, display_name, format_day, one_line
from .next_step import decision_words, following_step
from .number_format import (
    count_of,
    count_range,
    format_frequency,
    interval_name,
    join_words,
    percent,
    percent_range,
    plain_percent,
    qualified,
    whole_percent,
)
from .prediction import form_name, input_remarks, saved_answer, sign_name

if TYPE_CHECKING:
    from ..journal.importing import ImportResult
    from ..journal.track_record import Summary
    from ..journal.undo import UndoResult

_MAX_NAME = 60  # characters of a name in a sentence
_MAX_IDS = 20  # ids of interviews in one line
CHANCE_NOTE = N_("Chance: as of today for pending interviews, the last saved estimate for decided ones.")
CHANGE_NOTE = N_("Change: in points, since the last saved estimate.")
_STATUS_ORDER = ("planned", "pending", "offer", "rejected", "ghosted", "withdrew", "earlier-round")
_MAX_MONTHS = 12  # of rates
_STEP_LABELS = {
    ("applied", "interview"): N_("applied, then interviewed"),
    ("interview", "later interview or offer"): N_("interviewed, then a further interview or an offer"),
    ("later interview", "offer"): N_("further interview, then an offer"),
    ("interview", "offer"): N_("interviewed, then an offer"),
}
_GROUP_NAMES = (NOT_RECORDED, REFERRED, NOT_REFERRED)  # of rates; others are months or the user's words
_FIELD_LABELS = {
    "company": N_("company"),
    "role": N_("role"),
    "date": N_("date"),
    "notes": N_("notes"),
    "client": N_("client"),
}
ALREADY_RECORDED = N_("Already recorded.")
NEXT_ROUND = N_("After the next round, add it as a new interview")
LAST_ROUND_COUNTS = N_(
    "If this decides the later round too, record it there: only the outcome of the last round counts."
)


def count_by_status(counts: Mapping[str, int]) -> str:
    """Describe the number of interviews with each status, planned and pending ones first.

    Examples
    --------
    >>> count_by_status({"rejected": 6, "offer": 1, "pending": 2})
    '2 pending, 1 offer and 6 rejections'
    """
    ordered = sorted(counts, key=_STATUS_ORDER.index)
    return join_words([_count_of(status, counts[status]) for status in ordered])


def _count_of(status: str, count: int) -> str:
    counts = {
        "planned": plural(count, "{n} planned", "{n} planned"),
        "pending": plural(count, "{n} pending", "{n} pending"),
        "offer": plural(count, "{n} offer", "{n} offers"),
        "rejected": plural(count, "{n} rejection", "{n} rejections"),
        "ghosted": plural(count, "{n} never answered", "{n} never answered"),
        "withdrew": plural(count, "{n} withdrawn", "{n} withdrawn"),
        "earlier-round": plural(count, "{n} earlier round", "{n} earlier rounds"),
    }
    return counts[status]


def import_summary(
    counts: Mapping[str, int], ignored_columns: Sequence[str], *, is_preview: bool = False
) -> list[str]:
    """Describe an import, or what it would do, line by line.

    Parameters
    ----------
    counts : mapping of str to int
        From `import_counts`, and ``bad``, the rows with faults, where nothing else names them.
    ignored_columns : sequence of str

    Examples
    --------
    >>> counts = {"added": 2, "known": 5, "updated": 1, "outcomes": 1, "applications": 4}
    >>> counts |= {"not_applied": 2, "left_out": 3}
    >>> for line in import_summary(counts, ["Colour"]):
    ...     print(line)
    Added 2 interviews.
    Already in the journal: 5 interviews.
    Updated: 1 of them.
    New outcomes: 1 of them.
    4 applications without an interview count in the rates only.
    Left out 2 jobs that are not applied for yet.
    Skipped 3 rows without a date, a sign or an outcome.
    Columns not used: Colour.
    """
    added = counts["added"]
    if is_preview:
        lines = [plural(added, "Would add {n} interview.", "Would add {n} interviews.")]
    else:
        lines = [plural(added, "Added {n} interview.", "Added {n} interviews.")]
    if known := counts["known"]:
        lines.append(
            plural(known, "Already in the journal: {n} interview.", "Already in the journal: {n} interviews.")
        )
    if updated := counts["updated"]:
        lines.append(_("Updated: {count} of them.", count=number(updated)))
    if outcomes := counts["outcomes"]:
        lines.append(_("New outcomes: {count} of them.", count=number(outcomes)))
    if applications := counts["applications"]:
        lines.append(
            plural(
                applications,
                "{n} application without an interview counts in the rates only.",
                "{n} applications without an interview count in the rates only.",
            )
        )
    if not_applied := counts["not_applied"]:
        lines.append(
            plural(
                not_applied,
                "Left out {n} job that is not applied for yet.",
                "Left out {n} jobs that are not applied for yet.",
            )
        )
    if left_out := counts["left_out"]:
        lines.append(
            plural(
                left_out,
                "Skipped {n} row without a date, a sign or an outcome.",
                "Skipped {n} rows without a date, a sign or an outcome.",
            )
        )
    if bad := counts.get("bad"):
        lines.append(
            plural(bad, "Left out {n} row that cannot be read.", "Left out {n} rows that cannot be read.")
        )
    if ignored_columns:
        lines.append(_("Columns not used: {columns}.", columns=", ".join(ignored_columns)))
    return lines


def import_counts(result: "ImportResult") -> dict[str, int]:
    """Count what an import did."""
    counts = {"added": len(result.added), "known": result.known, "updated": len(result.updated)}
    names = ("outcomes", "applications", "not_applied", "left_out")
    return counts | {name: getattr(result, name) for name in names}


def format_ids(numbers: Sequence[int]) -> str:
    """Format ids of interviews, at most the first twenty.

    Examples
    --------
    >>> format_ids([3, 7]), format_ids(range(1, 31))[-14:]
    ('3, 7', '19, 20, … (30)')
    """
    shown = ", ".join(map(str, numbers[:_MAX_IDS]))
    return shown if len(numbers) <= _MAX_IDS else f"{shown}, … ({number(len(numbers))})"


def describe_import(book: Journal, import_id: int) -> str:
    """Describe an import by its day and its counts."""
    query = "SELECT made, added, updated, applications FROM imports WHERE id = ?"
    ((made, added, updated, applications),) = book.select(query, [import_id])
    day = format_day(day_of_moment(made))
    if applications and not (added or updated):
        return plural(
            applications, "import of {day}: {n} application", "import of {day}: {n} applications", day=day
        )
    return _(
        "import of {day}: added {added}, updated {updated}",
        day=day,
        added=number(added),
        updated=number(updated),
    )


def count_interviews(count: int) -> str:
    """Describe a number of interviews.

    Examples
    --------
    >>> count_interviews(1), count_interviews(1200)
    ('1 interview', '1,200 interviews')
    """
    return plural(count, "{n} interview", "{n} interviews")


def describe_change(book: Journal, change: Change) -> str:
    """Describe a change that can be undone: what, which interview, and when."""
    if change.kind == "import":
        return describe_import(book, change.target or 0)
    if change.kind == "events":
        query = "SELECT kind, count(*) FROM events WHERE id IN (SELECT value FROM json_each(?)) GROUP BY 1"
        counts = book.select(query, [json.dumps(change.content["events"])])
        what = join_words([f"{count_interviews(count)}: {_(EVENT_LABELS[kind])}" for kind, count in counts])
    elif change.kind == "delete":
        (row,) = change.content["interviews"]
        name = ", ".join(part for part in (row["company"], row["role"]) if part) or _("(no name)")
        what = _("deleted {id}: {name}", id=change.interview, name=one_line(name, _MAX_NAME))
    elif change.kind == "add":
        name = book.interview(change.interview or 0).name
        what = _("added {id}: {name}", id=change.interview, name=one_line(name, _MAX_NAME))
    else:
        after = book.interview(change.interview or 0)
        (found,) = book.select(
            "SELECT kind, date, recorded, detail FROM events WHERE id = ?", [change.target or 0]
        )
        happened = _happened(event_from_row(*found), book.catalogue)
        what = f"{after.id}: {one_line(after.name, _MAX_NAME)}: {happened}"
    return f"{what} ({format_day(day_of_moment(change.made))})"


def change_summary(about: str, change: Change, result: "UndoResult") -> list[str]:
    """Describe what was undone.

    Parameters
    ----------
    about : str
        From `describe_change`, before it was undone.
    change : Change
    result : "UndoResult"
    """
    details = undo_summary(result) if change.kind == "import" else []
    return [_("Undone: {change}.", change=about), *details]


def undo_summary(result: "UndoResult") -> list[str]:
    """Describe the result of undoing an import."""
    lines = [
        plural(
            result.removed,
            "Removed {n} interview, restored {restored}.",
            "Removed {n} interviews, restored {restored}.",
            restored=number(result.restored),
        )
    ]
    if result.changed_since:
        ids = format_ids(result.changed_since)
        lines.append(_("Not removed, because you changed them after the import: {ids}.", ids=ids))
    return lines


def recorded_late(count: int) -> str:
    """Describe how many interviews the score leaves out: added late, or while the clock was ahead."""
    return plural(
        count,
        "Left out: {n} interview without an estimate dated before its outcome.",
        "Left out: {n} interviews without an estimate dated before their outcome.",
    )


def timeline(interview: Interview, catalogue: Catalogue) -> list[tuple[date | None, str]]:
    """List events and predictions as pairs of day and text, in order of time, those without a day last."""
    entries: list[tuple[date, str, str]] = [
        (clock.day_of(logged.made), logged.made, _predicted(logged)) for logged in interview.predictions
    ]
    happened = [(event.date, event.recorded, _happened(event, catalogue)) for event in interview.events]
    entries += [(day, moment, text) for day, moment, text in happened if day]
    if interview.date:
        entries.append((interview.date, "", _("interview")))
    undated = [text for day, _moment, text in happened if not day]
    entries.sort(key=lambda entry: entry[:2])
    return [*((day, text) for day, _moment, text in entries), *((None, text) for text in undated)]


def _predicted(logged: PredictionRecord) -> str:
    chance, ends = percent(logged.probability), percent_range(logged.low, logged.high)
    if logged.days is None:
        return _("estimate {chance} ({range})", chance=chance, range=ends)
    return plural(
        logged.days,
        "estimate {chance} ({range}) after {n} day of silence",
        "estimate {chance} ({range}) after {n} days of silence",
        chance=chance,
        range=ends,
    )


def _happened(event: Event, catalogue: Catalogue) -> str:
    """Describe an event; for a correction, what it filled in, and the values that it replaced."""
    if not event.detail:
        return _(EVENT_LABELS[event.kind])
    replaced = {**event.detail.get("answers", {}), **event.detail}
    replaced.pop("answers", None)
    filled_in, corrected = [], []
    for field, value in replaced.items():
        name = _(_FIELD_LABELS[field]) if field in _FIELD_LABELS else sign_name(field, catalogue)
        if value in (None, ""):
            filled_in.append(name)
        else:
            before = one_line(saved_answer(field, value, catalogue), 40)
            corrected.append(_("{field} (before: {value})", field=name, value=before))
    parts = [_("filled in: {names}", names=join_words(filled_in))] if filled_in else []
    if corrected:
        parts.append(_("corrected: {values}", values=join_words(corrected)))
    return "; ".join(parts)


def retraining_reason(have: int, learned: int) -> str:
    """Describe why to train again, as the beginning of a sentence.

    Parameters
    ----------
    have, learned : int
        Outcomes in the journal, and those that the model was trained on.
    """
    return plural(
        have,
        "Your journal has {n} outcome; the model has learned from {learned}",
        "Your journal has {n} outcomes; the model has learned from {learned}",
        learned=number(learned),
    )


@dataclass(frozen=True)
class Hint:
    """A suggestion after something was recorded.

    Parameters
    ----------
    text : str
        The reason for it.
    remedy : Remedy, optional
        The action.
    number : int, optional
        The interview that the action is for.
    """

    text: str
    remedy: Remedy | None = None
    number: int | None = None

    def worded(self, words: Words) -> str:
        """Word the hint for the terminal, the page or the REST API.

        Parameters
        ----------
        words : mapping of Remedy to str
            Words for each action.
        """
        if self.remedy is None:
            return self.text
        return f"{self.text}: {self.remedy.worded(words, number=self.number)}"


@dataclass(frozen=True)
class Doubt:
    """A reason to ask before an interview is saved.

    Parameters
    ----------
    text : str
    duplicates : tuple of int
        Numbers of the interviews that it may repeat.
    """

    text: str
    duplicates: tuple[int, ...] = ()


def before_add(book: Journal, entry: Entry, source: str = "") -> Doubt | None:
    """Find a reason to ask before saving: nothing is answered, or the interview is in the journal already.

    One with a company or role and a day to come is planned, and has no answers yet.

    Parameters
    ----------
    book : Journal
    entry : Entry
        Checked already.
    source : str
        Name of the form, if the answers come from a file.
    """
    is_named = bool(entry.company.strip() or entry.role.strip())
    is_planned = is_named and entry.date is not None and entry.date > clock.today()
    reasons = []
    if not (entry.answers or entry.notes.strip() or is_planned):
        form = form_name(source)
        if is_named:
            nothing = _("Nothing is answered in {form}.", form=form) if form else _("Nothing is answered.")
        elif form:
            nothing = _("Nothing is answered in {form}, and company and role are blank.", form=form)
        else:
            nothing = _("Nothing is answered, and company and role are blank.")
        reasons.append(nothing)
    others = possible_duplicates(book, entry)
    if others:
        reasons.append(
            plural(
                len(others),
                "Interview {numbers} has the same company, role and day.",
                "Interviews {numbers} have the same company, role and day.",
                numbers=join_words([*map(str, others)]),
            )
        )
    return Doubt(" ".join(reasons), tuple(others)) if reasons else None


def after_add(book: Journal, added: Interview) -> list[Hint]:
    """Suggest to delete a duplicate: another interview with the same company, role and day.

    Parameters
    ----------
    book : Journal
    added : Interview
    """
    others = possible_duplicates(book, added)
    if not others:
        return []
    text = plural(
        len(others),
        "Same company, role and day as interview {numbers}",
        "Same company, role and day as interviews {numbers}",
        numbers=join_words([*map(str, others)]),
    )
    return [Hint(text, Remedy.DELETE_DUPLICATE, added.id)]


def after_outcome(book: Journal, after: Interview, event: Event | None) -> list[Hint]:
    """Find kind words, name the next interview, and suggest to record a later round and to train again.

    Parameters
    ----------
    book : Journal
    after : Interview
        The interview with its outcome.
    event : Event or None
        None if the outcome was already recorded.
    """
    from ..training.model_store import resolve_model

    if event is None:
        return [Hint(_(ALREADY_RECORDED))]
    try:
        model = resolve_model(None, None).model
    except InputError:  # the outcome is saved even if the model is broken; predict reports the fault
        return _same_process(book, after)
    return [*_kind_words(book, after, model), *_same_process(book, after), *_retraining(book, model)]


def after_news(after: Interview) -> list[Hint]:
    """Suggest to add the next round, and to reopen an interview that was closed.

    Parameters
    ----------
    after : Interview
        The interview with the news as its last event.
    """
    add = Hint(_(NEXT_ROUND), Remedy.ADD_NEXT_ROUND)
    return [*([add] if after.events[-1].kind == "next-round" else []), *_still_closed(after)]


def _still_closed(after: Interview) -> list[Hint]:
    """Suggest how to reopen an interview that was closed, since news alone does not."""
    if after.status in ("planned", "pending", "offer") or after.events[-1].kind in ACTIONS:
        return []
    return [Hint(still_closed(after.status), Remedy.REOPEN, after.id)]


def still_closed(status: str) -> str:
    """Describe the outcome of a closed interview, as the beginning of a sentence on how to reopen it."""
    return _("Still {outcome}. To reopen it", outcome=_(EVENT_LABELS[status]))


def _same_process(book: Journal, after: Interview) -> list[Hint]:
    """Suggest to record the outcome for a later round of the same process that is still pending."""
    later = pending_latest_round(book, after) if after.status in REPLIED else None
    if later is None:
        return []
    text = _(
        "A later round with {name} (interview {id}) is still pending.", name=display_name(after), id=later
    )
    return [Hint(f"{text} {_(LAST_ROUND_COUNTS)}")]


def _kind_words(book: Journal, after: Interview, model: OfferModel) -> list[Hint]:
    """Find kind words on an outcome, and name the pending interview with the most urgent step."""
    if after.status in ("planned", "pending"):
        return []
    steps = planned_steps(book, clock.today(), model.catalogue)
    following = following_step(steps[0]) if steps and after.status != "offer" else ""
    return [Hint(text) for text in (decision_words(after.status, model), following) if text]


def _retraining(book: Journal, model: OfferModel) -> list[Hint]:
    """Suggest to train again, if there are enough new outcomes."""
    from ..journal.training import retraining_due

    found = retraining_due(book, model)
    if found is None:
        return []
    return [Hint(retraining_reason(*found), Remedy.LEARN)]


def outlook_headline(found: Outlook) -> str:
    """Describe the chance of at least one offer."""
    return plural(
        found.n,
        "Chance of at least one offer from {n} pending interview: {frequency} ({percent}).",
        "Chance of at least one offer from {n} pending interviews: {frequency} ({percent}).",
        frequency=format_frequency(found.at_least_one).lower(),
        percent=percent(found.at_least_one),
    )


def expected_offers(found: Outlook) -> str:
    """Describe the expected number of offers, with its interval."""
    return _(
        "Expected: {count} offers, {range}.",
        count=number(found.expected, ",.1f"),
        range=qualified(count_range(found.low, found.high), found.level),
    )


def outlook_notes(journal_outlook: JournalOutlook) -> list[str]:
    """Describe what lowers the chance or would raise it, what it would be otherwise, and what is left out."""
    found, highest = journal_outlook.outlook, journal_outlook.highest
    lines = []
    if whole_percent(highest) > whole_percent(found.at_least_one):
        note = N_(
            "The highest chance in the list is {percent}. Here the silence of the others counts against it, "
            "too."
        )
        lines.append(_(note, percent=percent(highest)))
    lines.append(_more(found))
    if found.n > 1 and percent(found.independent) != percent(found.at_least_one):
        lines.append(
            _(
                "If the interviews were independent, it would be {percent}. But if you are stronger or "
                "weaker than we assume, that affects all of them.",
                percent=percent(found.independent),
            )
        )
    if journal_outlook.earlier_rounds:
        lines.append(
            plural(
                journal_outlook.earlier_rounds,
                "Left out: {n} earlier round, replaced by a later interview for the same job.",
                "Left out: {n} earlier rounds, replaced by a later interview for the same job.",
            )
        )
    return lines


def _more(found: Outlook) -> str:
    goal = percent(found.target)
    if found.more == 0:
        return _("That is already {percent} or more.", percent=goal)
    if found.more is None:
        return _(
            "Even {count} more interviews like these would not raise the chance to {percent}.",
            count=number(MAX_MORE_INTERVIEWS),
            percent=goal,
        )
    return plural(
        found.more,
        "With {n} more interview like these and no silence yet, the chance would be {percent}.",
        "With {n} more interviews like these and no silence yet, the chance would be {percent}.",
        percent=goal,
    )


def rate_row(rate: StageRate) -> tuple[str, ...]:
    """Format a rate: the stages, the counts, and, from five on, the share with its interval; what is open.

    Examples
    --------
    >>> rate_row(StageRate("applied", "interview", 6, 20, 3, 0.16, 0.49))
    ('applied, then interviewed', '6 of 20', '30%', '16% to 49%', '3')
    >>> rate_row(StageRate("applied", "interview", 1, 3, 0, 0.08, 0.75))
    ('applied, then interviewed', '1 of 3', '', '', '')
    """
    is_shown = rate.rate is not None
    return (
        _(_STEP_LABELS[rate.start, rate.end]),
        count_of(rate.reached, rate.of) if rate.of else "–",
        plain_percent(rate.rate, ".0f") if rate.rate is not None else "",
        percent_range(rate.low, rate.high) if is_shown else "",
        number(rate.open) if rate.open else "",
    )


def rate_tables(rates: Rates) -> tuple[Mapping[str, Sequence[StageRate]], ...]:
    """Choose the rates to show: overall, of the last twelve months from five jobs on, and by channel."""
    enough = rates.applications + rates.without_application >= MIN_OUTCOMES
    months = [name for name in rates.by_month if name != NOT_RECORDED][-_MAX_MONTHS:]
    shown = {name: each for name, each in rates.by_month.items() if name in (*months, NOT_RECORDED)}
    return {"": rates.overall}, shown if enough else {}, rates.by_channel


def rate_groups(groups: Mapping[str, Sequence[StageRate]]) -> list[tuple[str, list[tuple[str, ...]]]]:
    """Format the rates of each group, without those that nobody has come to; a month such as ``Oct 2026``."""
    shown = {name: [each for each in rates if each.of or each.open] for name, rates in groups.items()}
    return [(_group_name(name), [*map(rate_row, rates)]) for name, rates in shown.items()]


def _group_name(name: str) -> str:
    try:
        return written_day(date.fromisoformat(f"{name}-01"), "yMMM")
    except ValueError:  # not a month
        return _(name) if name in _GROUP_NAMES else name


def summary_rows(summaries: Sequence["Summary"]) -> list[tuple[str, ...]]:
    """Format summaries: client, interviews, pending, offers, their share, its interval, and expected offers.

    The first summary is that of all interviews.
    """
    rows: list[tuple[str, ...]] = []
    for i, each in enumerate(summaries):
        share = "" if each.rate is None else plain_percent(each.rate, ".0f")
        ends = "" if each.rate is None else percent_range(each.low, each.high)
        judged = ""
        if each.is_calibrated:
            expected, came = number(each.expected, ".1f"), number(each.judged_offers)
            judged = _("{expected}, came {count}", expected=expected, count=came)
        counts = (number(each.interviews), number(each.pending), count_of(each.offers, each.decided))
        name = each.client or (_("(none)") if i else _("all"))
        rows.append((name, *counts, share, ends, judged))
    return rows


SUMMARY_COLUMNS = (
    *(N_("client"), N_("interviews"), N_("pending"), N_("offers"), N_("rate"), N_("range"), N_("expected")),
)
SUMMARY_NOTE = N_(
    "A job counts once. Range: 90% interval, from five outcomes on. Expected: offers by the estimates saved "
    "before the outcomes, and those that came."
)


def rates_notes(rates: Rates) -> list[str]:
    """Describe how the rates are counted, and what is left out."""
    lines = [
        _(
            "Open, so not counted yet: pending interviews, applications whose interview is to come, and all "
            "applications of the last {days} days.",
            days=number(ANSWER_DAYS),
        ),
        _(
            "The range is the {interval}; below five there is no percentage.",
            interval=interval_name(rates.level),
        ),
    ]
    if not rates.applications:
        lines.append(
            _("No applications are recorded. Importing a table with all your applications adds them.")
        )
    elif rates.without_application:
        lines.append(
            plural(
                rates.without_application,
                "Not in the first rate: {n} interviewed job without a recorded application.",
                "Not in the first rate: {n} interviewed jobs without a recorded application.",
            )
        )
    _overall, months, channels = rate_tables(rates)
    if months:
        lines.append(_("Months are those of the application, else of the first interview."))
    if 0 < len(months) < len(rates.by_month):
        lines.append(_("Only the last {n} months are shown.", n=number(_MAX_MONTHS)))
    if months or channels:
        lines.append(_("Where the ranges of two groups overlap, their difference may be chance."))
    return lines


def silence_law_text(law: Silence) -> str:
    """Describe a law of silence.

    Examples
    --------
    >>> silence_law_text(Silence())
    'half reply within 10 days and nine in ten within 36; of those who make no offer, 45% never reply'
    """
    ninth_decile = delay_quantile(0.9, law)
    return _(
        "half reply within {half} days and nine in ten within {most}; of those who make no offer, {share} "
        "never reply",
        half=number(law.median_days, ".0f"),
        most=number(ninth_decile, ".0f"),
        share=plain_percent(law.never_answered, ".0f"),
    )


def interview_remarks(model: OfferModel, status: InterviewStatus, on: date, source: str = "") -> list[str]:
    """List remarks about the estimate of an interview; none once it is decided.

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
    observed = observe_for(model, answers_as_of(status.interview, on, model))
    return input_remarks(model, observed, status.prediction, source)
