"""The calendar file: read back by a parser, updated by a later file, and without anything personal."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from helpers import CATALOGUE, set_day
from offerodds import Journal
from offerodds.journal import clock
from offerodds.journal.next_step import planned_steps
from offerodds.reporting.calendar_file import calendar_file

DAY = date(2026, 11, 2)
TODAY = DAY + timedelta(3)

pytestmark = pytest.mark.usefixtures("today")


def events(journal):
    """Return the events of the calendar file by their identifiers."""
    calendar = Calendar.from_ical(calendar_file(planned_steps(journal, clock.today(), CATALOGUE)))
    assert (calendar["version"], bool(calendar["prodid"])) == ("2.0", True)
    found = {str(event["uid"]): event for event in calendar.walk("VEVENT")}
    assert len(found) == len(calendar.subcomponents)
    return found


def test_days_are_all_day_events(journal):
    journal.add({"promised_days": 7}, company="Acme", role="Dev", date=DAY)
    found = events(journal)
    days = {str(event["summary"]): event for event in found.values()}
    assert {name: event["dtstart"].dt - DAY for name, event in days.items()} == {
        "Answer promised: Acme, Dev": timedelta(7),
        "Follow up: Acme, Dev": timedelta(8),
        "Close if still no answer: Acme, Dev": timedelta(37),
    }
    for event in found.values():
        assert event["dtend"].dt - event["dtstart"].dt == timedelta(1)
        assert event["dtstart"].params["VALUE"] == "DATE"


def test_what_is_overdue_is_on_the_present_day(journal, monkeypatch):
    journal.add({}, company="Acme", date=DAY)
    for days, purpose in ((20, "follow-up"), (90, "close")):
        set_day(monkeypatch, DAY + timedelta(days))
        found = {
            uid.partition("-")[2].partition("@")[0]: event["dtstart"].dt
            for uid, event in events(journal).items()
        }
        assert [name for name, day in found.items() if day == clock.today()] == [purpose]


def test_a_later_file_updates_the_events(journal, monkeypatch):
    number = journal.add({"promised_days": 7}, company="Acme", date=DAY).id
    before = events(journal)
    set_day(monkeypatch, DAY + timedelta(5))
    journal.edit(number, answers={"promised_days": 14}, company="Acme Ltd")
    after = events(journal)
    assert before.keys() == after.keys()
    for uid, event in after.items():
        assert event["sequence"] > before[uid]["sequence"]
        assert event["dtstamp"].dt > before[uid]["dtstamp"].dt
        assert event["dtstart"].dt > before[uid]["dtstart"].dt
        assert str(event["summary"]).endswith("Acme Ltd")


def test_the_identifiers_survive_an_export(journal, tmp_path):
    from offerodds.data.files import write_atomic
    from offerodds.journal.export import EXPORTERS
    from offerodds.journal.importing import import_into

    journal.add({}, company="Acme", date=DAY)
    write_atomic(tmp_path / "all.json", EXPORTERS[".json"](journal))
    with Journal(tmp_path / "other.db") as other:
        other.add({}, company="First")  # so that the numbers differ
        import_into(other, tmp_path / "all.json")
        assert events(journal).keys() <= events(other).keys()


def test_nothing_personal_but_company_and_role(journal):
    journal.add({"rapport": 4, "self_rating": 1}, company="Acme", date=DAY, notes="Ann was cold, +49 30 1234")
    text = calendar_file(planned_steps(journal, clock.today(), CATALOGUE)).decode()
    for private in ("Ann", "1234", "rapport", "warm", "%"):
        assert private not in text


@pytest.mark.parametrize(
    "company",
    [
        "a,b;c\\d",
        "a\r\nATTACH:http://x\nEND:VCALENDAR",
        "株式会社" * 30,
        "\x1b[31m\u202ered",
        '":;,',
        "\x85\u2028",
    ],
)
def test_any_text_stays_text(journal, company):
    journal.add({}, company=company, date=DAY)
    content = calendar_file(planned_steps(journal, clock.today(), CATALOGUE))
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    (first, *_) = events(journal).values()
    assert set(first) == {"UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "TRANSP", "CLASS"}
    plain = str(first["summary"]).removeprefix("Follow up: ")
    assert plain.startswith(company[:1] if company.isprintable() else ("a", "?", "interview of"))
    assert plain.isprintable()


def test_without_a_day_to_come_there_is_no_file(journal):
    journal.add({}, company="No day", date=None)
    journal.record(journal.add({}, company="Over", date=DAY).id, "rejected")
    assert calendar_file(planned_steps(journal, clock.today(), CATALOGUE)) == b""


def test_a_nameless_interview_is_named_by_its_day(journal):
    journal.add({}, date=DAY)
    summaries = [str(event["summary"]) for event in events(journal).values()]
    assert "Follow up: interview of 2 Nov 2026" in summaries
