"""Planned interviews: they wait for their form, and until then count nowhere."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import CATALOGUE, set_day
from offerodds import Journal, OfferModel
from offerodds.data.errors import AnswerError, JournalError
from offerodds.data.files import write_atomic
from offerodds.journal import clock
from offerodds.journal.arrays import count_outcomes, latest_round_rows, read_columns
from offerodds.journal.export import EXPORTERS
from offerodds.journal.importing import import_into
from offerodds.journal.next_step import next_step, planned_steps
from offerodds.journal.records import KNOWN_BEFORE
from offerodds.journal.status import Predictor, interview_status, journal_outlook, journal_page
from offerodds.journal.track_record import track_record
from offerodds.journal.training import train_journal
from offerodds.reporting.calendar_file import calendar_file
from offerodds.reporting.evaluation import data_notes, trained_on
from offerodds.reporting.next_step import step_label, step_reason

MODEL = OfferModel.default()
TODAY = date(2026, 11, 24)
LATER = TODAY + timedelta(9)

pytestmark = pytest.mark.usefixtures("today")


def test_an_interview_to_come_is_planned_and_has_no_estimate(journal):
    one = journal.add({"stage": "final"}, company="Acme", date=LATER, predict=Predictor(MODEL))
    assert (one.status, one.predictions) == ("planned", ())
    assert journal.counts() == {"planned": 1}
    assert [each.id for each in journal.interviews("planned")] == [one.id]
    assert journal.interviews("pending") == []
    status = interview_status(MODEL, one, TODAY)
    assert status.prediction is None
    assert (status.next_step.kind, status.next_step.due) == ("prepare", LATER)
    assert step_label(status.next_step) == "interview on 3 Dec 2026"
    assert b"SUMMARY:Interview: Acme" in calendar_file(planned_steps(journal, TODAY, CATALOGUE))


def test_it_counts_once_its_form_is_filled_in(journal, monkeypatch):
    number = journal.add({}, company="Acme", date=LATER).id
    set_day(monkeypatch, LATER + timedelta(1))
    waiting = journal.interview(number)
    step = next_step(waiting, clock.today(), CATALOGUE)
    assert (waiting.status, step.kind, step.is_due) == ("planned", "form", True)
    assert step_reason(step) == "The interview was on 3 Dec 2026. Fill in the form while you remember it."
    assert journal_outlook(journal, MODEL).outlook.n == 0
    filled = journal.edit(number, answers={"rapport": 4}, predict=Predictor(MODEL))
    assert (filled.status, len(filled.predictions)) == ("pending", 1)
    assert journal.counts() == {"pending": 1}
    assert journal_outlook(journal, MODEL).outlook.n == 1
    assert next_step(filled, clock.today(), CATALOGUE).kind == "thank"


def test_it_counts_in_no_score_and_no_training_even_with_an_outcome(journal, monkeypatch):
    number = journal.add({}, company="Acme", date=LATER).id
    before = train_journal(journal)
    assert (before.n_offer, before.n_no_offer, before.n_pending) == (0, 0, 0)
    set_day(monkeypatch, LATER + timedelta(20))
    assert train_journal(journal).n_pending == 0
    journal.record(number, "rejected")
    assert journal.interview(number).status == "rejected"
    result = train_journal(journal)
    assert (result.n_offer, result.n_no_offer, result.earlier_rounds) == (0, 0, 0)
    assert count_outcomes(journal) == 0
    assert track_record(journal, MODEL).n_late == 0
    journal.edit(number, answers={"rapport": 2})
    assert (train_journal(journal).n_no_offer, count_outcomes(journal)) == (1, 1)
    assert track_record(journal, MODEL).n_late == 1


def test_training_names_what_it_leaves_out(journal):
    for company, day in (("Acme", 20), ("Acme", 9), ("Byte", 9), ("Cork", 0), ("Dune", -9)):
        journal.add({}, company=company, date=TODAY - timedelta(day))
    result = train_journal(journal)
    assert (result.n_pending, result.earlier_rounds) == (2, 1)
    assert "Left out: 1 earlier round;" in trained_on(result)
    assert [line for line in data_notes(result) if "Left out" in line] == [
        "Left out: 1 planned interview.",
        "Left out (withdrawn, blank, or pending without a day of silence): 1 interview.",
    ]


def test_a_planned_round_does_not_take_the_place_of_an_earlier_one(journal, monkeypatch):
    first = journal.add({"rapport": 4}, company="Acme", role="Dev", date=TODAY - timedelta(5)).id
    planned = journal.add({}, company="ACME", role="dev", date=LATER).id
    assert journal.interview(first).later_round is None
    found = journal_outlook(journal, MODEL)
    assert (found.outlook.n, found.earlier_rounds) == (1, 0)
    set_day(monkeypatch, LATER + timedelta(5))
    journal.record(planned, "offer")
    assert journal.interview(first).status == "offer"  # the process is decided
    assert journal.counts() == {"offer": 1, "earlier-round": 1}
    result = train_journal(journal)
    assert (result.n_offer, result.n_no_offer) == (1, 0)  # learned from the form of the first round
    assert count_outcomes(journal) == 1
    journal.edit(planned, answers={"rapport": 1})
    assert latest_round_rows(read_columns(journal)).tolist() == [1]


def test_reopening_a_planned_interview_plans_it_again(journal, monkeypatch):
    number = journal.add({}, company="Acme", date=LATER).id
    set_day(monkeypatch, LATER)
    journal.record(number, "withdrew")
    journal.record(number, "pending")
    assert journal.interview(number).status == "planned"
    assert journal.counts() == {"planned": 1}
    assert read_columns(journal).status.tolist() == ["planned"]


@pytest.mark.parametrize(
    ("answers", "day"), [({"rapport": 4}, LATER), ({}, TODAY + timedelta(367)), ({"promised_days": 3}, LATER)]
)
def test_signs_and_days_too_far_ahead_are_faults(journal, answers, day):
    with pytest.raises(AnswerError) as error:
        journal.add(answers, company="Acme", date=day)
    (fault,) = error.value.faults
    assert (fault.problem, fault.field) == ("in the future", "date")
    assert len(journal) == 0


def test_an_outcome_or_signs_before_the_day_are_faults(journal):
    number = journal.add({}, company="Acme", date=LATER).id
    with pytest.raises(JournalError, match="before the interview"):
        journal.record(number, "rejected")
    with pytest.raises(AnswerError, match="in the future"):
        journal.edit(number, answers={"rapport": 4})
    done = journal.add({"rapport": 4}, company="Bolt", date=TODAY).id
    with pytest.raises(AnswerError, match="in the future"):
        journal.edit(done, date=LATER)
    moved = journal.edit(number, answers={"rapport": 4}, date=TODAY, predict=Predictor(MODEL))
    assert (moved.status, len(moved.predictions)) == ("pending", 1)


def test_a_blank_interview_of_a_day_past_is_no_planned_one(journal):
    assert journal.add({}, company="Acme", date=TODAY).status == "pending"
    assert journal.add({}, company="Bolt").status == "pending"


@pytest.mark.parametrize("suffix", [".json", ".csv"])
def test_a_planned_interview_survives_an_export(journal, tmp_path, suffix):
    journal.add({"stage": "final"}, company="Acme", date=LATER)
    write_atomic(tmp_path / f"all{suffix}", EXPORTERS[suffix](journal))
    with Journal(tmp_path / "other.db") as other:
        import_into(other, tmp_path / f"all{suffix}", predict=Predictor(MODEL))
        (found,) = other.interviews()
    assert (found.status, found.date, found.predictions) == ("planned", LATER, ())


def test_a_table_may_have_planned_interviews(journal, tmp_path):
    (tmp_path / "jobs.csv").write_text(f"company,date\nAcme,{LATER}\nBolt,{TODAY}\n", encoding="utf-8")
    import_into(journal, tmp_path / "jobs.csv", predict=Predictor(MODEL))
    assert [(each.company, each.status, len(each.predictions)) for each in journal.interviews()] == [
        ("Acme", "planned", 0),
        ("Bolt", "pending", 1),
    ]


def test_planned_interviews_come_first_in_the_list(journal):
    for company, day in (("Past", TODAY - timedelta(3)), ("Next", LATER)):
        journal.add({}, company=company, date=day)
    journal.record(1, "rejected")
    journal.add({"rapport": 4}, company="Now", date=TODAY)
    page = journal_page(journal, MODEL)
    assert [each.interview.company for each in page.statuses] == ["Next", "Now", "Past"]
    assert dict(page.counts) == {"planned": 1, "pending": 1, "rejected": 1}


@given(
    st.integers(-3, 3),
    st.sets(st.sampled_from([*KNOWN_BEFORE, "rapport", "promised_days"])),
    st.sampled_from(["T00:30:00Z", "T12:00:00Z", "T23:30:00Z"]),
)
def test_the_query_and_the_record_agree_on_what_waits(tmp_path_factory, days, fields, time):
    valid = {"stage": "final", "other_candidates": 2, "base_rate": 0.3, "employer_rate": "2/10"}
    answers = {field: valid.get(field, "yes" if field == "referred" else 3) for field in fields}
    with pytest.MonkeyPatch.context() as patch, Journal(tmp_path_factory.mktemp("j") / "j.db") as journal:
        set_day(patch, TODAY + timedelta(10))
        number = journal.add(answers, company="Acme", date=TODAY + timedelta(days)).id
        with journal.writing() as db:
            db.execute("UPDATE interviews SET added = ?", [f"{TODAY}{time}"])
        one = journal.interview(number)
        assert read_columns(journal).waits_for_form.tolist() == [one.waits_for_form]
        assert journal.counts() == {one.status: 1}
