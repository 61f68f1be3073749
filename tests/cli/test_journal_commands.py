"""The ``offerodds journal`` commands, from the user's side."""

import codecs
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

from helpers import CATALOGUE, ROOT, set_day
from offerodds import Journal, OfferModel
from offerodds.data.answers.forms import short_form
from offerodds.journal import clock
from offerodds.reporting.labels import format_day

pytestmark = pytest.mark.usefixtures("today")

EXAMPLE = ROOT / "data" / "examples" / "interview.toml"
GOLDEN = ROOT / "tests" / "cli" / "golden"
TODAY = date(2026, 11, 24)
COMMANDS = [
    "add",
    "list",
    "show",
    "outcome",
    "event",
    "calendar",
    "edit",
    "delete",
    "export",
    "import",
    "outlook",
    "score",
]
MISSING_JOURNAL = [
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


@pytest.fixture
def filled_journal(offerodds, tmp_path, monkeypatch):
    """A journal with some weeks of interviews."""
    form = tmp_path / "plain.toml"
    form.write_text('rapport = "polite"\nstage = "first"\n', encoding="utf-8")
    set_day(monkeypatch, TODAY - timedelta(40))
    for company, role in (("Byte", "Analyst"), ("Acme", "Engineer"), ("Lorem & Söhne", "")):
        assert offerodds("journal", "add", form, "--company", company, "--role", role).code == 0
    set_day(monkeypatch, TODAY - timedelta(12))
    assert offerodds("journal", "outcome", 1, "rejected").code == 0
    assert offerodds("journal", "event", 2, "next-round").code == 0
    set_day(monkeypatch, TODAY)
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
def test_output_matches_golden_file(name, width, arguments, offerodds, filled_journal, monkeypatch, request):
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


def test_add_outcome_train_and_score(offerodds, tmp_path, data_home, monkeypatch):
    for i in range(12):
        form = tmp_path / f"{i}.toml"
        form.write_text(f"rapport = {1 + i % 5}\n", encoding="utf-8")
        assert offerodds("journal", "add", form, "--company", f"C{i}").code == 0
    set_day(monkeypatch, TODAY + timedelta(5))
    recorded = [
        offerodds("journal", "outcome", i + 1, "offer" if i % 5 >= 3 else "rejected") for i in range(12)
    ]
    assert "offerodds train" not in recorded[3].out
    assert "offerodds train" in recorded[4].out
    assert "5 outcomes; the model has learned from 0" in recorded[4].out
    trained = offerodds("train")
    assert trained.code == 0, trained.err
    assert "Learned from 12 interviews: 4 with an offer, 8 without." in trained.out
    assert (data_home / "model.json").exists()
    model = OfferModel.load(data_home / "model.json")
    assert model.catalogue.silence.median_days < 10
    scored = json.loads(offerodds("journal", "score", "--json").out)
    assert scored["n_offer"] == 4
    assert scored["silence"]["learned"]["median_days"] == pytest.approx(model.catalogue.silence.median_days)
    assert "offerodds train" not in offerodds("journal", "outcome", 12, "offer").out


def test_train_without_table_or_journal_explains_the_remedy(offerodds, data_home):
    ran = offerodds("train")
    assert ran.code == 2
    assert "offerodds journal add" in ran.err
    assert not data_home.exists()


def test_train_rejects_table_with_journal(offerodds, filled_journal, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("rapport,outcome\n3,offer\n", encoding="utf-8")
    assert offerodds("train", table, "--journal", tmp_path / "j.db").code == 2


def test_journal_option(offerodds, tmp_path, data_home):
    place = tmp_path / "elsewhere" / "mine.db"
    assert offerodds("journal", "add", EXAMPLE, "--journal", place).code == 0
    assert place.stat().st_mode & 0o777 == 0o600
    assert not (data_home / "journal.db").exists()
    listed = json.loads(offerodds("journal", "list", "--journal", place, "--json").out)
    assert [each["id"] for each in listed["interviews"]] == [1]


def test_add_list_and_show_agree_on_the_same_day(offerodds, filled_journal):
    added = json.loads(offerodds("journal", "add", EXAMPLE, "--json").out)
    shown = json.loads(offerodds("journal", "show", added["id"], "--json").out)
    assert shown["prediction"] == added["prediction"]
    assert added["predictions"][0]["probability"] == added["prediction"]["probability"]
    assert added["date"] == str(TODAY - timedelta(8))  # the form says eight days ago
    chances = [each["probability"] for each in shown["if_silent"]]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] == added["prediction"]["probability"]


def test_list_shows_how_far_silence_lowers_the_estimate(offerodds, filled_journal, monkeypatch):
    set_day(monkeypatch, TODAY + timedelta(30))
    content = json.loads(offerodds("journal", "list", "--json").out)
    assert content["counts"] == {"pending": 3, "rejected": 1}
    assert [each["status"] for each in content["interviews"]] == ["pending"] * 3 + ["rejected"]
    assert all(each["change"] < 0 for each in content["interviews"][:2])
    assert content["interviews"][0]["days_waited"] == 38


def test_list_has_twenty_interviews_per_page(offerodds, tmp_path, data_home):
    with Journal(data_home / "journal.db") as journal:
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
    assert (beyond.code, beyond.out) == (0, "There is no page 9; the last page is 3.\n")


def test_outcome_points_to_later_rounds_of_the_process(offerodds, filled_journal):
    printed = offerodds("journal", "outcome", 4, "rejected").out.replace("\n", " ")
    assert "still pending" not in printed  # 2 is an earlier round, so it is closed, too
    assert json.loads(offerodds("journal", "show", 2, "--json").out)["status"] == "rejected"
    assert offerodds("journal", "outcome", 4, "pending").code == 0
    printed = " ".join(offerodds("journal", "outcome", 2, "rejected").out.split())
    assert "A later round with Acme, Engineer (interview 4) is still pending. If this decides" in printed


def test_outcome_can_be_changed_and_removed(offerodds, filled_journal):
    assert offerodds("journal", "outcome", 3, "ghosted").code == 0
    assert offerodds("journal", "outcome", 3, "offer").code == 0
    assert offerodds("journal", "outcome", 3, "pending").code == 0
    shown = json.loads(offerodds("journal", "show", 3, "--json").out)
    assert [event["kind"] for event in shown["events"]] == ["ghosted", "offer", "pending"]
    assert shown["status"] == "pending"
    assert shown["prediction"] is not None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["outcome", 99, "offer"], "no such interview"),
        (["show", 99], "no such interview"),
        (["show", 10**30], "no such interview"),
        (["list", "--page", 10**30], "--page"),
        (["outcome", 1, "offer", "--date", "2027-01-01"], "in the future"),
        (["outcome", 1, "offer", "--date", "2026-01-01"], "before the interview"),
        (["outcome", 1, "offer", "--date", "soon"], "not a date"),
        (["outcome", 1, "offer", "--date", "20.11.20260"], "expected a date written as YYYY-MM-DD"),
        *((command, "no such journal") for command in MISSING_JOURNAL),
        (["edit", 1, "--date", "2026-11-20"], "before the interview"),
        (["edit", 1], "nothing to change"),
        (["edit", 1, "--set", "rapport"], "SIGN=ANSWER"),
        (["edit", 1, "--set", "raport=3"], "did you mean `rapport`?"),
        (["delete", 1], "--yes"),
        (["export", "x.ods"], "cannot write this format"),
        (["import", "none.csv"], "no such file"),
        (["import", "none.csv", "--column", "Firm"], "THEIRS=OURS"),
        (["add"], "no terminal to ask in"),
        (["add", "table.csv"], "offerodds journal import table.csv"),
        (["add", EXAMPLE, "--date", "2027-01-01"], "in the future"),
        (["outlook", "--level", "0"], "level"),
    ],
)
def test_invalid_input_gives_one_message_and_changes_nothing(offerodds, filled_journal, arguments, message):
    before = offerodds("journal", "export", "--json").out
    ran = offerodds("journal", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert "Traceback" not in ran.err
    assert offerodds("journal", "export", "--json").out == before


def test_misspelt_journal_path_creates_no_journal(offerodds, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for command in MISSING_JOURNAL:
        assert offerodds("journal", *command).code == 2
    assert not (tmp_path / "slip").exists()


def test_add_reports_all_faults_at_once(offerodds, tmp_path):
    form = tmp_path / "bad.toml"
    form.write_text('raport = 4\nmet_team = "perhaps"\n', encoding="utf-8")
    ran = offerodds("journal", "add", form, "--date", "31.12.2026")
    assert ran.code == 2
    assert ran.err.count("bad.toml") == 3


@pytest.mark.parametrize(("date_option", "day"), [("yesterday", "2026-11-23"), ("2026-11-20", "2026-11-20")])
def test_date_option_overrides_days_since_interview(offerodds, date_option, day):
    ran = offerodds("journal", "add", EXAMPLE, "--date", date_option)
    assert ran.code == 0, ran.err
    assert "days_since_interview in the form would mean 2026-11-16" in ran.out
    added = json.loads(offerodds("journal", "show", 1, "--json").out)
    assert added["date"] == day
    assert added["days_waited"] == (TODAY - date.fromisoformat(day)).days
    listed = json.loads(offerodds("journal", "add", EXAMPLE, "--date", date_option, "--json").out)
    assert listed["remarks"][0].startswith("Used your --date")


@pytest.mark.parametrize("date_option", [["--date", "2026-11-16"], ["--date", ""], []])
def test_matching_or_blank_date_gives_no_remark(offerodds, date_option):
    ran = offerodds("journal", "add", EXAMPLE, *date_option)
    assert (ran.code, "in the form would mean" in ran.out) == (0, False)
    assert json.loads(offerodds("journal", "show", 1, "--json").out)["date"] == "2026-11-16"


@pytest.mark.parametrize("days", ['"soon"', "-3", "1e9"])
def test_invalid_days_are_rejected_even_with_a_date(offerodds, tmp_path, days):
    form = tmp_path / "bad.toml"
    form.write_text(f"days_since_interview = {days}\n", encoding="utf-8")
    ran = offerodds("journal", "add", form, "--date", "2026-11-20")
    assert ran.code == 2
    assert "days_since_interview" in ran.err


def test_a_dry_run_ends_as_the_import_would_and_leaves_no_file(offerodds, tmp_path, data_home):
    sheet = tmp_path / "jobs.csv"
    rows = "A,2026-09-01,Limbo\nB,2026-09-02,limbo\nC,2026-09-03,rejected\nD,,Applied\n"
    sheet.write_text(f"Employer,Interview Date,Status\n{rows}", encoding="utf-8")
    tried = offerodds("journal", "import", sheet, "--dry-run")
    assert tried.code == 2
    assert "in 2 rows; seen 'Limbo'" in tried.err
    assert tried == offerodds("journal", "import", sheet, "--journal", tmp_path / "another.db")
    bad = tmp_path / "bad.csv"
    ran = offerodds("journal", "import", sheet, "--dry-run", "--skip-bad", bad)
    assert ran.out.splitlines()[:2] == [
        "Would add 1 interview.",
        "1 application without an interview counts in the rates only.",
    ]
    assert ran.out.count("To be skipped: ") == 1
    assert "in 2 rows; seen 'Limbo'" in ran.out
    assert "Columns recognised: Employer = company, Interview Date = date, Status = outcome." in ran.err
    assert ran.out.endswith("Nothing was saved (--dry-run).\n")
    assert not bad.exists()
    assert not (data_home / "journal.db").exists()
    tried, done = (
        json.loads(offerodds("journal", "import", sheet, *options, "--json", "--skip-bad", bad).out)
        for options in (["--dry-run"], [])
    )
    assert tried | {"faults": []} == done


def test_an_export_for_excel_begins_with_a_mark_and_is_imported_again(offerodds, filled_journal, tmp_path):
    assert offerodds("journal", "export", tmp_path / "mine.csv", "--excel").code == 0
    assert (tmp_path / "mine.csv").read_bytes().startswith(codecs.BOM_UTF8)
    ran = offerodds("journal", "import", tmp_path / "mine.csv")
    assert "Already in the journal: 4 interviews." in ran.out
    offerodds("journal", "export", tmp_path / "plain.csv")
    assert (tmp_path / "mine.csv").read_text("utf-8-sig") == (tmp_path / "plain.csv").read_text("utf-8")


def test_delete_removes_everything_about_an_interview(offerodds, filled_journal):
    assert offerodds("journal", "delete", 1, "--yes").out.startswith("Deleted 1. To undo this: ")
    assert offerodds("journal", "show", 1).code == 2
    assert len(json.loads(offerodds("journal", "export", "--json").out)["interviews"]) == 3
    assert "add --yes to undo this: deleted 1: Byte, Analyst (" in offerodds("journal", "undo").err
    assert offerodds("journal", "undo", "--yes").out.startswith("Undone: deleted 1: Byte, Analyst (")
    assert offerodds("journal", "show", 1).code == 0
    assert offerodds("journal", "delete", 1, "--yes", "--for-good").out == "Erased 1.\n"
    assert "no such interview" in offerodds("journal", "delete", 1, "--yes", "--for-good").err
    assert "deleted" not in offerodds("journal", "undo").err


def test_export_import_round_trip(offerodds, filled_journal, tmp_path):
    for suffix in (".csv", ".json"):
        first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
        other = tmp_path / f"other{suffix}.db"
        assert offerodds("journal", "export", first).code == 0
        ran = offerodds("journal", "import", first, "--journal", other)
        assert ran.out == "Added 4 interviews.\n"
        assert f"offerodds journal undo --journal {other}" in ran.err
        again = offerodds("journal", "import", first, "--journal", other).out
        assert "Added 0 interviews." in again
        assert "Already in the journal: 4 interviews." in again
        assert offerodds("journal", "export", second, "--journal", other).code == 0
        assert first.read_bytes() == second.read_bytes()
        assert first.stat().st_mode & 0o777 == 0o600


SHEET = "company,date,rapport,outcome\nÄon,2026-11-03,{},{}\nByte,2026-11-04,4,Limbo\n"


def test_spreadsheet_is_imported_again_and_undone(offerodds, tmp_path):
    sheet = tmp_path / "jobs.csv"
    sheet.write_text(SHEET.format("2", ""), encoding="utf-8")
    meaning = ("--value", "Limbo=ghosted")
    assert "Added 2 interviews." in offerodds("journal", "import", sheet, *meaning).out
    sheet.write_text(SHEET.format("5", "rejected"), encoding="utf-8")
    again = offerodds("journal", "import", sheet, *meaning).out
    assert "Updated: 1 of them." in again
    assert "To see what changed: offerodds journal show ID (updated: 1)" in again
    shown = offerodds("journal", "show", 1).out
    assert "day unknown  rejected" in shown
    assert "add --yes" in offerodds("journal", "undo").err
    assert offerodds("journal", "undo", "--yes").out.endswith("Removed 0 interviews, restored 1.\n")
    assert json.loads(offerodds("journal", "show", 1, "--json").out)["status"] == "pending"
    undone = offerodds("journal", "undo", "--yes", "--json").out
    assert json.loads(undone) == {
        "removed": 2,
        "restored": 0,
        "kept": [],
        "change": "import",
        "interview": None,
    }
    assert "nothing to undo" in offerodds("journal", "undo", "--yes").err
    assert "no import to undo" in offerodds("journal", "undo", "--import", "--yes").err


def test_bad_rows_of_a_spreadsheet_are_written_to_another_table(offerodds, tmp_path):
    sheet, bad = tmp_path / "jobs.csv", tmp_path / "bad.csv"
    sheet.write_text(SHEET.format("4", ""), encoding="utf-8")
    refused = offerodds("journal", "import", sheet)
    assert (refused.code, "--skip-bad bad.csv" in refused.err) == (2, True)
    ran = offerodds("journal", "import", sheet, "--skip-bad", bad)
    assert "Added 1 interview." in ran.out
    assert f"Skipped 1 row; see {bad} for the reasons." in ran.out
    assert "Byte" in bad.read_text(encoding="utf-8")


def test_duplicate_interview_is_asked_about_before_it_is_saved(offerodds, filled_journal, data_home):
    first = ("journal", "add", filled_journal, "--company", "Zeta", "--role", "Dev", "--date", "2026-11-20")
    assert offerodds(*first).code == 0
    again = offerodds(*first[:4], "zeta ", *first[5:])
    assert again.code == 2
    assert "Interview 5 has the same company, role and day; add --yes to save it all the same" in again.err
    with Journal(data_home / "journal.db") as journal:
        assert len(journal) == 5
    assert "Saved as interview 6" in offerodds(*first, "--yes").out
    assert "Interviews 5 and 6 have the same" in offerodds(*first).err


def test_a_blank_form_with_a_company_is_asked_about_unless_it_is_planned(offerodds, tmp_path, data_home):
    form = tmp_path / "blank.json"
    form.write_text('{"rapport": ""}', encoding="utf-8")
    add = ("journal", "add", form, "--company", "Acme", "--date")
    refused = offerodds(*add, "2026-11-20")
    assert refused.code == 2
    assert "Nothing is answered in blank.json; add --yes to save it all the same" in refused.err
    assert "Saved as interview 1" in offerodds(*add, "2026-11-20", "--yes").out
    both = offerodds(*add, "2026-11-20").err
    assert "Nothing is answered in blank.json. Interview 1 has the same company, role and day; add" in both
    assert "Saved as interview 2" in offerodds(*add, clock.today() + timedelta(9)).out


def test_a_blank_interview_is_asked_about_in_a_terminal(terminal, tmp_path, data_home):
    (tmp_path / "blank.toml").write_text("# nothing\nrapport = ''\n", encoding="utf-8")

    def answer(reply):
        child = terminal("journal", "add", "blank.toml", columns=200)
        child.expect("Nothing is answered in blank.toml .*, and company and role are blank. Save it all")
        child.sendline(reply)
        code = child.finish()
        with Journal(data_home / "journal.db") as journal:
            return code, len(journal)

    assert [answer("n"), answer("y")] == [(1, 0), (0, 1)]


def test_train_reports_omitted_rounds(offerodds, filled_journal):
    for number in (2, 4):
        assert offerodds("journal", "outcome", number, "rejected").code == 0
    printed = " ".join(offerodds("train", "--no-validate").out.split())
    assert "Learned from 2 interviews: 0 with an offer, 2 without. Left out: 1 earlier round" in printed


def test_train_says_when_only_the_reply_dates_are_used(offerodds, filled_journal):
    used, changes = "Your reply dates are used; the weights are not.", "Biggest changes: "
    for arguments, shown in (("default", {used}), ("default --details", {used, changes}), ("level", set())):
        printed = offerodds("train", "--no-validate", "--use", *arguments.split()).out
        assert {text for text in (used, changes) if text in printed} == shown


def test_import_maps_columns_of_a_spreadsheet(offerodds, tmp_path):
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
    assert decided["predictions"] == []  # the outcome was known when it was added, so there is no prediction


def test_outlook_of_pending_interviews(offerodds, filled_journal):
    content = json.loads(offerodds("journal", "outlook", "--json").out)
    assert (content["n"], content["earlier_rounds"]) == (2, 1)
    assert sum(content["distribution"]) == pytest.approx(1)
    assert content["at_least_one"] < content["independent"]


def test_empty_journal_prints_a_hint(offerodds):
    for command in ("list", "outlook"):
        ran = offerodds("journal", command)
        assert ran.code == 0
        assert "offerodds journal add" in ran.out
    assert offerodds("journal", "score").code == 0
    asked = [field for field in CATALOGUE.questions if field != "days_since_interview"]
    header = ["company", "role", "date", *asked, "outcome", "outcome_date", "notes", "recorded"]
    assert offerodds("journal", "export").out == ",".join(header) + "\n"


def test_add_asks_for_the_form_in_a_terminal(tmp_path):
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
    for _ in range(len(short_form(CATALOGUE)) - 1):  # the date replaces days_since_interview
        child.send("\r")
    child.expect("Nothing is answered. Save it all the same")
    child.sendline("y")
    child.expect("Saved as interview 1: Acme, Dev")
    child.expect(pexpect.EOF)
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.interview(1).predictions


def test_option_faults_are_reported_before_the_questions(terminal):
    child = terminal("journal", "add", "--company", "A", "--role", "B", "--date", "2999-01-01")
    assert child.expect(["Press Enter to skip", "in the future"]) == 1
    assert child.finish() == 2


def test_delete_asks_for_confirmation(terminal, filled_journal, data_home):
    def answer(reply):
        child = terminal("journal", "delete", "1")
        child.expect("Delete 1: Byte, Analyst")
        child.sendline(reply)
        child.finish()
        with Journal(data_home / "journal.db") as journal:
            return len(journal)

    assert [answer("n"), answer("y")] == [4, 3]


def test_escape_sequences_in_names_are_not_printed(offerodds):
    name = "\x1b[31mRed\x1b[0m\nLtd \u05e9\u05dc\u05d5\u05dd"
    ran = [offerodds("journal", "add", EXAMPLE, "--company", name, "--notes", "\x1b[2J")]
    ran += [offerodds("journal", *each) for each in (["list"], ["show", 1], ["outcome", 1, "offer"])]
    for each in ran:
        assert "?[31mRed?[0m Ltd \u05e9\u05dc\u05d5\u05dd" in each.out
        assert "\x1b" not in each.out
    assert json.loads(offerodds("journal", "show", 1, "--json").out)["company"] == name


def test_bidirectional_controls_in_names_are_not_saved(offerodds):
    assert "Acme" in offerodds("journal", "add", EXAMPLE, "--company", "Ac\u202eme\u2066").out
    assert "Acme" in offerodds("journal", "list").out


@pytest.mark.parametrize("width", [80, 66, 48, 40])
def test_wide_names_are_cut_and_numbers_are_not(offerodds, tmp_path, monkeypatch, width):
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
    assert "…" not in shown.partition("with no news")[2]
    assert "…" not in offerodds("journal", "outlook").out


def test_estimates_have_the_local_date(offerodds, filled_journal, monkeypatch):
    monkeypatch.setenv("TZ", "Etc/GMT+12")
    time.tzset()
    try:
        monkeypatch.setattr(clock, "now", lambda: f"{TODAY + timedelta(1)}T06:00:00Z")  # the evening before
        assert offerodds("journal", "add", EXAMPLE, "--company", "Late").code == 0
        shown = offerodds("journal", "show", 5).out
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()
    assert f"{format_day(TODAY)}  estimate" in shown


def test_news_of_a_ghosted_interview_explains_how_to_reopen_it(offerodds, filled_journal):
    assert "To reopen it" not in offerodds("journal", "event", 3, "heard-back").out
    assert offerodds("journal", "outcome", 3, "ghosted").code == 0
    printed = offerodds("journal", "event", 3, "heard-back").out
    assert "Still never answered. To reopen it: offerodds journal outcome 3 pending" in printed
    assert offerodds("journal", "outcome", 3, "offer").code == 0
    assert "To reopen it" not in offerodds("journal", "event", 3, "heard-back").out


def test_score_suggests_training_only_while_dates_are_unused(offerodds, data_home):
    with Journal(data_home / "journal.db") as journal:
        for i in range(40):
            day = TODAY - timedelta(20 + 4 * i)
            number = journal.add({"rapport": 1 + i % 5, "timeline_given": "vague"}, date=day).id
            if i % 2:
                kind = ("offer", "rejected", "ghosted")[i % 3]
                journal.record(number, kind, day + timedelta(2 + i % 18))
    hint = "To use your dates, run: offerodds train"
    assert hint in offerodds("journal", "score").out
    assert offerodds("train", "--no-validate").code == 0
    assert hint not in offerodds("journal", "score").out


def test_full_disk_gives_one_message(data_home):
    command = [sys.executable, "-m", "offerodds", "journal", "list"]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stderr) == (1, "offerodds: no space left on device\n")


def test_next_steps_are_shown_and_recorded(offerodds, filled_journal, monkeypatch):
    set_day(monkeypatch, TODAY - timedelta(30))
    form = filled_journal.with_name("promise.toml")
    form.write_text("promised_days = 7\n", encoding="utf-8")
    assert offerodds("journal", "add", form, "--company", "Fig", "--role", "Dev").code == 0
    set_day(monkeypatch, TODAY - timedelta(22))
    shown = " ".join(offerodds("journal", "show", 5).out.split())
    assert "Next: follow up. Day 8 of silence. They promised day 7; half of answers come by day 10." in shown
    assert "interview on 25 October for the role of Dev at Fig." in shown
    assert "When you have sent it: offerodds journal event 5 followed-up" in shown
    assert "Due: follow up · 5 Fig, Dev" in offerodds("journal", "list").out
    done = " ".join(offerodds("journal", "event", 5, "followed-up").out.split())
    assert "5: Fig, Dev: you followed up, 2 Nov 2026." in done
    assert "Nothing to do until 1 Dec 2026, the day to close it." in done
    assert "Due: follow up · 5" not in offerodds("journal", "list").out
    set_day(monkeypatch, TODAY + timedelta(7))
    assert "To close it: offerodds journal outcome 5 ghosted" in offerodds("journal", "show", 5).out
    content = json.loads(offerodds("journal", "show", 5, "--json").out)
    assert (content["next_step"]["kind"], content["next_step"]["close_day"]) == ("close", "2026-12-01")
    listed = json.loads(offerodds("journal", "list", "--json").out)
    assert 5 in [each["id"] for each in listed["due"]]
    shown = " ".join(offerodds("journal", "show", 2).out.split())
    assert "A later round, interview 4, takes its place." in shown
    assert "Chance" not in shown
    assert " see 4 " in offerodds("journal", "list").out


def test_an_outcome_gets_a_kind_word_and_the_next_interview(offerodds, filled_journal):
    printed = " ".join(offerodds("journal", "outcome", 3, "rejected").out.split())
    assert "Sorry to hear that. About 70 of 100 interviews end without an offer" in printed
    assert "Next: Acme, engineer (interview 4): " in printed
    content = json.loads(offerodds("journal", "outcome", 4, "rejected", "--json").out)
    assert len(content["remarks"]) == 1  # nothing else is pending
    assert "Congratulations!" in offerodds("journal", "outcome", 4, "offer").out


def test_the_same_outcome_again_is_already_recorded(offerodds, filled_journal):
    offerodds("journal", "outcome", 4, "offer", "--date", TODAY - timedelta(1))
    for day in ((), ("--date", TODAY - timedelta(1))):
        ran = offerodds("journal", "outcome", 4, "offer", *day)
        assert (ran.code, ran.out.splitlines()[1:]) == (0, ["Already recorded."])
    assert "Congratulations!" in offerodds("journal", "outcome", 4, "offer", "--date", TODAY).out
    for status in ("offer", "pending"):  # the correction and the first outcome, and nothing else
        assert offerodds("journal", "undo", "--yes").code == 0
        assert json.loads(offerodds("journal", "show", 4, "--json").out)["status"] == status


def test_many_due_steps_are_shortened(offerodds, data_home):
    with Journal(data_home / "journal.db") as journal:
        for i in range(7):
            journal.add({}, company=f"C{i}", date=TODAY - timedelta(20))
    printed = offerodds("journal", "list").out
    assert printed.count("Due: follow up") == 5
    assert "Due: 2 more, see offerodds status" in printed


def test_calendar_is_written_privately_and_again(offerodds, filled_journal, tmp_path):
    out = tmp_path / "due.ics"
    for force in ([], ["--force"]):
        ran = offerodds("journal", "calendar", "--out", out, *force)
        assert (ran.code, "Open it with your calendar" in ran.out) == (0, True)
    assert out.stat().st_mode & 0o777 == 0o600
    assert out.read_bytes().count(b"BEGIN:VEVENT") == 5  # two for interview 3, three for 4
    assert offerodds("journal", "calendar").out.startswith("BEGIN:VCALENDAR")
    assert "expected .ics" in offerodds("journal", "calendar", "--out", tmp_path / "due.txt").err


def test_calendar_without_interviews_writes_nothing(offerodds, tmp_path):
    ran = offerodds("journal", "calendar", "--out", tmp_path / "due.ics")
    assert (ran.code, "Nothing was written" in ran.err) == (0, True)
    assert not (tmp_path / "due.ics").exists()


def test_status_prints_places_model_and_what_is_due(offerodds, filled_journal, data_home, monkeypatch):
    printed = offerodds("status").out
    assert f"Data      {data_home}\n" in printed
    assert "Model     published evidence, no outcomes of your own\n" in printed
    assert "Journal   3 pending and 1 rejection.\n" in printed
    assert "close it? · 3 Lorem & Söhne\n" in printed
    content = json.loads(offerodds("status", "--json").out)
    assert content["due"][0]["id"] == 3
    assert content["journal"] == str(data_home / "journal.db")
    with Journal(data_home / "journal.db") as journal:
        for i in range(12):
            journal.add({}, company=f"C{i}", date=TODAY - timedelta(8))
    assert "Soon      27 Nov 2026: follow up · 5 C0\n" in offerodds("status").out
    assert "and 3 more\n" in offerodds("status").out


def test_status_works_without_a_journal_and_with_a_broken_model(offerodds, data_home):
    assert "Journal   No interviews yet. To add one: offerodds journal add\n" in offerodds("status").out
    assert not data_home.exists()
    data_home.mkdir()
    (data_home / "model.json").write_text("{}", encoding="utf-8")
    ran = offerodds("status")
    assert (ran.code, "Model     cannot be used" in ran.out) == (0, True)
    assert offerodds("status", "--model", data_home / "model.json").code == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a path is UTF-8")
def test_json_has_no_half_of_a_character_of_a_path(offerodds, folder):
    path = os.fsdecode(b"m\xff.json")
    trained = offerodds("train", "mine.csv", "--no-validate", "--json", "--out", path)
    for ran in (trained, offerodds("status", "--model", path, "--json")):
        assert '"m?.json"' in ran.out


def test_a_planned_interview_waits_for_its_form(offerodds, tmp_path, monkeypatch):
    form = tmp_path / "form.toml"
    form.write_text('rapport = "warm"\n', encoding="utf-8")
    day = TODAY + timedelta(3)
    added = offerodds("journal", "add", "--company", "Acme", "--date", day)
    assert added.code == 0, added.err
    assert "Saved as interview 1: Acme, 27 Nov 2026." in added.out
    assert "Afterwards: offerodds journal edit 1 FORM" in added.out
    assert "Chance of an offer" not in added.out
    assert re.search(r"1  Acme +27 Nov 2026 +planned", offerodds("journal", "list").out)
    assert "Next: interview on 27 Nov 2026." in offerodds("journal", "show", 1).out
    assert "Soon      27 Nov 2026: interview · 1 Acme\n" in offerodds("status").out
    assert "SUMMARY:Interview: Acme" in offerodds("journal", "calendar").out
    assert "in the future" in offerodds("journal", "edit", 1, form).err
    set_day(monkeypatch, day)
    assert "To fill it in: offerodds journal edit 1 FORM" in offerodds("journal", "show", 1).out
    assert "Due: fill in the form · 1 Acme" in offerodds("journal", "list").out
    filled = offerodds("journal", "edit", 1, form, "--set", "met_team=yes")
    assert filled.code == 0, filled.err
    content = json.loads(offerodds("journal", "show", 1, "--json").out)
    assert (content["status"], content["answers"]) == ("pending", {"rapport": "warm", "met_team": "yes"})
    assert len(content["predictions"]) == 1


def test_a_form_for_a_day_to_come_is_refused(offerodds):
    refused = offerodds("journal", "add", EXAMPLE, "--company", "Acme", "--date", TODAY + timedelta(3))
    assert (refused.code, "in the future" in refused.err) == (2, True)


def test_a_mapping_is_saved_and_used_again(offerodds, tmp_path):
    sheet, saved = tmp_path / "sheet.csv", tmp_path / "map.json"
    sheet.write_text("Firm,When,How\nAcme,05/06/2026,No Response\n", encoding="utf-8")
    given = ["--map", "Firm=company", "--map", "When=date", "--map", "How=outcome"]
    given += ["--value", "No Response=ghosted", "--date-format", "dd/mm/yyyy"]
    first = offerodds("journal", "import", sheet, *given, "--save-map", saved)
    assert "Added 1 interview." in first.out
    again = offerodds("journal", "import", sheet, "--map", saved)
    assert "Already in the journal: 1 interview." in again.out
    saved.write_text("{}", encoding="utf-8")
    refused = offerodds("journal", "import", sheet, "--map", saved)
    assert refused.code == 2
    assert "not a saved mapping" in refused.err


def test_rates_summary_and_a_filtered_list(offerodds, tmp_path):
    sheet = tmp_path / "sheet.csv"
    rows = "".join(f"Ann,C{i},2026-01-0{1 + i},Fair,2026-01-20,Rejected\n" for i in range(6))
    sheet.write_text(f"Client,Company,Date Applied,Source,Interview Date,Status\n{rows}", encoding="utf-8")
    offerodds("journal", "import", sheet)
    assert "applied, then interviewed" in offerodds("journal", "rates").out
    rates = json.loads(offerodds("journal", "rates", "--json", "--client", "ann").out)
    assert (rates["applications"], rates["rates"][0]["reached"]) == (6, 6)
    everyone, ann = json.loads(offerodds("journal", "summary", "--json").out)
    assert (everyone["client"], ann["client"], ann["decided"]) == (None, "Ann", 6)
    assert "Ann" in offerodds("journal", "summary").out
    listed = json.loads(offerodds("journal", "list", "c3", "--tag", "Ann", "--json").out)
    assert [each["company"] for each in listed["interviews"]] == ["C3"]
    refused = offerodds("journal", "list", "--month", "soon")
    assert (refused.code, "--month: not a month" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("Limbo", "--value: not understood; seen 'Limbo', expected THEIRS=OURS"),
        ("=ghosted", "--value: not understood; seen '=ghosted'"),
        ("Limbo=nowhere", "--value: not an outcome; seen 'nowhere'"),
        ("Limbo=declined", "--value: ambiguous outcome; seen 'declined'"),
    ],
)
def test_a_wrong_meaning_of_a_word_is_a_fault_of_the_option(offerodds, tmp_path, value, message):
    sheet = tmp_path / "jobs.csv"
    sheet.write_text("company,date,outcome\nA,2026-09-01,Limbo\n", encoding="utf-8")
    ran = offerodds("journal", "import", sheet, "--value", value)
    assert (ran.code, message in ran.err) == (2, True)
    assert "map it" not in ran.err


@pytest.mark.parametrize("value", ["Applied=-", "applied="])
def test_a_word_can_be_left_blank(offerodds, tmp_path, value):
    sheet = tmp_path / "jobs.csv"
    sheet.write_text("company,date,stage,outcome\nA,2026-09-01,Applied,rejected\n", encoding="utf-8")
    refused = offerodds("journal", "import", sheet)
    assert (refused.code, "or leave it blank: --value 'Applied=-'" in refused.err) == (2, True)
    assert "Added 1 interview." in offerodds("journal", "import", sheet, "--value", value).out


def test_a_meaning_that_no_cell_needs_is_remarked_on(offerodds, tmp_path):
    sheet = tmp_path / "jobs.csv"
    sheet.write_text("company,date,outcome\nLimbo,2026-09-01,offer\n", encoding="utf-8")
    ran = offerodds("journal", "import", sheet, "--value", "Limbo=ghosted")
    assert (ran.code, "no outcome or sign in the file is 'Limbo'" in ran.err) == (0, True)


def test_the_file_of_another_journal_is_named_and_led_to_its_export(offerodds, tmp_path):
    other = tmp_path / "other.db"
    with Journal(other) as journal:
        journal.add({"rapport": 4}, company="Acme")
    for name in ("other.db", "other.json", "other.csv"):
        path = tmp_path / name
        path.write_bytes(other.read_bytes())
        ran = offerodds("journal", "import", path)
        assert "a database, such as a journal" in ran.err
        assert f"offerodds journal export all.json --journal '{path}'" in ran.err


def test_hints_and_errors_name_the_journal_that_was_chosen(offerodds, folder):
    option = "--journal", "my own.db"
    added = offerodds("journal", "add", "mine.toml", "--company", "Acme", *option)
    assert "offerodds journal show --journal 'my own.db' 1" in added.out
    assert "offerodds journal outcome --journal 'my own.db' 1 offer" in added.out
    assert "list --journal 'my own.db'`" in offerodds("journal", "show", 7, *option).err
    assert "--journal" not in offerodds("journal", "add", "mine.toml", "--company", "Acme").out


@pytest.mark.parametrize("day", ["nan", "n/a", "null"])
def test_a_day_that_is_none_is_not_taken_for_today(offerodds, filled_journal, day):
    before = offerodds("journal", "export", "--json").out
    assert "not a date" in offerodds("journal", "outcome", 1, "rejected", "--date", day).err
    assert "not a date" in offerodds("journal", "edit", 1, "--date", day).err
    assert offerodds("journal", "export", "--json").out == before
    assert "day unknown" in offerodds("journal", "outcome", 1, "rejected", "--date", "unknown").out


@pytest.mark.parametrize("command", ["journal export", "simulate 5 --out", "form --out"])
def test_a_device_needs_no_suffix(offerodds, filled_journal, command):
    ran = offerodds(*command.split(), "/dev/null")
    assert (ran.code, "Written to /dev/null" in ran.out) == (0, True)
