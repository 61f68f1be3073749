"""The ``offerodds journal`` commands, as a person uses them."""

import json
import os
import re
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pexpect
import pytest

from helpers import CATALOGUE, ROOT
from offerodds import Journal, OfferModel
from offerodds.data.answers.forms import short_form
from offerodds.journal import clock

EXAMPLE = ROOT / "data" / "examples" / "interview.toml"
GOLDEN = ROOT / "tests" / "cli" / "golden"
TODAY = date(2026, 11, 24)
COMMANDS = [
    "add",
    "list",
    "show",
    "outcome",
    "event",
    "edit",
    "delete",
    "export",
    "import",
    "outlook",
    "score",
]
NOT_THERE = [
    [*command, "--journal", "slip/of/the.db"]
    for command in (
        ["list"],
        ["show", 1],
        ["outcome", 1, "offer"],
        ["event", 1, "heard-back"],
        ["edit", 1, "--role", "x"],
        ["delete", 1, "--yes"],
        ["export"],
        ["outlook"],
        ["score"],
    )
]


@pytest.fixture(autouse=True)
def today(monkeypatch):
    _set_day(monkeypatch, TODAY)


def _set_day(monkeypatch, day):
    monkeypatch.setattr(clock, "today", lambda: day)
    monkeypatch.setattr(clock, "now", lambda: f"{day}T12:00:00Z")


@pytest.fixture
def kept(offerodds, tmp_path, monkeypatch):
    """A journal after some weeks of interviews."""
    form = tmp_path / "plain.toml"
    form.write_text('rapport = "polite"\nstage = "first"\n', encoding="utf-8")
    _set_day(monkeypatch, TODAY - timedelta(40))
    for company, role in (("Byte", "Analyst"), ("Acme", "Engineer"), ("Lorem & Söhne", "")):
        assert offerodds("journal", "add", form, "--company", company, "--role", role).code == 0
    _set_day(monkeypatch, TODAY - timedelta(12))
    assert offerodds("journal", "outcome", 1, "rejected").code == 0
    assert offerodds("journal", "event", 2, "next-round").code == 0
    _set_day(monkeypatch, TODAY)
    added = offerodds(
        "journal", "add", EXAMPLE, "--company", "Acme", "--role", "engineer", "--notes", "call Ann"
    )
    assert added.code == 0
    return form


@pytest.mark.parametrize(
    ("name", "width", "arguments"),
    [
        ("journal_list", 80, ["list"]),
        ("journal_list_narrow", 48, ["list"]),
        ("journal_show", 80, ["show", 3]),
        ("journal_show_narrow", 48, ["show", 4]),
        ("journal_show_decided", 80, ["show", 1]),
        ("journal_outlook", 80, ["outlook"]),
        ("journal_score", 80, ["score"]),
    ],
)
def test_what_is_printed_is_what_was_agreed(name, width, arguments, offerodds, kept, monkeypatch, request):
    monkeypatch.setenv("COLUMNS", str(width))
    ran = offerodds("journal", *arguments)
    assert ran.code == 0, ran.err
    printed = re.sub(r"[ \t]+$", "", ran.out, flags=re.MULTILINE)
    golden = GOLDEN / f"{name}.txt"
    if request.config.getoption("--golden"):
        golden.write_text(printed, encoding="utf-8")
    assert printed == golden.read_text(encoding="utf-8")
    assert max(map(len, printed.splitlines())) <= width


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(offerodds, command):
    ran = offerodds("journal", command, "--help")
    assert ran.code == 0
    assert f"Example: offerodds journal {command}" in ran.out


def test_the_whole_loop_from_form_to_retrained_model(offerodds, tmp_path, own_folder, monkeypatch):
    for i in range(12):
        form = tmp_path / f"{i}.toml"
        form.write_text(f"rapport = {1 + i % 5}\n", encoding="utf-8")
        assert offerodds("journal", "add", form, "--company", f"C{i}").code == 0
    _set_day(monkeypatch, TODAY + timedelta(5))
    said = [offerodds("journal", "outcome", i + 1, "offer" if i % 5 >= 3 else "rejected") for i in range(12)]
    assert "offerodds train" not in said[3].out
    assert "offerodds train" in said[4].out
    assert "5 outcomes, the model has learned from 0" in said[4].out
    trained = offerodds("train")
    assert trained.code == 0, trained.err
    assert "Learned from 12 interviews: 4 with an offer, 8 without." in trained.out
    assert (own_folder / "model.json").exists()
    model = OfferModel.load(own_folder / "model.json")
    assert model.catalogue.silence.median_days < 10
    scored = json.loads(offerodds("journal", "score", "--json").out)
    assert scored["n_offer"] == 4
    assert scored["silence"]["learned"]["median_days"] == pytest.approx(model.catalogue.silence.median_days)
    assert "offerodds train" not in offerodds("journal", "outcome", 12, "offer").out


def test_training_without_table_or_journal_says_what_to_do(offerodds, own_folder):
    ran = offerodds("train")
    assert ran.code == 2
    assert "offerodds journal add" in ran.err
    assert not own_folder.exists()


def test_a_table_and_a_journal_are_not_mixed(offerodds, kept, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("rapport,outcome\n3,offer\n", encoding="utf-8")
    assert offerodds("train", table, "--journal", tmp_path / "j.db").code == 2


def test_any_journal_by_option(offerodds, tmp_path, own_folder):
    place = tmp_path / "elsewhere" / "mine.db"
    assert offerodds("journal", "add", EXAMPLE, "--journal", place).code == 0
    assert place.stat().st_mode & 0o777 == 0o600
    assert not (own_folder / "journal.db").exists()
    listed = json.loads(offerodds("journal", "list", "--journal", place, "--json").out)
    assert [each["id"] for each in listed["interviews"]] == [1]


def test_what_add_predicts_is_what_list_and_show_say_that_day(offerodds, kept):
    added = json.loads(offerodds("journal", "add", EXAMPLE, "--json").out)
    shown = json.loads(offerodds("journal", "show", added["id"], "--json").out)
    assert shown["prediction"] == added["prediction"]
    assert added["predictions"][0]["probability"] == added["prediction"]["probability"]
    assert added["date"] == str(TODAY - timedelta(8))  # the form says eight days ago
    chances = [each["probability"] for each in shown["if_silent"]]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == added["prediction"]["probability"]


def test_the_estimate_falls_with_silence_and_list_says_by_how_much(offerodds, kept, monkeypatch):
    _set_day(monkeypatch, TODAY + timedelta(30))
    content = json.loads(offerodds("journal", "list", "--json").out)
    assert content["counts"] == {"pending": 3, "rejected": 1}
    assert [each["status"] for each in content["interviews"]] == ["pending"] * 3 + ["rejected"]
    assert all(each["change"] < 0 for each in content["interviews"][:2])
    assert content["interviews"][0]["days_waited"] == 38


def test_pages_hold_twenty(offerodds, tmp_path, own_folder):
    with Journal(own_folder / "journal.db") as journal:
        for _ in range(41):
            journal.add({})
    seen = [
        each["id"]
        for page in (1, 2, 3)
        for each in json.loads(offerodds("journal", "list", "--page", page, "--json").out)["interviews"]
    ]
    assert seen == list(range(41, 0, -1))
    assert "Page 2 of 3" in offerodds("journal", "list", "--page", 2).out
    beyond = offerodds("journal", "list", "--page", 9)
    assert (beyond.code, beyond.out) == (0, "There is no page 9; the last is 3.\n")


def test_an_outcome_names_other_rounds_of_the_same_process(offerodds, kept):
    said = offerodds("journal", "outcome", 4, "rejected").out.replace("\n", " ")
    assert "Still pending" not in said  # 2 was an earlier round, which this closes
    assert json.loads(offerodds("journal", "show", 2, "--json").out)["status"] == "rejected"
    assert offerodds("journal", "outcome", 4, "pending").code == 0
    said = " ".join(offerodds("journal", "outcome", 2, "rejected").out.split())
    assert "Still pending with Acme, Engineer: 4, a later round. If this decides the process" in said


def test_an_outcome_can_be_taken_back_and_reopened(offerodds, kept):
    assert offerodds("journal", "outcome", 3, "ghosted").code == 0
    assert offerodds("journal", "outcome", 3, "offer").code == 0
    assert offerodds("journal", "outcome", 3, "pending").code == 0
    shown = json.loads(offerodds("journal", "show", 3, "--json").out)
    assert [event["kind"] for event in shown["events"]] == ["ghosted", "offer", "pending"]
    assert shown["status"] == "pending"
    assert shown["prediction"] is not None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["outcome", 99, "offer"], "no such interview"),
        (["show", 99], "no such interview"),
        (["show", 10**30], "no such interview"),
        (["list", "--page", 10**30], "--page"),
        (["outcome", 1, "offer", "--date", "2027-01-01"], "in the future"),
        (["outcome", 1, "offer", "--date", "2026-01-01"], "before the interview"),
        (["outcome", 1, "offer", "--date", "soon"], "not a date"),
        (["outcome", 1, "offer", "--date", "20.11.2026"], "expected a day written YYYY-MM-DD"),
        *((command, "no such journal") for command in NOT_THERE),
        (["edit", 1, "--date", "2026-11-20"], "before the interview"),
        (["edit", 1], "nothing to change"),
        (["edit", 1, "--set", "rapport"], "SIGNAL=ANSWER"),
        (["edit", 1, "--set", "raport=3"], "did you mean `rapport`?"),
        (["delete", 1], "--yes"),
        (["export", "x.xlsx"], "cannot write this format"),
        (["import", "none.csv"], "no such file"),
        (["import", "none.csv", "--column", "Firm"], "THEIRS=OURS"),
        (["add"], "no terminal to ask in"),
        (["add", "table.csv"], "offerodds journal import table.csv"),
        (["add", EXAMPLE, "--date", "2027-01-01"], "in the future"),
        (["outlook", "--level", "2"], "level"),
    ],
)
def test_bad_input_is_said_in_one_message_and_changes_nothing(offerodds, kept, arguments, said):
    before = offerodds("journal", "export", "--json").out
    ran = offerodds("journal", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert offerodds("journal", "export", "--json").out == before


def test_a_slip_in_the_name_of_a_journal_begins_none(offerodds, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in NOT_THERE:
        assert offerodds("journal", *command).code == 2
    assert not (tmp_path / "slip").exists()


def test_every_fault_of_an_entry_at_once(offerodds, tmp_path):
    form = tmp_path / "bad.toml"
    form.write_text('raport = 4\nmet_team = "perhaps"\n', encoding="utf-8")
    ran = offerodds("journal", "add", form, "--date", "31.12.2026")
    assert ran.code == 2
    assert ran.err.count("bad.toml") == 3


@pytest.mark.parametrize(("given_", "day"), [("yesterday", "2026-11-23"), ("2026-11-20", "2026-11-20")])
def test_the_date_wins_over_the_days_since_the_interview_in_the_form(offerodds, given_, day):
    ran = offerodds("journal", "add", EXAMPLE, "--date", given_)
    assert ran.code == 0, ran.err
    assert "days_since_interview in the form means 2026-11-16" in ran.out
    added = json.loads(offerodds("journal", "show", 1, "--json").out)
    assert added["date"] == day
    assert added["days_waited"] == (TODAY - date.fromisoformat(day)).days
    listed = json.loads(offerodds("journal", "add", EXAMPLE, "--date", given_, "--json").out)
    assert listed["remarks"][0].startswith("The date is the one you gave")


@pytest.mark.parametrize("given_", [["--date", "2026-11-16"], ["--date", ""], []])
def test_a_date_that_agrees_or_is_blank_needs_no_remark(offerodds, given_):
    ran = offerodds("journal", "add", EXAMPLE, *given_)
    assert (ran.code, "in the form means" in ran.out) == (0, False)
    assert json.loads(offerodds("journal", "show", 1, "--json").out)["date"] == "2026-11-16"


@pytest.mark.parametrize("days", ['"soon"', "-3", "1e9"])
def test_days_that_cannot_be_read_are_a_fault_also_beside_a_date(offerodds, tmp_path, days):
    form = tmp_path / "bad.toml"
    form.write_text(f"days_since_interview = {days}\n", encoding="utf-8")
    ran = offerodds("journal", "add", form, "--date", "2026-11-20")
    assert ran.code == 2
    assert "days_since_interview" in ran.err


def test_delete_takes_all_of_an_interview_away(offerodds, kept):
    assert offerodds("journal", "delete", 1, "--yes").out == "Deleted 1.\n"
    assert offerodds("journal", "show", 1).code == 2
    assert len(json.loads(offerodds("journal", "export", "--json").out)["interviews"]) == 3


def test_export_then_import_into_an_empty_journal_gives_identical_exports(offerodds, kept, tmp_path):
    for suffix in (".csv", ".json"):
        first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
        other = tmp_path / f"other{suffix}.db"
        assert offerodds("journal", "export", first).code == 0
        assert offerodds("journal", "import", first, "--journal", other).out == "Added 4 interviews.\n"
        again = offerodds("journal", "import", first, "--journal", other).out
        assert "Added 0 interviews." in again
        assert "In the journal already: 4 interviews." in again
        assert offerodds("journal", "export", second, "--journal", other).code == 0
        assert first.read_bytes() == second.read_bytes()
        assert first.stat().st_mode & 0o777 == 0o600


SHEET = "company,date,rapport,outcome\nÄon,2026-11-03,{},{}\nByte,2026-11-04,4,Limbo\n"


def test_a_sheet_is_imported_again_and_undone(offerodds, tmp_path):
    sheet = tmp_path / "jobs.csv"
    sheet.write_text(SHEET.format("2", ""), encoding="utf-8")
    meaning = ("--value", "Limbo=ghosted")
    assert "Added 2 interviews." in offerodds("journal", "import", sheet, *meaning).out
    sheet.write_text(SHEET.format("5", "rejected"), encoding="utf-8")
    again = offerodds("journal", "import", sheet, *meaning).out
    assert "Updated of those: 1." in again
    assert "`offerodds journal show` lists what changed of 1." in again
    shown = offerodds("journal", "show", 1).out
    assert "            rejected (day unknown)" in shown
    assert "give --yes" in offerodds("journal", "undo").err
    assert offerodds("journal", "undo", "--yes").out == "Removed 0 interviews, restored 1.\n"
    assert json.loads(offerodds("journal", "show", 1, "--json").out)["status"] == "pending"
    undone = offerodds("journal", "undo", "--yes", "--json").out
    assert json.loads(undone) == {"removed": 2, "restored": 0, "kept": []}
    assert "no import to undo" in offerodds("journal", "undo", "--yes").err


def test_bad_rows_of_a_sheet_go_to_another_table(offerodds, tmp_path):
    sheet, bad = tmp_path / "jobs.csv", tmp_path / "bad.csv"
    sheet.write_text(SHEET.format("4", ""), encoding="utf-8")
    refused = offerodds("journal", "import", sheet)
    assert (refused.code, "--skip-bad bad.csv" in refused.err) == (2, True)
    ran = offerodds("journal", "import", sheet, "--skip-bad", bad)
    assert "Added 1 interview." in ran.out
    assert f"Put aside in {bad}: 1 row" in ran.out.replace("\n", " ")
    assert "Byte" in bad.read_text(encoding="utf-8")


def test_an_interview_added_twice_is_remarked(offerodds, kept):
    first = ("journal", "add", kept, "--company", "Zeta", "--role", "Dev", "--date", "2026-11-20")
    assert "The same company" not in offerodds(*first).out
    said = offerodds(*first).out.replace("\n", " ")
    assert "The same company, role and day as 5: if it is the same interview" in said


def test_training_says_how_many_rounds_it_left_out(offerodds, kept):
    for number in (2, 4):
        assert offerodds("journal", "outcome", number, "rejected").code == 0
    said = " ".join(offerodds("train", "--no-validate").out.split())
    assert "Learned from 2 interviews: 0 with an offer, 2 without. Left out: 1 earlier round" in said


def test_a_spreadsheet_comes_in_by_a_mapping_of_its_columns(offerodds, tmp_path):
    sheet = tmp_path / "jobs.csv"
    sheet.write_text(
        "Firm;Day;How warm;Result;Colour\nÄon;03.11.2026;4;offer;red\nByte;04.11.2026;;waiting;blue\n",
        encoding="utf-8",
    )
    columns = ["--column", "Firm=company", "--column", "Day=date", "--column", "How warm=rapport"]
    ran = offerodds(
        "journal", "import", sheet, *columns, "--column", "Result=outcome", "--date-format", "%d.%m.%Y"
    )
    assert ran.code == 0, ran.err
    assert "Added 2 interviews." in ran.out
    assert "Columns not used: Colour." in ran.out
    content = json.loads(offerodds("journal", "list", "--json").out)
    waiting, decided = content["interviews"]
    assert (waiting["company"], waiting["days_waited"], len(waiting["predictions"])) == ("Byte", 20, 1)
    assert (decided["company"], decided["status"], decided["answers"]) == (
        "Äon",
        "offer",
        {"rapport": "warm"},
    )
    assert decided["predictions"] == []  # known before it was written down: no prediction


def test_outlook_over_the_pending_interviews(offerodds, kept):
    content = json.loads(offerodds("journal", "outlook", "--json").out)
    assert (content["n"], content["earlier_rounds"]) == (2, 1)
    assert sum(content["distribution"]) == pytest.approx(1)
    assert content["at_least_one"] < content["independent"]


def test_an_empty_journal_says_how_to_begin(offerodds):
    for command in ("list", "outlook"):
        ran = offerodds("journal", command)
        assert ran.code == 0
        assert "offerodds journal add" in ran.out
    assert offerodds("journal", "score").code == 0
    asked = [field for field in CATALOGUE.questions if field != "days_since_interview"]
    header = ["company", "role", "date", *asked, "outcome", "outcome_date", "notes", "recorded"]
    assert offerodds("journal", "export").out == ",".join(header) + "\n"


def test_the_form_is_asked_in_a_terminal(tmp_path):
    environment = os.environ | {"OFFERODDS_HOME": str(tmp_path), "TERM": "xterm", "COLUMNS": "100"}
    child = pexpect.spawn(
        sys.executable,
        ["-m", "offerodds", "journal", "add", "--role", "Dev"],
        env=environment,
        encoding="utf-8",
        timeout=60,
        dimensions=(40, 100),
    )
    child.expect("Company")
    child.send("Acme\r")
    child.expect("When was the interview")
    child.send("\r")
    child.expect("Which stage was it")
    for _ in range(len(short_form(CATALOGUE)) - 1):  # the day says how long it is since
        child.send("\r")
    child.expect("Written down as 1: Acme, Dev")
    child.expect(pexpect.EOF)
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.interview(1).predictions


def test_what_is_wrong_with_the_options_is_said_before_ten_questions_are_answered(tmp_path):
    environment = os.environ | {"OFFERODDS_HOME": str(tmp_path), "TERM": "xterm"}
    command = ["-m", "offerodds", "journal", "add", "--company", "A", "--role", "B", "--date", "2999-01-01"]
    child = pexpect.spawn(sys.executable, command, env=environment, encoding="utf-8", timeout=60)
    assert child.expect(["Enter skips", "in the future"]) == 1
    child.expect(pexpect.EOF)


def test_delete_asks_first(tmp_path, kept, own_folder):
    def answer(said):
        environment = os.environ | {"OFFERODDS_HOME": str(own_folder), "TERM": "xterm"}
        command = ["-m", "offerodds", "journal", "delete", "1"]
        child = pexpect.spawn(sys.executable, command, env=environment, encoding="utf-8", timeout=60)
        child.expect("Delete 1: Byte, Analyst.*cannot be undone")
        child.sendline(said)
        child.expect(pexpect.EOF)
        with Journal(own_folder / "journal.db") as journal:
            return len(journal)

    assert [answer("n"), answer("y")] == [4, 3]


def test_a_name_is_shown_and_never_obeyed(offerodds):
    name = "\x1b[31mRed\x1b[0m\nLtd \u05e9\u05dc\u05d5\u05dd"
    ran = [offerodds("journal", "add", EXAMPLE, "--company", name, "--notes", "\x1b[2J")]
    ran += [offerodds("journal", *each) for each in (["list"], ["show", 1], ["outcome", 1, "offer"])]
    for each in ran:
        assert "?[31mRed?[0m Ltd \u05e9\u05dc\u05d5\u05dd" in each.out
        assert "\x1b" not in each.out
    assert json.loads(offerodds("journal", "show", 1, "--json").out)["company"] == name


def test_a_name_cannot_turn_the_line_around(offerodds):
    assert "Ac?me?" in offerodds("journal", "add", EXAMPLE, "--company", "Ac\u202eme\u2066").out
    assert "Ac?me?" in offerodds("journal", "list").out


@pytest.mark.parametrize("width", [80, 66, 48, 40])
def test_names_give_way_to_numbers_however_wide_they_are(offerodds, tmp_path, monkeypatch, width):
    form = tmp_path / "plain.toml"
    form.write_text('rapport = "polite"\n', encoding="utf-8")
    names = ["\u682a\u5f0f\u4f1a\u793e" * 9, "A company with a name as long as it gets", "\U0001f680" * 30]
    for name, day in zip(names, ("2000-01-01", "2026-11-23", "2026-08-16"), strict=True):
        assert offerodds("journal", "add", form, "--company", name, "--date", day).code == 0
    offerodds("journal", "outcome", 2, "ghosted")
    monkeypatch.setenv("COLUMNS", str(width))
    listed = offerodds("journal", "list").out
    for number in (1, 2, 3):
        assert re.search(rf"^ ?{number}  ", listed, re.MULTILINE), listed
    for whole in ("9,824 days", "100 days", "never answered", "under 1%"):
        assert whole in listed
    shown = offerodds("journal", "show", 3).out
    assert re.search(r"^in 60 days +160 days +under 1%  [█#]", shown, re.MULTILINE), shown
    assert "…" not in shown.partition("if nothing")[2]
    assert "…" not in offerodds("journal", "outlook").out


def test_an_estimate_stands_on_the_day_it_was_made_where_the_person_is(offerodds, kept, monkeypatch):
    monkeypatch.setenv("TZ", "Etc/GMT+12")
    time.tzset()
    try:
        monkeypatch.setattr(clock, "now", lambda: f"{TODAY + timedelta(1)}T06:00:00Z")  # the evening before
        assert offerodds("journal", "add", EXAMPLE, "--company", "Late").code == 0
        shown = offerodds("journal", "show", 5).out
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert f"{TODAY}  estimate" in shown


def test_news_of_an_interview_given_up_says_how_to_reopen_it(offerodds, kept):
    assert "To reopen it" not in offerodds("journal", "event", 3, "heard-back").out
    assert offerodds("journal", "outcome", 3, "ghosted").code == 0
    said = offerodds("journal", "event", 3, "heard-back").out
    assert "Still never answered. To reopen it: offerodds journal outcome 3 pending" in said
    assert offerodds("journal", "outcome", 3, "offer").code == 0
    assert "To reopen it" not in offerodds("journal", "event", 3, "heard-back").out


def test_score_asks_for_training_only_while_it_would_change_something(offerodds, own_folder):
    with Journal(own_folder / "journal.db") as journal:
        for i in range(40):
            day = TODAY - timedelta(20 + 4 * i)
            number = journal.add({"rapport": 1 + i % 5, "timeline_given": "vague"}, date=day).id
            if i % 2:
                kind = ("offer", "rejected", "ghosted")[i % 3]
                journal.record(number, kind, day + timedelta(2 + i % 18))
    asks = "`offerodds train` puts your dates to use."
    assert asks in offerodds("journal", "score").out
    assert offerodds("train", "--no-validate").code == 0
    assert asks not in offerodds("journal", "score").out


def test_what_the_system_refuses_is_one_message(own_folder):
    command = [sys.executable, "-m", "offerodds", "journal", "list"]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stderr) == (1, "offerodds: no space left on device\n")
