"""Importing a sheet repeatedly: changes are recorded, nothing is duplicated, imports can be undone."""

import csv
import io
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from offerodds import InputError, Journal, OfferModel, train, train_journal
from offerodds.cli.remedies import TERMINAL
from offerodds.data.errors import Remedy
from offerodds.data.language import use_language
from offerodds.journal import clock, matching
from offerodds.journal.export import export_csv, export_json
from offerodds.journal.import_rows import AMBIGUOUS, DOUBTFUL, RowReader
from offerodds.journal.importing import import_into
from offerodds.journal.rates import journal_rates
from offerodds.journal.records import Application
from offerodds.journal.rows import read_applications, write_applications
from offerodds.journal.status import Predictor, interview_status, journal_outlook
from offerodds.journal.track_record import track_record
from offerodds.journal.undo import last_import, last_undoable, undo_import, undo_last_change
from offerodds.reporting.as_json import interview_data
from offerodds.reporting.journal import describe_change, import_counts, import_summary, timeline

pytestmark = pytest.mark.usefixtures("today")

TODAY = date(2026, 11, 24)
MODEL = OfferModel.default()


def export_of(journal):
    return "".join(export_json(journal))


def refused(load, text, **options):
    with pytest.raises(InputError) as error:
        load(text, **options)
    return error.value


@pytest.mark.parametrize("outcome", ["rejected", "Limbo"])
def test_a_dry_run_counts_everything_and_saves_nothing(journal, load, tmp_path, outcome):
    load(BEFORE)
    before = export_of(journal), journal.select("SELECT * FROM changes")
    sheet = AFTER + f"Neu,Dev,2026-10-01,4,{outcome}\nAlt,Dev,2026-10-01,4,{outcome}\nWish,Dev,,,Wishlist\n"
    skip = {"skip_bad": tmp_path / "bad.csv"} if outcome == "Limbo" else {}
    tried = load(sheet, dry_run=True, predict=Predictor(MODEL), **skip)
    assert (export_of(journal), journal.select("SELECT * FROM changes")) == before
    assert (len(tried.updated), tried.outcomes, tried.applications) == (2, 2, 0)
    assert tried.not_applied == 1
    if outcome == "Limbo":
        refused(load, sheet, dry_run=True)
        assert (tried.bad, [*tmp_path.glob("bad*")]) == (2, [])
        assert [fault.problem_text for fault in tried.faults] == ["not an outcome, in 2 rows"]
        assert tried.added == ()
    else:
        assert load(sheet).added == tried.added


# outcomes without a date


def test_an_outcome_without_a_date_has_an_unknown_date_everywhere(journal, load):
    load("company,date,outcome\nAcme,2026-03-02,rejected\n")
    found = journal.interview(1)
    assert (found.status, found.decision.date) == ("rejected", None)
    assert (None, "rejected") in timeline(found, MODEL.catalogue)
    assert interview_data(found)["events"][0]["date"] is None
    (row,) = csv.DictReader(io.StringIO("".join(export_csv(journal))))
    assert (row["outcome"], row["outcome_date"]) == ("rejected", "")
    assert json.loads(export_of(journal))["interviews"][0]["events"][0]["date"] is None


@pytest.mark.parametrize("outcome", ["rejected", "offer", "ghosted", "withdrew"])
def test_outcomes_without_a_date_do_not_change_the_silence_law(journal, load, outcome):
    rows = "".join(f"C{i},2026-0{1 + i % 9}-02,{outcome}\n" for i in range(40))
    load(f"company,date,outcome\n{rows}")
    learned = train_journal(journal).model.catalogue.silence
    published = MODEL.catalogue.silence
    assert (learned.median_days, learned.sigma) == pytest.approx((published.median_days, published.sigma))


def test_a_chance_after_seven_silent_days_does_not_collapse(journal, load):
    load("company,date,outcome\n" + "".join(f"C{i},2026-02-03,rejected\n" for i in range(40)))
    trained = train_journal(journal).model
    waited, fresh = (trained.predict(answers).probability for answers in ({"days_since_interview": 7}, {}))
    assert waited > 0.7 * fresh


def test_silence_is_unknown_after_news_without_a_date(journal, load):
    load("company,date,outcome\nAcme,2026-10-01,next round\n")
    found = journal.interview(1)
    assert (found.status, found.silent_since) == ("pending", None)
    now = interview_status(MODEL, found, TODAY)
    assert now.days is None
    assert now.prediction.probability == pytest.approx(MODEL.predict({}).probability)
    assert journal_outlook(journal, MODEL).outlook.expected == pytest.approx(
        now.prediction.probability, abs=0.02
    )


def test_the_date_of_an_outcome_can_be_added_later(journal, load):
    load("company,date,outcome\nAcme,2026-03-02,rejected\n")
    done = load("company,date,outcome,outcome_date\nAcme,2026-03-02,rejected,2026-03-12\n")
    assert (done.known, done.outcomes) == (1, 1)
    assert journal.interview(1).decision.date == date(2026, 3, 12)


def test_a_prediction_before_an_outcome_without_a_date_is_evaluated(journal, load):
    load("company,date\n" + "".join(f"C{i},2026-11-02\n" for i in range(6)), predict=Predictor(MODEL))
    load("company,date,outcome\n" + "".join(f"C{i},2026-11-02,rejected\n" for i in range(6)))
    record = track_record(journal, MODEL)
    assert (record.evaluation.n_no_offer, record.n_late) == (6, 0)


# the same sheet imported again


BEFORE = "company,role,date,rapport,outcome\nNord,Dev,2026-09-15,,\nFabri,Dev,2026-09-22,3,ghosted\n"
AFTER = "company,role,date,rapport,outcome\nNord,Dev,2026-09-15,5,rejected\nFabri,Dev,2026-09-22,3,offer\n"


def test_a_corrected_row_and_a_changed_outcome_update_the_same_interviews(journal, load):
    load(BEFORE)
    done = load(AFTER)
    assert (done.added, done.updated, done.unchanged, done.outcomes) == ((), (1, 2), 0, 2)
    first, second = journal.interview(1), journal.interview(2)
    assert (first.answers, first.status) == ({"rapport": "very warm"}, "rejected")
    assert dict(first.events[0].detail) == {"answers": {"rapport": None}}
    assert [event.kind for event in second.events] == ["ghosted", "offer"]
    again = load(AFTER)
    assert (again.updated, again.unchanged) == ((), 2)


def test_new_answers_of_a_pending_interview_get_a_new_prediction(journal, load):
    load("company,date,rapport\nAcme,2026-11-15,2\n", predict=Predictor(MODEL))
    load("company,date,rapport\nAcme,2026-11-15,5\n", predict=Predictor(MODEL))
    first, second = journal.interview(1).predictions
    assert second.probability > first.probability


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "filled in: how well you did and notes; corrected: stage (before: final)"),
        (
            "de",
            "ergänzt: deine Leistung und Notizen; berichtigt: Gesprächsrunde (vorher: letzte Runde)",
        ),
    ],
)
def test_what_an_import_filled_in_and_corrected_is_named_in_the_language_of_the_reader(
    journal, load, code, text
):
    load("company,role,date,stage\nAcme,Cook,2026-03-02,final\n")
    load("company,role,date,stage,self_rating,notes\nAcme,Cook,2026-03-02,onsite,5,Fine\n")
    with use_language(code):
        assert text in [happened for _, happened in timeline(journal.interview(1), MODEL.catalogue)]


def test_blank_cells_erase_nothing(journal, load):
    load("company,date,rapport,notes,outcome\nAcme,2026-09-15,4,nice,offer\n")
    before = export_of(journal)
    for text in (
        "company,date,rapport,notes,outcome\nAcme,2026-09-15,,,\n",
        "company,date,rapport,outcome\nAcme,2026-09-15,unknown,n/a\n",
    ):
        assert load(text).updated == ()
    assert export_of(journal) == before


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("2026-09-15", "2026-09-16"),
        ("2026-05-09", "2026-09-05"),
        ("2026-09-05", "2026-05-09"),
        ("", "2026-09-15"),
    ],
)
def test_a_corrected_date_adds_no_interview(journal, load, was, becomes):
    sheet = "company,role,date,rapport\nAcme,Dev,{},4\nAcme,Ops,2026-09-15,2\n"
    load(sheet.format(was))
    done = load(sheet.format(becomes))
    assert (done.added, done.updated) == ((), (1,))
    assert str(journal.interview(1).date) == becomes
    assert dict(journal.interview(1).events[-1].detail) == {"date": was or None}


@pytest.mark.parametrize("spelling", ["ACME ,dev", "acme,  Dev"])
def test_case_and_spaces_add_no_interview(journal, load, spelling):
    load("company,role,date,rapport\nAcme,Dev,2026-09-15,4\n")
    done = load(f"company,role,date,rapport\n{spelling},2026-09-15,4\n")
    assert (done.added, done.updated, done.unchanged) == ((), (), 1)


def test_the_nearest_date_is_matched_and_two_rows_never_become_one(journal, load):
    load("company,date,rapport\nAcme,2026-09-01,1\nAcme,2026-09-20,2\n")
    done = load("company,date,rapport\nAcme,2026-09-10,5\nAcme,2026-09-19,2\nAcme,2026-09-02,1\n")
    assert (len(done.added), done.updated) == (1, (1, 2))
    days = [str(journal.interview(i).date) for i in (1, 2, *done.added)]
    assert days == ["2026-09-02", "2026-09-19", "2026-09-10"]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("2026-05-04,first,", "2026-05-18,final,rejected"),
        ("2026-05-04,,next round", "2026-05-18,,rejected"),
        ("2026-05-04,,rejected", "2026-09-18,,"),
    ],
)
def test_another_round_in_place_of_the_first_is_added(journal, load, first, later):
    load(f"company,date,stage,outcome\nAcme,{first}\n")
    assert load(f"company,date,stage,outcome\nAcme,{later}\n").added == (2,)
    assert str(journal.interview(1).date) == "2026-05-04"


def test_rounds_on_two_dates_stay_two_and_a_new_round_is_added(journal, load):
    load("company,date,rapport\nAcme,2026-05-04,4\n")
    both = "company,date,rapport\nAcme,2026-05-04,4\nAcme,2026-05-18,5\n"
    assert load(both).added == (2,)
    assert load(both).unchanged == 2


def test_an_interview_after_the_outcome_is_another_application(journal, load):
    load("company,date,outcome,outcome_date\nAcme,2026-03-02,rejected,2026-03-12\n")
    later = "company,date,outcome,outcome_date\nAcme,2026-09-15,rejected,2026-09-20\n"
    assert load(later).added == (2,)


# changes recorded by hand since


def test_an_old_sheet_does_not_undo_what_was_recorded_by_hand(journal, load):
    sheet = "company,date,rapport,notes,outcome\nAcme,2026-09-15,3,hm,\nByte,2026-09-15,3,hm,ghosted\n"
    load(sheet)
    for number in (1, 2):
        journal.record(number, "offer", "2026-10-01")
        journal.edit(number, answers={"rapport": 5}, notes="better", company="Acme & Sons", date="2026-09-14")
    before = export_of(journal)
    done = load(sheet)
    assert (done.added, done.updated, done.unchanged) == ((), (), 2)
    assert export_of(journal) == before


def test_a_sheet_imported_before_a_change_by_hand_is_not_new(journal, load):
    load("company,date,rapport\nAcme,2026-09-15,3\n")
    load("company,date,rapport\nAcme,2026-09-15,2\n")
    journal.edit(1, answers={"rapport": 5})
    assert load("company,date,rapport\nAcme,2026-09-15,2\n").updated == ()
    assert load("company,date,rapport\nAcme,2026-09-15,3\n").updated == (1,)  # changed back in the sheet
    assert journal.interview(1).answers == {"rapport": "polite"}


def test_cells_of_a_sheet_that_changes_nothing_are_saved_too(journal, load):
    journal.add({"rapport": 4}, company="Acme", date="2026-09-15")
    assert load("company,date,rapport\nAcme,2026-09-15,4\n").unchanged == 1
    journal.edit(1, answers={"rapport": 5})
    assert load("company,date,rapport\nAcme,2026-09-15,4\n").unchanged == 1
    assert journal.interview(1).answers == {"rapport": "very warm"}


def test_an_earlier_value_is_not_new_in_a_sheet_imported_for_the_first_time(journal, load):
    journal.add({"rapport": 2}, company="Acme", date="2026-09-15")
    journal.edit(1, answers={"rapport": 5})
    assert load("company,date,rapport\nAcme,2026-09-15,2\n").updated == ()


def test_days_since_the_interview_in_an_old_sheet_do_not_change_the_date(journal, load, monkeypatch):
    sheet = "company,days_since_interview,rapport\nAcme,9,4\n"
    load(sheet)
    monkeypatch.setattr(clock, "today", lambda: TODAY + timedelta(7))
    assert load(sheet).unchanged == 1
    assert journal.interview(1).date == TODAY - timedelta(9)


def _edited(journal, tmp_path, suffix, change):
    text = "".join((export_csv if suffix == ".csv" else export_json)(journal))
    path = tmp_path / f"export{suffix}"
    path.write_text(change(text), encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_an_export_changed_in_a_spreadsheet_updates_the_journal(journal, tmp_path, suffix):
    journal.add({"rapport": 4}, company="Acme", date="2026-09-15")
    journal.edit(1, answers={"rapport": 2})
    path = _edited(journal, tmp_path, suffix, lambda text: text.replace("stiff", "warm", 1))
    assert import_into(journal, path).updated == (1,)  # although the journal had that answer before
    assert journal.interview(1).answers == {"rapport": "warm"}


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_an_old_export_undoes_nothing(journal, tmp_path, suffix):
    journal.add({"rapport": 4}, company="Acme", date="2026-09-15", notes="one")
    journal.record(1, "ghosted", "2026-10-01")
    path = _edited(journal, tmp_path, suffix, lambda text: text)
    journal.edit(1, answers={"rapport": 2}, notes="two", date="2026-09-14")
    journal.record(1, "offer", "2026-10-09")
    before = export_of(journal)
    assert import_into(journal, path).unchanged == 1
    assert export_of(journal) == before


# undo


def test_an_import_is_undone_as_a_whole(journal, load):
    journal.add({"rapport": 4}, company="Own", date="2026-09-01")
    load(BEFORE)
    between = export_of(journal)
    load(AFTER + "Neu,Dev,2026-10-01,4,\nOwn,,2026-09-01,5,offer\n", predict=Predictor(MODEL))
    assert len(journal) == 4
    done = undo_import(journal)
    assert (done.removed, done.restored, done.changed_since) == (1, 3, ())
    assert export_of(journal) == between
    assert load(AFTER).updated == (2, 3)  # the sheet is new again
    undo_import(journal)
    undo_import(journal)
    assert [each.company for each in journal.interviews()] == ["Own"]
    with pytest.raises(InputError, match="no import to undo"):
        undo_import(journal)


def test_interviews_changed_by_hand_since_are_not_undone(journal, load):
    load(BEFORE)
    journal.record(1, "heard-back", "2026-10-01")
    done = undo_import(journal)
    assert (done.removed, done.changed_since) == (1, (1,))
    assert [each.company for each in journal.interviews()] == ["Nord"]
    assert load(BEFORE).added == (3,)


def test_undo_skips_an_import_that_changed_nothing(journal, load):
    load(BEFORE)
    first = last_import(journal)
    load(BEFORE)
    assert last_import(journal) == first
    with pytest.raises(InputError, match="another import was made or undone since"):
        undo_import(journal, first.id + 1)


def test_a_faulty_import_leaves_nothing_to_undo(journal, load):
    refused(load, "company,rapport\nA,9\n")
    assert last_import(journal) is None


def test_the_last_change_is_undone_first(journal, load):
    load(BEFORE)
    states = [export_of(journal)]
    for change in (
        lambda: journal.record(1, "offer", "2026-10-01"),
        lambda: journal.edit(2, answers={"rapport": 5}, predict=Predictor(MODEL)),
        lambda: journal.record(2, "heard-back"),
        lambda: journal.delete(2),
        lambda: journal.edit(1, notes="later", predict=Predictor(MODEL)),
    ):
        change()
        states.append(export_of(journal))
    for kind in ("edit", "delete", "event", "edit", "event"):
        states.pop()
        change, _ = undo_last_change(journal)
        assert change.kind == kind
        assert export_of(journal) == states[-1]
    assert undo_last_change(journal)[1].removed == 2
    with pytest.raises(InputError, match="nothing to undo"):
        undo_last_change(journal)


def test_undo_after_a_deletion_restores_it_and_not_an_older_import(journal, load):
    load(BEFORE)
    before = export_of(journal)
    journal.delete(2)
    last = last_undoable(journal)
    assert describe_change(journal, last).startswith("deleted 2: Fabri, Dev")
    undo_last_change(journal, last.id)
    assert export_of(journal) == before
    assert load(BEFORE).unchanged == 2  # with the cells of the sheet
    with pytest.raises(InputError, match="the journal was changed since"):
        undo_last_change(journal, last.id)


def test_an_added_interview_is_undone_before_older_changes(journal, load):
    load(BEFORE)
    journal.record(1, "thanked")
    states = [export_of(journal)]
    added = journal.add({"rapport": 4}, company="Acme", predict=Predictor(MODEL)).id
    states.append(export_of(journal))
    journal.edit(added, notes="later", predict=Predictor(MODEL))
    journal.delete(added)
    assert [undo_last_change(journal)[0].kind for _ in range(2)] == ["delete", "edit"]
    assert export_of(journal) == states.pop()
    last = last_undoable(journal)
    assert describe_change(journal, last).startswith(f"added {added}: Acme (")
    change, result = undo_last_change(journal, last.id)
    assert (change.kind, change.interview, result.removed, result.restored) == ("add", added, 1, 0)
    assert export_of(journal) == states.pop()
    assert undo_last_change(journal)[0].kind == "event"


def test_a_mistaken_outcome_is_undone(journal, load):
    load(BEFORE)
    journal.record(1, "offer", "2026-10-01")
    last = last_undoable(journal)
    assert describe_change(journal, last).startswith("1: Nord, Dev: offer")
    undo_last_change(journal)
    assert (journal.interview(1).status, journal.interview(1).events) == ("pending", ())


def test_an_import_can_be_undone_below_later_changes(journal, load):
    load(BEFORE)
    journal.record(1, "offer", "2026-10-01")
    assert last_undoable(journal, only_imports=True).kind == "import"
    assert undo_import(journal).changed_since == (1,)
    assert undo_last_change(journal)[0].kind == "event"
    with pytest.raises(InputError, match="nothing to undo"):
        undo_last_change(journal)


def test_what_was_deleted_is_erased_after_thirty_days_or_at_once(journal, load, monkeypatch):
    for _ in range(3):
        journal.add({"rapport": 4}, company="Acme", notes="private")
    monkeypatch.setattr(clock, "now", lambda: "2026-10-01T10:00:00Z")
    journal.delete(1)
    monkeypatch.setattr(clock, "now", lambda: "2026-10-31T09:00:00Z")
    journal.record(2, "offer")
    kinds = [kind for (kind,) in journal.select("SELECT kind FROM changes")]
    assert kinds == ["add", "add", "add", "delete", "event"]
    monkeypatch.setattr(clock, "now", lambda: "2026-10-31T11:00:00Z")
    journal.record(2, "pending")
    assert [kind for (kind,) in journal.select("SELECT kind FROM changes")] == ["event", "event"]
    journal.delete(2)
    journal.delete(2, for_good=True)
    journal.delete(3, for_good=True)
    assert journal.select("SELECT * FROM changes") == []


def test_an_interview_imported_again_is_not_restored_twice(journal, tmp_path):
    journal.add({"rapport": 4}, company="Acme", date="2026-09-01")
    export = tmp_path / "mine.json"
    export.write_text(export_of(journal), encoding="utf-8")
    journal.delete(1)
    import_into(journal, export)
    journal.record(2, "offer")
    undo_import(journal)  # without the interview changed since
    undo_last_change(journal)
    with pytest.raises(InputError, match="in the journal again"):
        undo_last_change(journal)
    assert [each.company for each in journal.interviews()] == ["Acme"]


# words, rows and columns


def test_an_unknown_word_is_reported_once_with_its_count(load):
    rows = "".join(f"C{i},2026-09-01,{'Limbo' if i % 2 else 'rejected'}\n" for i in range(100))
    (fault,) = refused(load, f"company,date,outcome\n{rows}").faults
    assert (fault.row, fault.field, fault.problem_text) == (2, "outcome", "not an outcome, in 50 rows")
    assert "--value 'Limbo=OUTCOME'" in fault.advice(TERMINAL)


def test_words_are_mapped_to_their_meanings(journal, load):
    sheet = "company,date,rapport,outcome\nA,2026-09-01,Great!,Limbo\nB,2026-09-01,Meh,rejected\n"
    load(sheet, meanings={"limbo ": "ghosted", "Great!": "very warm", "meh": ""})
    assert [journal.interview(i).status for i in (1, 2)] == ["ghosted", "rejected"]
    assert [dict(journal.interview(i).answers) for i in (1, 2)] == [{"rapport": "very warm"}, {}]


def test_companies_are_not_mapped(journal, load):
    load("company,date,outcome\nLimbo,2026-09-01,Limbo\n", meanings={"Limbo": "offer"})
    assert (journal.interview(1).company, journal.interview(1).status) == ("Limbo", "offer")


@pytest.mark.parametrize("theirs", ["limbo", ("stage", "Limbo")])
def test_the_meaning_of_a_word_leaves_a_column_alone_that_reads_the_word(journal, load, theirs):
    sheet = "company,date,stage,outcome\nA,2026-09-01,Limbo,Pending\nB,2026-09-01,Pending,Limbo\n"
    meanings = {theirs: "-", "pending": "final"}
    if theirs == "limbo":
        load(sheet, meanings=meanings)
        assert [dict(journal.interview(i).answers) for i in (1, 2)] == [{}, {"stage": "final"}]
        assert journal.counts() == {"pending": 2}
    else:
        (fault,) = refused(load, sheet, meanings=meanings).faults
        assert (fault.row, fault.field, fault.seen) == (2, "outcome", "'Limbo'")


@pytest.mark.parametrize("meaning", ["-", "", "unknown", "first"])
def test_an_answer_for_a_stage_does_not_blank_the_outcome(load, meaning):
    sheet = "company,date,stage,outcome\nA,2026-09-01,Applied,Rejected\nB,,Applied,Applied\n"
    done = load(sheet, meanings={"applied": meaning})
    assert (len(done.added), done.applications, done.left_out) == (
        1 + (meaning == "first"),
        1 - (meaning == "first"),
        0,
    )


@pytest.mark.parametrize("stage", ["applied", "Application", "Bewerbung"])
@pytest.mark.parametrize("status", ["Applied", "", "waiting", "Beworben"])
def test_a_stage_that_says_applied_is_an_application(load, stage, status):
    rows = f"A,{stage},{status},\nB,{stage},{status},\nC,final,Rejected,4\n"
    done = load(f"company,stage,outcome,rapport\n{rows}")
    assert (len(done.added), done.applications, done.left_out) == (1, 2, 0)


def test_a_stage_that_says_applied_needs_no_column_of_outcomes(load):
    done = load("company,stage\nA,Applied\nB,Applied\nC,final\n")
    assert (len(done.added), done.applications) == (1, 2)


@pytest.mark.parametrize(
    "row",
    [
        "2026-09-01,Applied,,",
        ",Applied,Rejected,",
        ",Applied,Offer,",
        ",Applied,Applied,4",
        ",Saved,Applied,",
    ],
)
def test_a_stage_that_says_applied_beside_an_interview_is_asked_back(load, row):
    (fault,) = refused(load, f"company,interview date,stage,outcome,rapport\nA,{row}\n").faults
    assert (fault.field, fault.problem) == ("stage", "not an answer")


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
def test_rows_with_faults_are_written_to_another_table_and_the_rest_is_imported(journal, tmp_path, suffix):
    import pandas as pd

    from offerodds import read_table

    table = pd.DataFrame(
        {"company": ["A", "B", "C"], "date": ["2026-09-01"] * 3, "outcome": ["Limbo", "offer", "rejected"]}
    )
    path, bad = tmp_path / f"sheet{suffix}", tmp_path / "bad.csv"
    from offerodds.data.tables.formats import write_table

    write_table(table, path)
    done = import_into(journal, path, skip_bad=bad)
    assert (len(done.added), done.bad) == (2, 1)
    found = read_table(bad)
    assert found[["row", "company", "outcome"]].astype(str).values.tolist() == [["1", "A", "Limbo"]]
    assert "not an outcome" in found["fault"][0]


@pytest.mark.parametrize("suffix", [".json", ".parquet"])
def test_a_column_of_lists_is_ignored(journal, tmp_path, suffix):
    import pandas as pd

    from offerodds.data.tables.formats import write_table

    frame = pd.DataFrame({"company": ["A", "B"], "date": ["2026-09-01"] * 2, "tags": [["x", "y"], ["z"]]})
    path = tmp_path / f"sheet{suffix}"
    if suffix == ".parquet":
        frame.to_parquet(path)
    else:
        write_table(frame, path)
    done = import_into(journal, path)
    assert (len(done.added), done.ignored_columns) == (2, ("tags",))


def test_rows_that_contradict_the_journal_and_torn_rows_are_rejected_too(journal, load, tmp_path):
    journal.add({"rapport": 4}, company="A", date="2026-09-10")
    bad = tmp_path / "bad.csv"
    sheet = (
        "company,date,outcome,outcome_date\nA,,offer,2026-09-01\nB,2026-09-01,offer\nC,2026-09-01,offer,\n"
    )
    done = load(sheet, skip_bad=bad)
    assert (len(done.added), done.bad) == (1, 2)
    text = bad.read_text(encoding="utf-8")
    assert "before the interview" in text
    assert "wrong number of cells" in text
    assert journal.interview(1).status == "pending"


def test_an_export_is_imported_whole_or_not_at_all(journal, tmp_path):
    journal.add({"rapport": 4})
    path = tmp_path / "export.json"
    path.write_text(export_of(journal), encoding="utf-8")
    with pytest.raises(InputError, match="whole or not at all"):
        import_into(journal, path, skip_bad=tmp_path / "bad.csv")


@pytest.mark.parametrize("first", ["1", "offer"])
def test_a_code_of_an_outcome_is_skipped_only_where_no_1_is_an_offer(journal, load, tmp_path, first):
    sheet, bad = f"company,date,outcome\nA,2026-09-01,{first}\nB,2026-09-02,3\n", tmp_path / "bad.csv"
    if first == "1":
        assert "seen '3'" in str(refused(load, sheet, skip_bad=bad))
        assert not bad.exists()
    else:
        assert load(sheet, skip_bad=bad).bad == 1
    assert len(journal) == (first == "offer")


def test_rejected_rows_never_overwrite_the_table(load, tmp_path):
    faults = refused(load, "company,date\nA,2026-09-01\n", skip_bad=tmp_path / "sheet.csv")
    assert "would write over the table" in str(faults)


@pytest.mark.parametrize("options", [{}, {"skip_bad": "bad.csv"}])
@pytest.mark.parametrize(
    ("column", "cells", "seen", "advice"),
    [
        ("rapport", (4, 9, 10, 5), "'9'", "write each as 9 of 10"),
        ("rapport", (4, 0, 0, 3), "'0'", "convert ratings on another scale"),
        ("met_team", (1, 2, 2, 1), "'2'", "a meaning for each, such as --value '1=yes'"),
        ("referred", (0, 2, 2, 1), "'2'", "a meaning for each, such as --value '1=yes'"),
        ("actual_minutes", (45, ".03125", "0.5", 30), "'.03125'", "as minutes"),
    ],
)
def test_a_number_that_changes_what_others_in_its_column_mean_is_not_skipped(
    load, tmp_path, options, column, cells, seen, advice
):
    options = {name: tmp_path / file for name, file in options.items()}
    rows = "".join(f"C{i},2026-09-01,{cell}\n" for i, cell in enumerate(cells))
    error = refused(load, f"company,date,{column}\n{rows}", **options)
    (fault,) = error.faults
    assert (fault.row, fault.rows, fault.field, fault.seen) == (2, 2, column, seen)
    assert advice in fault.advice(TERMINAL)
    assert "cannot be skipped" in error.worded(TERMINAL)


def test_lengths_that_may_be_hours_are_remarked_on(load):
    (remark,) = load("company,date,actual_minutes\nA,2026-09-01,1.5\nB,2026-09-02,1\n").remarks
    assert "below 10 minutes; if these are hours" in remark
    assert not load("company,date,actual_minutes\nC,2026-09-01,5\nD,2026-09-02,45\n").remarks


def test_ratings_out_of_ten_are_read_as_such(load):
    assert len(load("company,date,rapport\nA,2026-09-01,4 of 10\nB,2026-09-01,9 of 10\n").added) == 2


def test_codes_of_yes_and_no_are_read_once_all_have_a_meaning(journal, load):
    sheet = "company,date,met_team\nA,2026-09-01,1\nB,2026-09-01,2\n"
    (fault,) = refused(load, sheet, meanings={"2": "yes"}).faults
    assert (fault.row, fault.seen) == (1, "'1'")
    load(sheet, meanings={("met_team", "1"): "no", ("met_team", "2"): "yes"})
    assert [journal.interview(number).answers["met_team"] for number in (1, 2)] == ["no", "yes"]


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (
            "",
            "Rapport (/10), rapport 1-10, Rapport out of ten, Rapport (1-6), Met team (1-2)",
        ),
        (
            "rapport",
            "Vibe (A-F), Vibe (1 = low; 9 = high), Vibe /10, Vibe (7-point scale)",
        ),
        (
            "rapport",
            "Tone (max. 7), Ton (von zehn), Trato (de diez)",
        ),
        ("actual_minutes", "Length in days, Dauer (h), Length (hh:mm), Duración en horas"),
        (
            "promised_days",
            "Answer in weeks, Working days, Promised (w), Zusage (Wochen), Plazo en semanas",
        ),
        ("met_team", "Team (1 = yes, 2 = no)"),
        ("", "Actual minutes (h)"),
        ("interviewer_late", "Late (min)"),
        ("other_candidates", "Candidates incl. me"),
        ("base_rate", "Chance (1-5)"),
        ("questions_asked", "Fragen pro Stunde"),
    ],
)
def test_a_column_named_with_another_scale_or_unit_is_refused(journal, load, names, target):
    """All its answers may fit the scale of the sign by chance."""
    for name in names.split(", ") if "=" not in names else [names]:
        assert_column_is_refused(load, name, target, "another scale or unit")


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (
            "rapport",
            "Vibe (1 = best), Vibe (good to bad), Tone (inverted), Tone (reverse coded), Ton (umgekehrt)",
        ),
        (
            "rapport",
            "Vibe (lower is better), Trato (invertida), Ton (1 = beste), Trato (1 es lo mejor)",
        ),
        ("interviewer_late", "Interviewer on time, On time? (y/n), Pünktlich, Puntual"),
        ("interviewer_late", "On-time, Rechtzeitig, A tiempo, Not late, On time (not late), Without delay"),
        ("difficulty", "Ease, Leicht, Easiness, Facilidad, Easy (5) - hard (1)"),
        ("candidate_composure", "Nervousness (1-5), Nervosität, Nervios, Nerves, Jitters, Stress level"),
        ("candidate_composure", "Aufregung, Anspannung, Nervous not calm, Not calm, Calm to nervous"),
        ("interviewer_engaged", "Lack of interest, Uninterested, Desinteresse"),
        ("rapport", "Vibe (higher is worse), Rank of vibe"),
        ("met_team", "Did not meet team, Team nicht getroffen, Sin equipo, Team (1 = no), Team (reversed)"),
        ("met_team", "Team (no=1), Team (yes = 0), Team (nein=1), Didn´t meet team, Wasnt met, Non-met team"),
        (
            "",
            "Interviewer not distracted, Interviewer wasn't late, No negative tone, Interviewer late (no=1), "
            "Self rating rank",
        ),
        ("met_team", "Didnt meet team, Didn’t meet team, Interview without team"),
    ],
)
def test_a_column_named_as_the_opposite_of_its_sign_is_refused(load, names, target):
    for name in names.split(", "):
        assert_column_is_refused(load, name, target, "may mean the opposite")


@pytest.mark.parametrize(
    ("target", "names"),
    [
        ("candidate_composure", "Calm under stress; Stress resistance; Not nervous"),
        ("rapport", "Warm/cold (1-5); Rapport, 30 min interview; Rapport – Interviewer 7"),
        ("rapport", "Rapport (1 = low, 5 = high); Rapport (5 = high, 1 = low)"),
        ("self_rating", "My performance (5 = excellent)"),
        ("interviewer_late", "Not punctual; Late without notice; Interviewer late? (not on time)"),
        ("interviewer_distracted", "Not focused; Did not pay attention"),
        ("met_team", "Met team (not just manager); Team kennengelernt (nicht nur Chef)"),
        ("actual_minutes", "Day 1 length (min); Length of day 2 in minutes"),
    ],
)
def test_a_column_that_the_user_mapped_is_not_refused_for_a_word_that_changes_nothing(load, names, target):
    for name in names.split("; "):
        load(f'company,date,"{name}"\nA,2026-09-01,1\n', mapping={name: target}, dry_run=True)


def assert_column_is_refused(load, name, target, problem):
    sheet = f'company,date,"{name}"\nA,2026-09-01,1\n'
    mapping = {name: target} if target else {}
    (fault,) = refused(load, sheet, mapping=mapping, skip_bad="bad.csv").faults
    assert (fault.field, fault.problem) == (name, problem)
    assert fault.remedy is Remedy.CONVERT
    load(sheet, mapping={name: ""}, dry_run=True)


@pytest.mark.parametrize("scale", ["(1-5)", "(１－５)", "out of five", "(max. 5)"])
def test_a_column_named_with_the_scale_of_its_sign_is_read(journal, load, scale):
    names = f"Rapport {scale},10. Clarity (unclear to clear),Minutes of the second"
    names += ",Met team (yes/no),Days w/o answer"
    mapping = {"10. Clarity (unclear to clear)": "role_clarity", "Minutes of the second": "actual_minutes"}
    mapping |= {"Days w/o answer": "promised_days"}
    load(f"company,date,{names}\nA,2026-09-01,4,4,30,no,3\n", mapping=mapping)
    answers = journal.interview(1).answers
    assert (answers["rapport"], answers["actual_minutes"], answers["met_team"]) == ("warm", 30, "no")
    assert len(answers) == 5


@pytest.mark.parametrize("other", ["Mu\u0308ller", "M\u00fcller\u200b", "M\u00fcller\u00a0"])
def test_names_that_look_the_same_are_the_same(journal, load, other):
    load("company,role,date\nM\u00fcller,Dev,2026-09-01\n")
    done = load(f"company,role,date\n{other},Dev,2026-09-01\n")
    assert (done.added, done.updated, done.unchanged) == ((), (), 1)


def test_1_need_not_mean_an_offer_where_other_numbers_have_meanings(journal, load):
    sheet = "company,date,outcome\nA,2026-09-01,1\nB,2026-09-01,2\n"
    assert [fault.seen for fault in refused(load, sheet).faults] == ["'2'"]
    (fault,) = refused(load, sheet, meanings={"2": "offer"}).faults
    assert (fault.row, fault.problem, fault.remedy) == (1, "ambiguous outcome", Remedy.MAP_WORD)
    load(sheet, meanings={"1": "rejected", "2": "offer"})
    assert [journal.interview(number).status for number in (1, 2)] == ["rejected", "offer"]


@pytest.mark.parametrize("blank", ["-", "N/A", "unknown", "?", " ", "None", "TBD", "Keine", "por definir"])
def test_a_mark_for_an_unknown_name_joins_no_interviews(journal, load, blank):
    rows = (
        f"{blank},Dev,2026-09-01,,{blank}\n{blank},Dev,2026-09-08,rejected,{blank}\nA,{blank},2026-09-09,,\n"
    )
    sheet = f"company,role,date,outcome,client\n{rows}"
    assert "2 rows, such as row 1, have no company" in " ".join(load(sheet).remarks)
    assert [journal.interview(number).status for number in (1, 2)] == ["pending", "rejected"]
    assert {(each.company, each.role, each.client) for each in journal.interviews()} == {
        ("", "Dev", ""),
        ("A", "", ""),
    }
    assert load(sheet).unchanged == 3


@pytest.mark.parametrize("blank", ["-", "N/A", "unknown", "?", "n/a", "none", "TBA", "keiner", "Ninguna"])
def test_a_mark_for_an_unknown_name_is_no_name_in_the_journal(journal, blank):
    added = journal.add({"rapport": 4}, company=blank, role=blank, client=blank)
    assert (added.company, added.role, added.client) == ("", "", "")
    assert journal.edit(added.id, company=f" {blank}").company == ""


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200b", "\u200f", "\ufeff"])
def test_marks_that_hide_what_a_name_is_are_removed(journal, load, mark):
    added = journal.add({}, company=f"Ac{mark}me", role="Dev", date="2026-09-01")
    assert added.company == "Acme"
    assert load(f"company,role,date\nAcme{mark},Dev,2026-09-01\n").unchanged == 1
    load(f"company,role,date\n{mark}Byte,Dev,2026-09-01\n")
    assert journal.interview(2).company == "Byte"


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_an_export_keeps_what_earlier_versions_saved(journal, tmp_path, suffix):
    """A part of a minute, and an interview without a day at a company named as averages are."""
    journal.add({"actual_minutes": 30, "rapport": 4}, company="Max")
    with journal.writing() as db:
        db.execute("UPDATE interviews SET answers = replace(answers, '30', '0.5'), date = NULL")
    path = _edited(journal, tmp_path, suffix, str)
    assert import_into(journal, path).unchanged == 1
    with Journal(tmp_path / "copy.db") as copy:
        import_into(copy, path)
        assert dict(copy.interview(1).answers) == {"actual_minutes": 0.5, "rapport": "warm"}


def test_an_export_keeps_a_name_that_could_mean_unknown(journal, tmp_path):
    number = journal.add({"rapport": 4}).id
    with journal.writing() as db:
        db.execute("UPDATE interviews SET company = '-', role = 'N/A' WHERE id = ?", [number])
        number = db.execute("INSERT INTO imports (made) VALUES ('')").lastrowid
        write_applications(journal, db, [Application("?", "N/A")], number)
    path = tmp_path / "export.csv"
    path.write_text("".join(export_csv(journal)), encoding="utf-8")
    with Journal(tmp_path / "copy.db") as copy:
        import_into(copy, path)
        (interview,) = copy.interviews()
        assert (interview.company, interview.role) == ("-", "N/A")
        assert [each.company for each in read_applications(copy).values()] == ["?"]


def test_an_unused_column_of_outcomes_is_a_fault(journal, load):
    name = "Where it is now"
    rows = "A,2026-09-01,Rejected\nB,2026-09-08,Offer\nC,2026-09-15,Wishlist\nD,2026-09-16,\n"
    sheet = f"company,date,{name}\n{rows}"
    (fault,) = refused(load, sheet).faults
    assert (fault.field, fault.problem) == (name, "looks like the outcome")
    assert f"add --map '{name}=outcome'" in fault.advice(TERMINAL)
    done = load(sheet, mapping={name: "outcome"})
    assert (len(done.added), done.not_applied) == (3, 1)
    undo_import(journal)
    assert load(sheet, mapping={name: ""}).ignored_columns == (name,)


@pytest.mark.parametrize("name", ["Rejected", "Rejected?", "Absage", "Ghosted?", "Withdrew"])
@pytest.mark.parametrize("tick", ["yes", "x", "ja", "1", "\u2713"])
def test_a_column_of_ticks_named_as_a_decision_is_asked_about(journal, load, name, tick):
    sheet = f"company,date,{name}\nA,2026-09-01,{tick}\nB,2026-09-01,\nC,2026-09-01,no\n"
    (fault,) = refused(load, sheet).faults
    assert (fault.field, fault.problem, fault.remedy) == (name, "looks like the outcome", Remedy.MAP_OUTCOME)
    load(sheet, mapping={name: "outcome"})
    decision = {"Ghosted?": "ghosted", "Withdrew": "withdrew"}.get(name, "rejected")
    assert [each.status for each in journal.interviews()].count("pending") == 2
    assert journal.interview(1).status == decision
    undo_import(journal)
    assert len(load(sheet, mapping={name: ""}).added) == 3


@pytest.mark.parametrize(
    ("header", "row", "column"),
    [
        ("Rejected on", "2026-09-08", "Rejected on"),
        ("Rejection date", "2026-09-08", "Rejection date"),
        ("Offer date", "2026-09-08", "Offer date"),
        ("Outcome,Ghosted", ",yes", "Ghosted"),
        ("Outcome,Rejected on", "Interview,2026-09-08", "Rejected on"),
        ("Outcome,Offer date", ",2026-09-08", "Offer date"),
    ],
)
def test_a_decision_in_a_row_without_an_outcome_is_asked_about(journal, load, header, row, column):
    sheet = f"company,date,{header}\nA,2026-09-01,{row}\n"
    (fault,) = refused(load, sheet).faults
    assert (fault.field, fault.problem, fault.remedy) == (
        column,
        "looks like the outcome",
        Remedy.MAP_OUTCOME,
    )
    assert f"--map '{column}='" in fault.advice(TERMINAL)
    assert len(load(sheet, mapping={column: ""}).added) == 1
    undo_import(journal)
    load(sheet, mapping={column: "outcome"})
    (interview,) = journal.interviews()
    assert interview.status in column.lower().replace("rejection", "rejected")
    assert interview.decision.date == (date(2026, 9, 8) if "2026" in row else None)


@pytest.mark.parametrize("amount", ["46200", "80k", '"$80,000"'])
@pytest.mark.parametrize("header", ["Offer", "Status,Offer"])
def test_the_amount_of_an_offer_is_an_offer_and_no_day(journal, load, header, amount):
    """46200 would be a day of 2026 in Excel."""
    blank = "," * header.count(",")
    sheet = f"company,date,{header}\nA,2026-05-01,{blank}{amount}\nB,2026-05-02,{blank}\n"
    (fault,) = refused(load, sheet).faults
    assert (fault.field, fault.remedy) == ("Offer", Remedy.MAP_OUTCOME)
    load(sheet, mapping={"Offer": "outcome"})
    assert journal.counts() == {"offer": 1, "pending": 1}
    assert journal.interview(1).decision.date is None


def test_the_serial_number_of_a_day_of_offers_is_still_a_day(journal, load):
    load("company,date,Offer date\nA,2026-05-01,46200\n", mapping={"Offer date": "outcome"})
    assert journal.interview(1).decision.date == date(2026, 6, 27)


def test_a_decision_beside_its_outcome_is_not_asked_about(journal, load):
    header = "company,date,Outcome,Rejected on,Ghosted,Offer"
    load(f"{header}\nA,2026-09-01,rejected,2026-09-08,no,https://a.example\nB,2026-09-01,,,no,-\n")
    assert journal.counts() == {"rejected": 1, "pending": 1}


@pytest.mark.parametrize("name", ["Declined?", "No response", "Keine Rückmeldung", "Closed?"])
@pytest.mark.parametrize("header", ["", ",Status"])
def test_an_ambiguous_name_of_a_column_of_ticks_is_asked_back(journal, load, name, header):
    blank = "," * bool(header)
    rows = f"A,2026-09-01{blank},yes\nB,2026-09-01{blank},\nC,2026-09-01{blank},no\n"
    sheet = f"company,date{header},{name}\n{rows}"
    assert [each.problem for each in refused(load, sheet).faults] == ["looks like the outcome"]
    (fault,) = refused(load, sheet, mapping={name: "outcome"}).faults
    assert (fault.problem, fault.seen) == ("ambiguous outcome", f"'{name}: yes'")
    load(sheet, mapping={name: "outcome"}, meanings={fault.seen.strip("'"): "ghosted"})
    assert journal.counts() == {"ghosted": 1, "pending": 2}


def test_what_yes_means_in_a_column_of_decisions_says_nothing_about_another_one(journal, load):
    sheet = "company,date,Declined?,No answer\nA,2026-09-01,x,\nB,2026-09-01,,x\n"
    mapping = dict.fromkeys(["Declined?", "No answer"], "outcome")
    seen = [fault.seen.strip("'") for fault in refused(load, sheet, mapping=mapping).faults]
    assert seen == ["Declined?: x", "No answer: x"]
    load(sheet, mapping=mapping, meanings=dict(zip(seen, ["rejected", "ghosted"], strict=True)))
    assert journal.counts() == {"rejected": 1, "ghosted": 1}


@pytest.mark.parametrize("name", ["Aprovado?", "Bestanden?"])
def test_no_to_what_may_be_an_offer_is_asked_back_too(journal, load, name):
    sheet = f"company,date,{name}\nA,2026-09-01,yes\nB,2026-09-01,\nC,2026-09-01,no\n"
    assert [each.problem for each in refused(load, sheet).faults] == ["looks like the outcome"]
    faults = refused(load, sheet, mapping={name: "outcome"}).faults
    seen = [fault.seen.strip("'") for fault in faults]
    assert seen == [f"{name}: yes", f"{name}: no"]
    load(sheet, mapping={name: "outcome"}, meanings=dict(zip(seen, ["next_round", "rejected"], strict=True)))
    assert [journal.interview(number).status for number in (1, 3)] == ["pending", "rejected"]


@pytest.mark.parametrize(
    "name",
    [
        "Did they reject me?",
        "Rejected (1=yes)",
        "是否被拒",
        "Reddedildi mi?",
        "Passed?",
        "Progressed?",
        "Did I pass?",
    ],
)
@pytest.mark.parametrize(("yes", "no"), [("ja", "Nein"), ("1", "0"), ("\u2713", "\u2717")])
def test_what_yes_means_is_asked_in_a_column_whose_name_only_mentions_a_decision(
    journal, load, name, yes, no
):
    sheet = f"company,date,{name}\nA,2026-09-01,{yes}\nB,2026-09-01,\nC,2026-09-01,{no}\n"
    assert [each.problem for each in refused(load, sheet).faults] == ["looks like the outcome"]
    faults = refused(load, sheet, mapping={name: "outcome"}).faults
    assert [(fault.row, fault.problem) for fault in faults] == [
        (1, "ambiguous outcome"),
        (3, "ambiguous outcome"),
    ]
    load(sheet, mapping={name: "outcome"}, meanings={yes: "rejected", no: "pending"})
    assert journal.counts() == {"rejected": 1, "pending": 2}


@pytest.mark.parametrize("name", ["Abgelehnt (ja/nein)", "Rejected [Y/N]"])
def test_a_choice_in_brackets_is_no_part_of_the_name_of_a_decision(journal, load, name):
    load(f"company,date,{name}\nA,2026-09-01,y\nB,2026-09-01,n\n", mapping={name: "outcome"})
    assert journal.counts() == {"rejected": 1, "pending": 1}


def test_several_columns_of_decisions_are_read_together(journal, load):
    header = "company,date,Status,Rejected?,Offer?,Ghosted?"
    rows = "A,2026-09-01,,yes,no,\nB,2026-09-02,Onsite,,2026-09-09,\nC,2026-09-03,ghosted,no,no,x\n"
    rows += "D,2026-09-04,,,,no\n"
    mapping = dict.fromkeys(["Rejected?", "Offer?", "Ghosted?"], "outcome")
    load(f"{header}\n{rows}", mapping=mapping)
    statuses = [journal.interview(number).status for number in range(1, 5)]
    assert statuses == ["rejected", "offer", "ghosted", "pending"]
    assert journal.interview(2).decision.date == date(2026, 9, 9)


def test_a_column_for_each_stage_is_read_as_mapped(journal, load):
    sheet = "Company,Applied,Phone Screen,Offer,Rejected\n"
    sheet += "A,2026-09-01,2026-09-05,2026-09-20,\nB,2026-09-02,2026-09-06,,2026-09-10\n"
    sheet += "C,2026-09-03,,,2026-09-12\n"
    asked = [fault.field for fault in refused(load, sheet).faults]
    assert asked == ["Offer", "Rejected", "Phone Screen"]
    done = load(sheet, mapping={"Offer": "outcome", "Rejected": "outcome", "Phone Screen": "date"})
    assert (journal.counts(), done.applications) == ({"offer": 1, "rejected": 1}, 1)


def test_two_columns_of_outcomes_with_one_name_are_asked_about(journal, load):
    sheet = "company,Interview date,Result,Result\nA,2026-09-01,Passed,{}\n"
    (fault,) = refused(load, sheet.format("Offer")).faults
    assert (fault.problem, fault.seen) == ("two columns may be meant", "Result and Result (2)")
    load(sheet.format("Offer"), mapping={"Result": "", "Result (2)": "outcome"})
    assert journal.counts() == {"offer": 1}
    undo_import(journal)
    assert len(load(sheet.format("Passed")).added) == 1


def test_a_second_interview_in_its_own_column_is_no_misspelt_sign(load):
    done = load("company,Interview date,Interview 2 date\nA,2026-09-01,2026-09-10\n")
    assert any("'Interview 2 date' is not used, but may show interviews" in each for each in done.remarks)


EVENTS = "".join(
    f"{company},2026-09-{day:02},{status}\n"
    for day, (company, status) in enumerate(
        [("A", "Applied"), ("A", "Phone screen"), ("A", "Rejected"), ("B", "Applied"), ("B", "Rejected")], 1
    )
)


def test_a_log_of_events_is_not_read_as_interviews(load):
    (fault,) = refused(load, f"company,date,Status\n{EVENTS}").faults
    assert (fault.field, fault.seen) == ("date", "rows 1 and 3")
    assert "one row for each interview" in fault.expected
    assert "--map 'date=date'" in fault.advice(TERMINAL)
    assert len(load(f"company,date,Status\n{EVENTS}", mapping={"date": "date"}).added) == 3


def test_a_log_of_events_without_applications_is_not_read_as_interviews(load):
    rows = "A,2026-09-01,Phone screen\nA,2026-09-08,Rejected\nB,2026-09-02,Onsite\nB,2026-09-12,Offer\n"
    (fault,) = refused(load, f"company,date,Status\n{rows}").faults
    assert (fault.field, fault.seen) == ("date", "rows 1 and 2")
    assert len(load(f"company,Interview date,Status\n{rows}").added) == 4


@pytest.mark.parametrize("header", ["company,Interview date,Status", "company,date,Status,Applied on"])
def test_days_of_interviews_beside_applications_are_no_log(load, header):
    rows = EVENTS.replace("\n", ",\n") if "Applied on" in header else EVENTS
    assert load(f"{header}\n{rows}").added
    one = "D,2026-09-01,Applied\nD,2026-09-02,Rejected\n"
    others = "E,2026-09-01,Rejected\nF,2026-09-01,Offer\n"
    assert len(load(f"company,date,Status\n{one}{others}").added) == 3


@pytest.mark.parametrize(
    ("cells", "seen"), [(",yes,2026-09-08", "rejected / offer"), ("Offer,x,no", "Offer / rejected")]
)
def test_two_decisions_about_one_row_are_a_fault_of_the_row(load, cells, seen):
    sheet = f"company,date,Status,Rejected?,Offer?\nA,2026-09-01,{cells}\nB,2026-09-02,,yes,\n"
    assert "Rejected?" in {fault.field for fault in refused(load, sheet).faults}
    mapping = dict.fromkeys(["Rejected?", "Offer?"], "outcome")
    (fault,) = refused(load, sheet, mapping=mapping).faults
    assert (fault.row, fault.field, fault.seen) == (1, "outcome", f"'{seen}'")
    assert len(load(sheet, mapping=mapping, meanings={seen: "offer"}).added) == 2


def test_columns_of_yes_and_no_or_of_other_words_are_not_outcomes(load):
    done = load("company,date,remote,source\nA,2026-09-01,yes,referral\nB,2026-09-02,no,open call\n")
    assert done.ignored_columns == ("remote",)


def test_rows_without_a_date_a_sign_or_an_outcome_are_left_out_and_counted(load):
    rows = "A,Dev,,,,a wish\nB,Dev,,,applied,\nC,Dev,,4,,\nD,,,,offer,\n,,,,,\n"
    done = load(f"company,role,date,rapport,outcome,notes\n{rows}")
    assert (len(done.added), done.left_out, done.applications) == (2, 1, 1)


# applications are not interviews


@pytest.mark.parametrize("status", ["Applied", "CV sent", "Beworben", "已投递"])
@pytest.mark.parametrize("day", ["2026-09-01", "2026-12-24", ""])
def test_an_application_without_an_interview_is_counted_and_left_out(journal, load, status, day):
    done = load(f"company,date,outcome\nA,{day},{status}\nB,2026-09-01,rejected\n")
    assert (len(done.added), done.applications, done.left_out) == (1, 1, 0)
    assert "1 application without an interview counts in the rates only." in import_summary(
        import_counts(done), ()
    )
    assert journal.counts() == {"rejected": 1}


WISHES = ["Wishlist", "Saved", "Bookmarked", "To apply", "Gemerkt", "À postuler", "Por aplicar", "Salvo"]
WISHES += ["Başvurulacak", "未投递"]


@pytest.mark.parametrize("status", WISHES)
@pytest.mark.parametrize(
    "header", ["company,date,outcome", "Company,Date Saved,Status", "Company,Remote,Status"]
)
def test_a_job_that_was_only_saved_is_no_application(journal, load, header, status):
    done = load(f"{header}\nA,2026-09-01,{status}\nB,,Applied\n")
    assert (done.added, done.applications, done.not_applied, done.left_out) == ((), 1, 1, 0)
    assert "Left out 1 job that is not applied for yet." in import_summary(import_counts(done), ())
    assert journal_rates(journal).applications == 1


def test_a_row_without_a_day_of_application_and_status_is_no_application(journal, load):
    rows = "A,2026-09-01,\nB,,\nC,,Applied\nD,no,\nE,yes,\nF,,Rejected\nG,-,\n"
    done = load(f"Company,Date Applied,Status\n{rows}")
    assert (done.applications, done.not_applied, done.remarks[1:]) == (4, 3, ())
    assert {each.company for each in read_applications(journal).values()} == {*"ACEF"}


def test_a_status_that_contradicts_the_day_of_application_is_remarked_on(load):
    done = load("Company,Date Applied,Status\nA,2026-09-01,Saved\nB,2026-09-01,Applied\n")
    assert (done.applications, done.not_applied) == (2, 0)
    assert any("row 1 is not applied for by its status, but has a day" in each for each in done.remarks)


def test_applications_for_the_same_job_count_once_and_without_a_name_not_at_all(load):
    rows = "A,Dev,Applied\nA,Dev,Applied\nA,Ops,Applied\n,,Applied\nB,Dev,Interview\nB,Dev,Applied\n"
    done = load(f"company,role,outcome\n{rows}")
    assert (len(done.added), done.applications) == (1, 2)
    assert [each.partition(" is ")[0] for each in done.remarks] == ["row 2", "row 4"]


@pytest.mark.parametrize(
    "status", ["Phone screen", "Interview", "Onsite", "Final round", "Entretien", "二面"]
)
def test_a_stage_that_proves_an_interview_is_a_pending_interview(journal, load, status):
    assert load(f"company,outcome\nA,{status}\n").added == (1,)
    assert (journal.interview(1).status, journal.interview(1).events) == ("pending", ())


def test_an_application_with_signs_or_a_past_interview_date_is_a_pending_interview(journal, load):
    rows = "A,2026-09-01,4,Applied\nB,2026-09-01,,Applied\nC,2026-12-24,,Applied\nD,,,Applied\n"
    done = load(f"Company Name,Interview Date,rapport,Status\n{rows}")
    assert ([journal.interview(i).company for i in done.added], done.applications) == (["A", "B", "C"], 1)
    assert journal.counts() == {"pending": 2, "planned": 1}


def test_in_a_table_of_applications_only_what_shows_an_interview_is_one(journal, load):
    rows = (
        "A,Dev,2026-08-01,,Rejected\nB,Dev,2026-08-01,,Rejected after interview\nC,Dev,2026-08-01,,Ghosted\n"
        "D,Dev,2026-08-01,2026-08-20,Rejected\nE,Dev,2026-08-01,,Offer accepted\nF,Dev,2026-08-01,,\n"
    )
    done = load(f"Company,Job Title,Date Applied,Interview Date,Status\n{rows}")
    assert [journal.interview(i).company for i in done.added] == ["B", "D", "E"]
    assert done.applications == 3
    assert journal.interview(1).date is None  # not the day of the application


def test_outcomes_that_nothing_shows_to_follow_an_interview_are_remarked_on_beside_applications(load):
    done = load("company,date,outcome\nA,2026-09-01,Applied\nB,2026-09-01,Rejected\nC,2026-09-01,offer\n")
    assert any(remark.startswith("1 row with an outcome and no sign") for remark in done.remarks)
    assert not load("company,date,outcome\nD,2026-09-02,Rejected\n").remarks


def test_an_application_is_no_outcome_of_an_interview_recorded_by_hand(journal):
    journal.add({"rapport": 4})
    with pytest.raises(InputError, match="not an outcome of an interview"):
        journal.record(1, "applied")


@pytest.mark.parametrize("word", ["Applied", "Wishlist", "Interview scheduled"])
def test_training_on_a_table_learns_nothing_from_applications(word):
    table = {"days_since_interview": [40] * 30, "outcome": ["offer", "rejected"] * 5 + [word] * 20}
    blank = table | {"outcome": ["offer", "rejected"] * 5 + [""] * 20}
    fitted, expected = (train(each).model.predict({}).probability for each in (table, blank))
    assert fitted == pytest.approx(expected)
    pending = table | {"outcome": ["offer", "rejected"] * 5 + ["pending"] * 20}
    assert train(pending).model.predict({}).probability < expected - 0.01


# rows that repeat another, or do not fit together


def test_a_row_twice_in_a_file_counts_once_with_a_remark(journal, load):
    rows = "Acme,Dev,2026-09-15,4,rejected\n" * 2 + "acme , Dev,15.09.2026,4,Rejected\n"
    done = load(f"company,role,date,rapport,outcome\n{rows}")
    assert done.added == (1,)
    assert done.remarks == ("2 rows, such as row 2, repeat other rows and count once",)
    assert load(f"company,role,date,rapport,outcome\n{rows}").unchanged == 1


@pytest.mark.parametrize("column", ["stage", "Interviewer", "notes", "rapport"])
def test_two_rounds_on_one_day_stay_two(load, column):
    first, second = ("first", "final") if column == "stage" else (1, 2)
    done = load(f"company,date,{column}\nAcme,2026-09-15,{first}\nAcme,2026-09-15,{second}\n")
    assert len(done.added) == 2
    is_asked = column in ("Interviewer", "notes")
    assert any("row 2 differs from another row only in" in each for each in done.remarks) == is_asked


def test_two_outcomes_of_one_interview_are_remarked_on_unless_they_are_of_two_people(load):
    sheet = "Name,company,date,outcome\nAnn,Acme,2026-09-15,rejected\nBob,Acme,2026-09-15,offer\n"
    assert any("row 2 has company, role and day of another row" in each for each in load(sheet).remarks)
    assert not load(sheet.replace("Name", "Student")).remarks[1:]
    assert any("row 2 has company" in each for each in load(sheet.replace("rejected", "pending")).remarks)
    assert not load(sheet.replace("rejected", "next round")).remarks


def test_a_round_below_a_merged_company_is_remarked_on(load):
    done = load("company,date,outcome\nAcme,2026-09-15,Passed\n,2026-09-22,Rejected\n")
    assert any("row 2 has no company" in each for each in done.remarks)
    assert not load("company,date,outcome\n,2026-09-15,Passed\n,2026-09-22,Rejected\n").remarks


@pytest.mark.parametrize("cell", ["TBD", "no", "not yet", "✗", "noch offen", "待定"])
def test_a_day_that_is_not_set_is_blank(load, cell):
    done = load(f"Company,Interview Date,Status\nA,{cell},Applied\nB,{cell},Rejected after interview\n")
    assert (len(done.added), done.applications) == (1, 1)
    assert refused(load, f"Company,Interview Date,Status\nA,{cell}x,Applied\n")


def test_no_in_place_of_the_day_of_an_interview_is_an_application(journal, load):
    rows = "A,no,Rejected\nB,✗,\nC,2026-09-15,Applied\nD,,Rejected\n"
    done = load(f"Company,Gespräch,Status\n{rows}", mapping={"Gespräch": "date"})
    assert [journal.interview(i).company for i in done.added] == ["C", "D"]
    assert done.applications == 2


def test_the_fault_of_an_answer_names_the_option_that_gives_its_meaning(load):
    (fault,) = refused(load, "company,date,rapport\nA,2026-09-15,gut\n").faults
    assert fault.advice(TERMINAL) == "map it: --value 'gut=ANSWER', or leave it blank: --value 'gut=-'"
    assert load("company,date,rapport\nA,2026-09-15,gut\n", meanings={"gut": "4"}).added


def test_rows_of_nobody_knows_which_company_are_not_taken_for_one(load):
    assert len(load("date,rapport\n2026-09-15,4\n2026-09-15,4\n").added) == 2


@pytest.mark.parametrize(
    "row",
    [
        "Average,,,3",
        "Total:,,,27",
        ",Durchschnitt,,3.5",
        "Ø,,,4",
        "MEDIA,,,4",
        "Total offers,,,1",
        "Min,,,1",
        "n = 2,,,2",
        "Overall,,,4",
        "My average,,,4",
        "Promedio general,,,4",
        "Count,12,,4",
    ],
)
@pytest.mark.parametrize("header", ["company,role", "Nr,company"])
def test_a_row_of_averages_or_sums_is_no_interview(journal, load, tmp_path, header, row):
    sheet = f"{header},date,rapport\n1,Acme,2026-09-01,4\nTotal,Dev,2026-09-02,3\n{row}\n"
    (fault,) = refused(load, sheet).faults
    assert (fault.row, fault.problem) == (3, "looks like totals, not an interview")
    done = load(sheet, skip_bad=tmp_path / "bad.csv")
    assert (len(done.added), done.bad) == (2, 1)


@pytest.mark.parametrize("name", ["Max", "Count", "Total", "Media", "Min", "n"])
@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Client,Company,Role", "{},Globex,Dev"),
        ("Client,Company,Role", "{},,"),
        ("Interviewer,Company,Role", "{},Globex,"),
        ("Name,Company,Role", "{},,Dev"),
        ("Company,Role,Client", "{},,Eva"),
        ("Company,Role,Client", "{},Dev,"),
    ],
)
def test_a_name_that_could_stand_before_averages_is_one_beside_another(load, header, row, name):
    rows = f"Eva,Acme,Dev,offer,4\n{row.format(name)},rejected,3\n"
    assert len(load(f"{header},Outcome,rapport\n{rows}").added) == 2


def test_no_at_the_start_of_a_row_stands_before_no_averages(load):
    assert len(load("Met team,rapport\nn,4\ny,3\n").added) == 2


@pytest.mark.parametrize("outcome", ["offer", "rejected", "ghosted", "withdrew"])
def test_an_interview_to_come_has_no_outcome(journal, load, outcome):
    (fault,) = refused(load, f"company,date,outcome\nAcme,2026-12-10,{outcome}\n").faults
    assert (fault.problem, fault.row) == ("the interview is still to come", 1)
    load(f"company,date,outcome\nAcme,2026-11-10,{outcome}\n")
    with pytest.raises(InputError, match="still to come"):
        journal.edit(1, date="2026-12-10")


def test_an_interview_to_come_with_signs_and_an_outcome_has_one_fault_about_its_date(journal, load):
    (fault,) = refused(load, "company,date,outcome,rapport\nAcme,2026-12-10,offer,4\n").faults
    assert (fault.problem, fault.field) == ("in the future", "date")
    load("company,date,outcome,rapport\nAcme,2026-11-10,offer,4\n")
    with pytest.raises(InputError) as raised:
        journal.edit(1, date="2026-12-10")
    assert [fault.problem for fault in raised.value.faults] == ["in the future"]


@pytest.mark.parametrize("name", ["rapport", "Rapport"])
def test_a_column_given_twice_is_passed_over_if_it_adds_nothing(journal, load, name):
    done = load(f"company,rapport,{name}\nA,4,4\nB,,\nC,3,\n")
    assert done.remarks == (
        "two columns are called 'rapport'; the second repeats the first or is blank, and is not used",
    )
    assert [journal.interview(i).answers for i in done.added] == [{"rapport": "warm"}, {"rapport": "polite"}]


@pytest.mark.parametrize(("name", "other"), [("rapport", "rapport (2)"), ("Rapport", "Rapport")])
def test_a_column_given_twice_with_other_cells_is_asked_about(journal, load, name, other):
    table = f"company,rapport,{name}\nA,4,4\nB,,3\n"
    (fault,) = refused(load, table).faults
    assert (fault.field, fault.problem, fault.seen) == (
        "rapport",
        "two columns may be meant",
        f"rapport and {other}",
    )
    (added,) = load(table, mapping={other: ""}).added
    assert journal.interview(added).answers == {"rapport": "warm"}
    assert len(load(table, mapping={"rapport": ""}).added) == 1


def test_a_next_round_to_come_is_a_planned_interview(journal, load):
    load("company,date,outcome\nAcme,2026-12-10,Next round\n")
    assert (journal.interview(1).status, journal.interview(1).events) == ("planned", ())


@pytest.mark.parametrize("outcome", ["", "pending", "Phone screen", "Applied"])
def test_a_day_without_an_outcome_is_remarked_on_and_not_used(journal, load, outcome):
    sheet = f"company,Interview Date,outcome,Response date\nAcme,2026-09-15,{outcome},2026-09-12\n"
    assert "row 1 has a day of the outcome but no outcome, so the day is not used" in load(sheet).remarks
    assert journal.interview(1).events == ()
    assert "is not used" not in " ".join(load(sheet.replace("2026-09-12", "unknown")).remarks)


@pytest.mark.parametrize(
    ("applied", "interviewed", "decided"),
    [("2026-09-20", "2026-09-15", ""), ("2026-09-20", "", "2026-09-15"), ("20/09/2026", "15/09/2026", "")],
)
def test_an_application_after_the_interview_or_the_outcome_is_remarked_on(
    load, applied, interviewed, decided
):
    row = f"Acme,{applied},{interviewed},{decided},Rejected after interview\n"
    done = load(f"company,applied,Interview Date,outcome_date,outcome\n{row}")
    assert "row 1 has a day of application after its interview or outcome" in " ".join(done.remarks)


# columns that may show interviews or outcomes are asked about


@pytest.mark.parametrize(
    ("header", "cells", "problem"),
    [
        ("Company,Applied,1st Interview,Status", "A,2026-09-01,2026-09-15,Rejected", "day of the interview"),
        ("Company,Date Applied,Gespräch,Status", "A,2026-09-01,15.09.2026,Absage", "day of the interview"),
        ("Company,Interview,Status", "A,05/06/2026,Rejected", "day of the interview"),
        ("Datum,Firma,Gespräch,Ergebnis", "01.09.2026,A,15.09.2026,Absage", "day of the interview"),
        ("Company,Interview Date,Offer", "A,2026-09-15,No", "outcome"),
        ("Company,Interview Date,Did I get it?", "A,2026-09-15,✔", "outcome"),
        ("Company,Interview Date,Hired", "A,2026-09-15,1", "outcome"),
        ("Company,Interview Date,Stage", "A,2026-09-15,Rejected", "outcome"),
    ],
)
def test_an_unused_column_that_shows_an_interview_or_its_outcome_is_a_fault(load, header, cells, problem):
    *_, column = header.split(",") if problem == "outcome" else header.split(",")[:-1]
    (fault,) = refused(load, f"{header}\n{cells}\n").faults
    assert (fault.field, fault.problem) == (column, f"looks like the {problem}")
    assert f"if not, --map '{column}='" in fault.advice(TERMINAL)
    if column != "Stage":
        load(f"{header}\n{cells}\n", mapping={column: ""})


@pytest.mark.parametrize("column", ["Interview", "Phone Screen", "2nd Interview Date"])
def test_a_column_that_may_show_interviews_is_remarked_on(load, column):
    cell = "2026-09-20" if "Date" in column else "Yes"
    done = load(f"Company,Interview Date,Status,{column}\nA,2026-09-15,Rejected,{cell}\n")
    assert any(each.startswith(f"'{column}' is not used, but may show interviews") for each in done.remarks)


@pytest.mark.parametrize(
    ("column", "hint"),
    [
        ("Late?", "if it is the sign interviewer_late"),
        ("Interviewer late? (not on time)", "if it is the sign interviewer_late"),
        ("Referral", "if it is the sign referred"),
        ("References", "if it is the sign references_requested"),
        ("Interviewer on time", "if it is the opposite of interviewer_late"),
    ],
)
def test_an_unused_column_of_yes_and_no_that_may_be_a_sign_is_remarked_on(journal, load, column, hint):
    (remark,) = load(f"company,date,{column}\nA,2026-09-01,yes\nB,2026-09-02,no\n").remarks
    assert f"'{column}' is not used; {hint}" in remark
    assert not journal.interview(1).answers
    assert not load(f"company,date,{column}\nA,2026-09-01,Ann\nB,2026-09-02,Bob\n", dry_run=True).remarks


@pytest.mark.parametrize("column", ["Interviewer", "Interview type", "Interview notes 2", "Salary"])
def test_a_column_about_something_else_is_left_out_without_a_remark(load, column):
    done = load(f"Company,Interview Date,Status,{column}\nA,2026-09-15,Rejected,fine\n")
    assert (len(done.added), "may show" in " ".join(done.remarks)) == (1, False)


def test_a_scheduled_interview_is_planned_on_its_day(journal, load):
    load("Company,Date,Status\nA,2026-12-14,Interview scheduled\nB,2026-09-14,Interview scheduled\n")
    assert [(each.company, each.status) for each in journal.interviews()] == [("A", "planned")]


def test_an_application_on_a_day_to_come_is_remarked_on(load):
    done = load("Company,Date,Status\nA,2026-12-14,Applied\n")
    assert any("is not a date up to today" in each for each in done.remarks)


# columns as other programs name them


@pytest.mark.parametrize(
    "header",
    [
        "Company Name,Job Title,Interview Date,Status,Comments",
        "Employer,Position,Date of interview,Application Status,Notes",
        "Firma;Stelle;Datum;Ergebnis;Notizen",
        "Entreprise;Poste;Date d'entretien;Statut;Commentaires",
        "Empresa;Puesto;Fecha de entrevista;Estado;Notas",
        "Empresa;Vaga;Data da entrevista;Situação;Comentários",
        "Şirket;Pozisyon;Mülakat tarihi;Durum;Notlar",
        "公司,职位,面试日期,状态,备注",
    ],
)
def test_columns_are_known_by_their_usual_names(journal, load, header):
    delimiter = ";" if ";" in header else ","
    done = load(f"{header}\n{delimiter.join(['Acme', 'Dev', '2026-09-01', 'rejected', 'hm'])}\n")
    found = journal.interview(1)
    assert (found.company, found.role, found.date, found.status) == (
        "Acme",
        "Dev",
        date(2026, 9, 1),
        "rejected",
    )
    assert found.notes == "hm"
    assert done.ignored_columns == ()
    assert done.remarks[-1].startswith("Columns recognised: ")


def test_usual_columns_that_the_journal_lacks_are_left_out_without_a_hint(load):
    done = load(
        "company,date,Location,Salary,Date Applied,Source,Interviewer\nA,2026-09-01,,,,LinkedIn,Ann\n"
    )
    assert done.ignored_columns == ("Location", "Salary", "Interviewer")


@pytest.mark.parametrize(
    "header", ["company,Date,Interview Date", "company,Status,Result,date", "company,Datum,Interview Date"]
)
def test_two_columns_for_one_fact_are_asked_back(load, header):
    (fault,) = refused(load, f"{header}\nA,,,\n".replace(",,,\n", "," * header.count(",") + "\n")).faults
    assert fault.problem == "two columns may be meant"
    assert "--map 'COLUMN='" in fault.advice(TERMINAL)
    theirs = fault.seen.split(" and ")[0]
    assert load(f"{header}\n" + "A" + "," * header.count(",") + "\n", mapping={theirs: ""}).added == ()


def test_a_known_name_gives_way_to_a_column_of_the_journal_and_to_a_mapping(journal, load):
    done = load("Employer,Worked with,rapport\nA,B,4\n", mapping={"Worked with": "company"})
    assert journal.interview(done.added[0]).company == "B"


def test_a_header_of_usual_names_is_found_below_a_title(journal, load):
    load("MY JOB SEARCH,,\n\nEmployer,Job Title,Status\nAcme,Dev,rejected\n")
    assert journal.interview(1).company == "Acme"


# dates


def test_one_date_settles_the_order_of_day_and_month_for_the_whole_file(journal, load):
    load("company,date,outcome,outcome_date\nA,05/06/2026,offer,01/07/2026\nB,06/07/2026,,\nC,25/06/2026,,\n")
    assert [str(journal.interview(i).date) for i in (1, 2, 3)] == ["2026-06-05", "2026-07-06", "2026-06-25"]
    assert [journal.interview(i).company for i in (1, 2, 3)] == ["A", "B", "C"]
    assert str(journal.interview(1).decision.date) == "2026-07-01"
    load("company,date\nD,05/06/2026\nE,05/25/2026\n")
    assert str(journal.interview(4).date) == "2026-05-06"


@pytest.mark.parametrize("third", ["2026-06-05", "25/06/2026\nC,06/25/2026"])
def test_an_order_that_stays_open_is_asked_once(journal, load, third):
    faults = refused(load, f"company,date\nA,05/06/2026\nB,06/07/2026\nD,{third}\n").faults
    assert [(fault.row, fault.problem_text) for fault in faults] == [(1, "day or month first?, in 2 rows")]
    assert "--date-format dd/mm/yyyy" in faults[0].advice(TERMINAL)
    assert len(journal) == 0


def test_a_date_format_may_be_given_in_the_letters_of_a_spreadsheet(journal, load):
    load("company,date\nA,05/06/2026\n", pattern="mm/dd/yyyy")
    assert str(journal.interview(1).date) == "2026-05-06"


@pytest.mark.parametrize(
    ("code", "remarks"),
    [
        (
            "de",
            [
                "Zeile 1 wurde übersprungen: sie nennt nur das Trennzeichen",
                "2 Zeilen, etwa Zeile 2, wiederholen andere und zählen einmal",
                "Zeile 4 hat einen Tag des Ergebnisses, aber kein Ergebnis; der Tag wird nicht verwendet",
            ],
        ),
        (
            "es",
            [
                "la línea 1 se ha omitido: solo indica el separador",
                "2 filas, como la fila 2, repiten otras y cuentan una vez",
                "la fila 4 tiene el día del resultado pero no el resultado, así que el día no se usa",
            ],
        ),
    ],
)
def test_remarks_on_an_import_are_in_the_language_of_the_reader(journal, load, code, remarks):
    twin, open_ = "Beta,2026-10-01,offer,\n", "Gamma,2026-10-02,,2026-10-05\n"
    with use_language(code):
        result = load(f"sep=,\ncompany,date,outcome,outcome_date\n{twin}{twin}{twin}{open_}")
    assert [*result.remarks] == remarks
    assert {event.kind for each in journal.interviews() for event in each.events} == {"offer"}


def test_what_is_wrong_with_an_import_is_in_the_language_of_the_reader(load):
    with use_language("de"), pytest.raises(InputError) as raised:
        load("company,date,outcome\nA,05/06/2026,Limbo\nB,05/07/2026,Limbo\n")
    with use_language("de"):
        order, word = raised.value.faults[0].worded({}), raised.value.faults[1].worded({})
    assert (
        "date: unklar, ob erst der Tag oder erst der Monat steht, in 2 Zeilen; gefunden: '05/06/2026'"
        in order
    )
    assert "Zeile 1, outcome: kein Ergebnis, in 2 Zeilen; gefunden: 'Limbo'" in word
    assert word.endswith("ordne 'Limbo' einem Ergebnis zu")
    assert raised.value.faults[1].problem == "not an outcome"


def test_dates_without_a_year_are_reported_once(load):
    (fault,) = refused(load, "company,date\nA,8-Jul\nB,12-Aug\n").faults
    assert fault.problem_text == "a date without a year, in 2 rows"
    assert str(fault).endswith("seen '8-Jul'; add the year")


# one outcome per process


ROUNDS = (
    "company,role,date,stage,outcome\nNord,Dev,2026-05-04,first,Passed\nNord,Dev,2026-05-18,final,rejected\n"
)


def test_a_passed_round_is_a_next_round_and_the_process_has_one_outcome(journal, load):
    load(ROUNDS)
    first = journal.interview(1)
    assert [event.kind for event in first.events] == ["next-round"]
    assert first.status == "rejected"  # that of the later round
    assert journal.counts() == {"rejected": 1, "earlier-round": 1}
    assert [each.place for each in journal.interviews()] == ["rejected", "earlier-round"]
    result = train_journal(journal)
    assert (result.n_offer, result.n_no_offer, result.earlier_rounds) == (0, 1, 1)


def test_an_outcome_on_every_round_counts_once(journal, load):
    load(ROUNDS.replace("Passed", "rejected"))
    result = train_journal(journal)
    assert (result.n_no_offer, result.earlier_rounds) == (1, 1)
    assert track_record(journal, MODEL).n_late == 1


def test_the_latest_round_decides_the_status(journal):
    for day in (date(2026, 5, 4), date(2026, 5, 18)):
        journal.add({}, company="Acme", role="Dev", date=day)
    assert journal.counts() == {"pending": 2}
    journal.record(1, "rejected")  # the outcome of an earlier round does not decide the later one
    assert journal.counts() == {"pending": 1, "rejected": 1}
    journal.record(1, "pending")
    journal.record(2, "offer", "2026-06-01")
    assert journal.counts() == {"offer": 1, "earlier-round": 1}
    assert [each.id for each in journal.interviews("offer")] == [2, 1]
    assert journal.interview(1).decision.date == date(2026, 6, 1)
    assert journal_outlook(journal, MODEL).outlook.n == 0


# a sheet and a journal that both change


FIELDS = ("rapport", "stage", "notes", "outcome")
VALUES = {
    "rapport": ["", "1", "3", "5"],
    "stage": ["", "first"],
    "notes": ["", "one", "two"],
    "outcome": ["", "rejected", "offer", "ghosted", "pending"],
}
WORDS = {"1": "cold", "3": "polite", "5": "very warm"}


class LivingSheet(RuleBasedStateMachine):
    """A sheet that is edited and imported repeatedly, and a journal that is edited by hand.

    The model is one dict per company: a cell that changed since the last import overwrites the journal, and
    an unchanged or blank cell does not. A change by hand overwrites everything before.
    """

    def __init__(self):
        super().__init__()
        import pathlib
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name, "sheet.csv")
        self.journal = Journal(self.path.with_suffix(".db"))
        self.sheet, self.last_cells, self.model = {}, {}, {}
        self.undone = []  # for each change: export, model and cells before

    def teardown(self):
        self.journal.close()
        self.folder.cleanup()

    @rule(i=st.integers(0, 4), field=st.sampled_from(FIELDS), choice=st.integers(0, 9))
    def type_into_the_sheet(self, i, field, choice):
        row = self.sheet.setdefault(f"C{i}", dict.fromkeys(FIELDS, ""))
        row[field] = VALUES[field][choice % len(VALUES[field])]

    @rule(i=st.integers(0, 9), field=st.sampled_from(FIELDS), choice=st.integers(0, 9))
    @precondition(lambda self: self.model)
    def record_by_hand(self, i, field, choice):
        before = export_of(self.journal), json.dumps([self.model, self.last_cells])
        company = sorted(self.model)[i % len(self.model)]
        value = VALUES[field][1:][choice % (len(VALUES[field]) - 1)]
        number = self.numbers()[company]
        if field == "outcome":
            self.journal.record(number, value, "2026-11-20")
        elif field == "notes":
            self.journal.edit(number, notes=value)
        else:
            self.journal.edit(number, answers={field: value})
        self.model[company][field] = WORDS.get(value, value)
        if export_of(self.journal) != before[0]:  # a correction that changes nothing is none
            self.undone.append(before)

    @rule(i=st.integers(0, 9))
    @precondition(lambda self: self.model)
    def delete_by_hand(self, i):
        before = export_of(self.journal), json.dumps([self.model, self.last_cells])
        company = sorted(self.model)[i % len(self.model)]
        self.journal.delete(self.numbers()[company])
        del self.model[company]
        self.last_cells.pop(company, None)
        self.undone.append(before)

    @rule()
    def import_the_sheet(self):
        before = export_of(self.journal), json.dumps([self.model, self.last_cells])
        lines = [f"{company},2026-09-15,{','.join(row.values())}\n" for company, row in self.sheet.items()]
        self.path.write_text(f"company,date,{','.join(FIELDS)}\n{''.join(lines)}", encoding="utf-8")
        done = import_into(self.journal, self.path)
        for company, row in self.sheet.items():
            expected = self.model.setdefault(company, {"outcome": "pending"})
            cells = self.last_cells.setdefault(company, {})
            for field, value in row.items():
                if value and cells.get(field, "pending" if field == "outcome" else None) != value:
                    expected[field] = WORDS.get(value, value)
                    cells[field] = value
        if done.added or done.updated:
            self.undone.append(before)

    @rule()
    @precondition(lambda self: self.undone)
    def undo_the_last_change(self):
        before, rest = self.undone.pop()
        undo_last_change(self.journal)
        assert export_of(self.journal) == before
        self.model, self.last_cells = json.loads(rest)

    @invariant()
    def the_journal_is_the_model(self):
        found = {}
        for each in self.journal.interviews():
            assert each.company not in found
            notes = {"notes": each.notes} if each.notes else {}
            found[each.company] = {"outcome": each.status} | dict(each.answers) | notes
        assert found == self.model

    def numbers(self):
        return {each.company: each.id for each in self.journal.interviews()}


LivingSheet.TestCase.settings = settings(
    max_examples=50, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLivingSheet = LivingSheet.TestCase


def test_rows_of_a_large_process_are_compared_with_few_interviews(journal, load, monkeypatch):
    days = [date(2020, 1, 1) + timedelta(2 * i) for i in range(600)]
    load("company,date,rapport\n" + "".join(f"A,{day},4\n" for day in days))
    compared = []
    compare = matching._may_be_same_interview
    monkeypatch.setattr(
        matching, "_may_be_same_interview", lambda *pair: compared.append(pair) or compare(*pair)
    )
    done = load("company,date,rapport\n" + "".join(f"A,{day + timedelta(1)},4\n" for day in days))
    assert (len(done.added), len(done.updated)) == (0, 600)
    assert len(compared) < 10 * 600  # all pairs would be 360,000


def test_a_journal_is_not_imported_into_itself(tmp_path):
    """Reading its file would release the locks of this process."""
    with Journal(tmp_path / "journal.db") as journal:
        (tmp_path / "link.csv").symlink_to(journal.path)
        for path in (journal.path, tmp_path / "link.csv"):
            with pytest.raises(InputError, match="the journal itself"):
                import_into(journal, path)


# many rows at once


CELLS = {
    "company": ["Acme", " Bolt ", "", "-", "'=1", "A\x00", None, 7.0],
    "notes": ["fine", "  ", None],
    "date": ["2026-10-01", "05/06/2026", "13/06/2026", "2027-01-05", "soon", "unknown", "", 46178, TODAY],
    "outcome": ["offer", "Rejected", "declined", "Applied", "Phone screen", "n/a", "", "Limbo", 1],
    "outcome_date": ["2026-10-09", "2026-09-09", "", "never"],
    "stage": ["final", "1st", "", "unknown", "moon"],
    "rapport": ["4", 4, "very warm", "", "-", "9"],
    "timeline_given": ["refused", "vague", ""],
    "promised_days": ["7", "", "-3"],
    "days_since_interview": ["", "", "9"],
    "applied": ["2026-09-01", ""],
    "channel": ["Fair", None],
}
ROW = st.fixed_dictionaries({name: st.sampled_from(cells) for name, cells in CELLS.items()})


@settings(max_examples=150, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=6), st.booleans(), st.booleans())
def test_rows_read_at_once_equal_rows_read_one_by_one(rows, interview_date, applications):
    flags = {"interview_date": interview_date, "applications": applications}
    once, singly = (RowReader(MODEL.catalogue, TODAY, "2026-11-24T10:00:00Z") for _ in range(2))
    columns = {name: [row[name] for row in rows] for name in CELLS}
    for number, found in enumerate(once.read_columns(columns, range(1, len(rows) + 1), **flags), 1):
        if found not in (AMBIGUOUS, DOUBTFUL):
            expected = singly.read_row(rows[number - 1], **flags)
            assert found == (expected and replace(expected, number=number))


def test_a_clean_table_is_read_at_once(journal, load, monkeypatch):
    monkeypatch.setattr(RowReader, "read_row", None)
    rows = "".join(f"C{i},{1 + i % 28}/05/2026,{1 + i % 5},offer,ok\n" for i in range(300))
    assert len(load(f"company,date,rapport,outcome,notes\n{rows}").added) == 300
    assert load(f"company,date,rapport,outcome,notes\n{rows}").unchanged == 300
