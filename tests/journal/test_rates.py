"""The rates from stage to stage: what counts, what is open, and that applications are never lost."""

import json
from datetime import date, timedelta

import pytest

from offerodds import Journal
from offerodds.journal import clock
from offerodds.journal.export import export_json
from offerodds.journal.importing import import_into
from offerodds.journal.rates import NOT_RECORDED, journal_rates
from offerodds.journal.rows import read_applications
from offerodds.journal.undo import last_undoable, undo_last_change
from offerodds.reporting.journal import describe_change, rate_groups, rate_tables, rates_notes

TODAY = date(2026, 11, 24)
HEADER = "Company,Position,Date Applied,Source,Interview Date,Status\n"
TRACKER = (
    HEADER
    + "Nord,Dev,2026-09-01,LinkedIn,2026-09-15,Rejected after interview\n"
    + "Fabri,Dev,2026-09-02,linkedin,,Applied\n"
    + "Acme,Dev,2026-10-03,Referral,2026-10-20,Offer\n"
    + "Bolt,Dev,2026-11-20,Referral,2026-11-23,Interview\n"
    + "Late,Dev,2026-11-20,,,Applied\n"
)

pytestmark = pytest.mark.usefixtures("today")


def counts(rates):
    return {f"{each.start} to {each.end}": (each.reached, each.of, each.open) for each in rates}


def test_rates_of_a_tracker(journal, load):
    assert load(TRACKER).applications == 2
    rates = journal_rates(journal)
    assert counts(rates.overall) == {"applied to interview": (2, 3, 2), "interview to offer": (1, 2, 1)}
    assert (rates.applications, rates.without_application) == (5, 0)
    assert [*rates.by_month] == ["2026-09", "2026-10", "2026-11"]
    assert [*rates.by_channel] == ["LinkedIn", "Referral", NOT_RECORDED]
    assert counts(rates.by_channel["LinkedIn"])["applied to interview"] == (1, 2, 0)


def test_an_interview_without_a_company_meets_its_application(journal, load):
    rows = "A,Dev,2026-09-02,Rejected\n,Dev,2026-09-02,Rejected\n,QA,2026-09-05,Offer\nWayne,Dev,,Applied\n"
    load(f"Company,Role,Date,Status\n{rows}")
    rates = journal_rates(journal)
    assert (rates.applications, rates.without_application) == (4, 0)
    assert counts(rates.overall)["applied to interview"][:2] == (3, 4)


def test_the_last_twelve_months_are_shown_from_five_jobs_on(journal, load):
    months = [f"{2025 + (i + 8) // 12}-{(i + 8) % 12 + 1:02}" for i in range(14)]  # from Sep 2025
    for n in (4, 14):
        load(HEADER + "".join(f"C{i},Dev,{month}-01,,,\n" for i, month in enumerate(months[-n:])))
        rates = journal_rates(journal)
        _overall, shown, _channels = rate_tables(rates)
        assert [*shown] == (months[2:] if n == 14 else [])
        assert ("Only the last 12 months are shown." in rates_notes(rates)) == (n == 14)
    assert rate_groups(shown)[-1] == ("Oct 2026", [("applied, then interviewed", "0 of 1", "", "", "")])


def test_an_early_answer_to_a_recent_application_does_not_count_before_the_late_ones(journal, load):
    rows = "".join(f"C{i},Dev,{TODAY - timedelta(5)},,{TODAY if i < 5 else ''},\n" for i in range(20))
    load(HEADER + rows)
    assert counts(journal_rates(journal).overall)["applied to interview"] == (0, 0, 20)


def test_a_share_is_shown_from_five_on_and_lies_in_its_interval(journal, load):
    for n, is_shown in ((4, False), (5, True)):
        load(HEADER + "".join(f"C{i},Dev,2026-09-0{1 + i},,,Applied\n" for i in range(n)))
        (applied, _) = journal_rates(journal).overall
        assert (applied.rate is not None) == is_shown
        assert (applied.to_dict()["low"] is not None) == is_shown
        assert applied.low <= applied.reached / applied.of <= applied.high


def test_later_interviews_and_withdrawals(journal):
    for company, day, stage in (
        ("A", "2026-09-01", "first"),
        ("A", "2026-09-20", "final"),
        ("B", "2026-09-02", "onsite"),
        ("C", "2026-09-03", "first"),
        ("D", "2026-09-04", "first"),
    ):
        journal.add({"stage": stage}, company=company, date=day)
    for number, kind in ((2, "offer"), (3, "rejected"), (4, "withdrew")):
        journal.record(number, kind, "2026-10-01")
    journal.record(5, "next-round")  # an invitation shows that the process went on
    assert counts(journal_rates(journal).overall) == {
        "interview to later interview or offer": (3, 3, 0),
        "later interview to offer": (1, 2, 1),
        "interview to offer": (1, 2, 1),
    }


def test_the_way_is_known_from_the_sign_of_a_referral(journal):
    for i, answer in enumerate(["yes", "no", "no", None]):
        journal.add({"referred": answer} if answer else {}, company=f"C{i}", date="2026-09-01")
    rates = journal_rates(journal)
    assert {name: each[0].open for name, each in rates.by_channel.items()} == {
        "not referred": 2,
        "referred": 1,
        NOT_RECORDED: 1,
    }
    assert "No applications are recorded" in " ".join(rates_notes(rates))


def test_an_interview_added_by_hand_meets_its_application(journal, load):
    load(TRACKER)
    journal.add({}, company="fabri", role="DEV", date="2026-10-01")
    journal.add({}, company="Elsewhere", date="2026-10-01")
    rates = journal_rates(journal)
    assert counts(rates.overall)["applied to interview"] == (3, 3, 2)
    assert rates.without_application == 1
    assert "Not in the first rate: 1 interviewed job" in " ".join(rates_notes(rates))


def test_importing_again_doubles_no_application_and_undo_restores_the_earlier_one(journal, load):
    load(TRACKER)
    before = read_applications(journal)
    load(TRACKER)
    assert read_applications(journal) == before
    load(TRACKER.replace("2026-09-02,linkedin", "2026-09-02,Fair"))
    assert {each.channel for each in read_applications(journal).values()} >= {"Fair"}
    assert "1 application" in describe_change(journal, last_undoable(journal))
    undo_last_change(journal)
    assert read_applications(journal) == before
    undo_last_change(journal)
    assert not read_applications(journal)


def test_a_json_export_contains_the_applications(journal, load, tmp_path):
    load(TRACKER)
    path = tmp_path / "export.json"
    path.write_text("".join(export_json(journal)), encoding="utf-8")
    with Journal(tmp_path / "copy.db") as copy:
        import_into(copy, path)
        assert read_applications(copy) == read_applications(journal)
        assert "".join(export_json(copy)) == "".join(export_json(journal))
    older = json.loads(path.read_text()) | {"schema": 2}
    del older["applications"]
    path.write_text(json.dumps(older), encoding="utf-8")
    with Journal(tmp_path / "older.db") as copy:
        assert len(import_into(copy, path).added) == 3


def test_columns_of_applications_can_be_mapped_and_what_is_no_day_is_remarked_on(journal, load):
    text = "Firm,Where,Sent,Outcome\nNord,Fair,soon,Applied\n"
    text += "Byte,Fair,13/09/2026,Applied\nZip,Fair,01/09/2026,Applied\n"
    done = load(text, mapping={"Firm": "company", "Where": "channel", "Sent": "applied"})
    assert "the day of application in 1 row is not a date up to today, such as 'soon'" in done.remarks
    days = {each.company: each.applied for each in read_applications(journal).values()}
    assert days == {"Nord": None, "Byte": date(2026, 9, 13), "Zip": date(2026, 9, 1)}


def test_an_interview_to_come_is_not_reached_before_its_day(journal, load, monkeypatch):
    load(HEADER + "Acme,Dev,2026-09-01,,,Applied\nBolt,Dev,2026-09-02,,2026-09-20,Interview\n")
    for company, role in (("Acme", "Dev"), ("Bolt", "Dev"), ("Solo", "")):  # an application, a round, neither
        journal.add({}, company=company, role=role, date=TODAY + timedelta(9))
    before = journal_rates(journal)
    assert counts(before.overall) == {"applied to interview": (1, 1, 1), "interview to offer": (0, 0, 1)}
    assert (before.without_application, [*before.by_month]) == (0, [])
    monkeypatch.setattr(clock, "today", lambda: TODAY + timedelta(9))
    after = counts(journal_rates(journal).overall)
    assert after["applied to interview"] == (2, 2, 0)
    assert after["interview to later interview or offer"] == (1, 1, 2)
