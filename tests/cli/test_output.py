"""Output to files and pipes is complete UTF-8, errors are one line, and reading creates no journal."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import ROOT
from offerodds import Journal

EXAMPLE = ROOT / "data" / "examples" / "interview.toml"
COMMAND = [sys.executable, "-m", "offerodds"]
NAME = "日本 “Ltd” é\r\nŁódź 😀"
LOCALES = [
    {"PYTHONIOENCODING": "cp1252"},
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "utf-16"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]
each_locale = pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: "-".join(locale.values()))


def run(folder, *arguments, locale=None, **settings):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=folder,
        env=os.environ | (locale or {}),
        check=False,
        timeout=120,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | settings,
    )


@pytest.fixture
def journal_file(data_home):
    data_home.mkdir()
    with Journal(data_home / "journal.db") as journal:
        journal.add({"rapport": 4}, company=NAME, role="=Prüfer", notes="ノート", date="2026-01-20")
    return data_home / "journal.db"


@each_locale
@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_redirected_export_round_trip(offerodds, tmp_path, journal_file, locale, suffix):
    options = ["--json"] if suffix == ".json" else []
    assert offerodds("journal", "export", tmp_path / f"direct{suffix}").code == 0
    with (tmp_path / f"x{suffix}").open("wb") as out:
        assert run(tmp_path, "journal", "export", *options, locale=locale, stdout=out).returncode == 0
    assert (tmp_path / f"x{suffix}").read_bytes() == (tmp_path / f"direct{suffix}").read_bytes()
    imported = offerodds("journal", "import", tmp_path / f"x{suffix}", "--journal", tmp_path / "new.db")
    assert imported.code == 0
    with Journal(journal_file) as before, Journal(tmp_path / "new.db") as after:
        assert before.interview(1) == after.interview(1)
        assert after.interview(1).company == NAME


@each_locale
def test_tables_and_forms_keep_all_characters(tmp_path, locale):
    (tmp_path / "t.csv").write_text('rapport,note\n4,"日\r\n本"\n', encoding="utf-8", newline="")
    own = 'extends = "built-in"\n[[signals]]\nid = "tea"\nquestion = "お茶?"\nkind = "yes_no"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    assert '"日\r\n本"'.encode() in run(tmp_path, "predict", "t.csv", locale=locale).stdout
    form = run(tmp_path, "form", "--full", "--catalogue", "own.toml", locale=locale).stdout
    assert "# お茶?\n".encode() in form
    assert b"\r" not in form


@each_locale
def test_redirected_list_keeps_names(tmp_path, journal_file, locale):
    assert "日本".encode() in run(tmp_path, "journal", "list", locale=locale).stdout


def test_stderr_escapes_unsupported_characters(tmp_path):
    ran = run(tmp_path, "predict", "日本.toml", locale={"PYTHONIOENCODING": "ascii"})
    assert ran.stderr.startswith(rb"offerodds: \u65e5\u672c.toml: no such file")


@pytest.fixture
def large_journal(data_home):
    data_home.mkdir()
    with Journal(data_home / "journal.db") as journal:
        for i in range(300):
            journal.add({"rapport": 4}, company=f"Company {i}", notes="x" * 1000)
    return data_home


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_closed_pipe_gives_no_traceback(tmp_path, large_journal, options):
    with subprocess.Popen(
        [*COMMAND, "journal", "export", *options],
        cwd=tmp_path,
        env=os.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_full_disk_gives_one_message(tmp_path, large_journal):
    with Path("/dev/full").open("wb") as full:
        ran = run(tmp_path, "journal", "export", stdout=full)
    assert (ran.returncode, ran.stderr) == (1, b"offerodds: no space left on device\n")
    (tmp_path / "x.csv").symlink_to("/dev/full")
    ran = run(tmp_path, "journal", "export", "x.csv")
    assert (ran.returncode, ran.stderr) == (
        2,
        b"offerodds: x.csv: cannot be written; seen no space left on device\n",
    )


READING_COMMANDS = [["list"], ["outlook"], ["score"], ["export"], ["export", "x.csv"], ["show", 1]]
CHANGING_COMMANDS = [
    ["outcome", 1, "offer"],
    ["event", 1, "heard-back"],
    ["edit", 1, "--notes", "x"],
    ["delete", 1, "--yes"],
]


@pytest.mark.parametrize("arguments", READING_COMMANDS + CHANGING_COMMANDS, ids=str)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_only_add_creates_a_journal(offerodds, data_home, tmp_path, monkeypatch, arguments, options):
    monkeypatch.chdir(tmp_path)
    if arguments[0] == "delete" or (options and "x.csv" in arguments):
        options = []
    ran = offerodds("journal", *arguments, *options)
    assert not data_home.exists()
    if arguments in READING_COMMANDS[:-1]:
        assert ran.code == 0
        if options and arguments[0] != "export":
            json.loads(ran.out)
        else:
            assert "offerodds journal add" in ran.out + ran.err
    else:
        assert ran.code == 2
        assert "no journal yet; to start one: offerodds journal add" in ran.err


def test_add_creates_the_journal(offerodds, data_home):
    assert offerodds("journal", "add", EXAMPLE).code == 0
    assert (data_home / "journal.db").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["journal", "event", 1, "called"], "seen 'called', expected 'heard-back', 'next-round'"),
        (["journal", "outcome", "rejected", 3], "seen 'rejected', expected a whole number"),
        (["predict", EXAMPLE, "--days-since", "abc"], "seen 'abc', expected a number"),
        (["predict", EXAMPLE, "--days-since", "1.000"], "seen '1.000', expected a number"),
        (["predict", EXAMPLE, "--engine", "cloud"], "seen 'cloud', expected 'local', 'spark'"),
        (["train", "--seed", "-3"], "seen '-3', expected greater than or equal to 0"),
        (["simulate", "many"], "seen 'many', expected a whole number"),
        (["form", "--format", "xml"], "seen 'xml', expected 'toml', 'csv', 'json'"),
    ],
)
def test_invalid_option_values_get_our_own_messages(offerodds, arguments, message):
    ran = offerodds(*arguments)
    assert ran.code == 2
    assert message in ran.err
    for foreign in ("Input should be", "Value error", "unable to parse"):
        assert foreign not in ran.err


@pytest.mark.parametrize(
    ("word", "status"), [("accepted", "offer"), ("No offer", "rejected"), ("0", "rejected")]
)
def test_outcome_accepts_the_words_of_tables(offerodds, journal_file, word, status):
    assert offerodds("journal", "outcome", 1, word).code == 0
    assert json.loads(offerodds("journal", "show", 1, "--json").out)["status"] == status


@pytest.mark.parametrize("word", ["", " ", "maybe"])
def test_invalid_outcome_is_rejected(offerodds, journal_file, word):
    ran = offerodds("journal", "outcome", 1, word)
    assert ran.code == 2
    assert "not an outcome" in ran.err


def test_the_points_lead_from_the_average_to_the_chance(offerodds, folder):
    lines = offerodds("predict", EXAMPLE).out.splitlines()
    first, last = (
        next(i for i, line in enumerate(lines) if line.startswith(start))
        for start in ("all interviews", "your chance")
    )
    steps = [re.search(r"[│█] +([+-]?\d+)(?: |$)", line) for line in lines[first:last]]
    total = sum(int(step[1]) for step in steps if step)
    ends = [int(lines[i].split()[-1].rstrip("%")) for i in (first, last)]
    assert any(line.startswith("overlap") for line in lines)
    assert ends[0] + total == ends[1] == int(re.search(r"\((\d+)%\)", lines[0])[1])


def test_no_word_of_the_points_breaks_in_forty_columns(offerodds, folder, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    for language, words in (
        ("en", ("all interviews", "overlap and", "days without an")),
        ("de", ("alle Gespräche", "Überschneidung,")),
    ):
        monkeypatch.setenv("LANGUAGE", language)
        lines = offerodds("predict", EXAMPLE).out.splitlines()
        for word in words:
            assert any(line.startswith(word) for line in lines), word


def test_evaluation_and_summary_fit_forty_columns(offerodds, folder, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    lines = offerodds("evaluate", "mine.csv", "--model", "default").out.splitlines()
    assert any(line.startswith("estimate  ") for line in lines)
    offerodds("journal", "add", EXAMPLE, "--client", "Ann", "--yes")
    summary = offerodds("journal", "summary").out
    assert "…" not in summary
    assert "Ann\n  interviews: 1\n  pending: 1\n" in summary


def test_a_what_if_can_leave_an_answer_out(offerodds, folder):
    ran = offerodds("predict", "mine.toml", "--what-if", "rapport=", "--model", "default")
    assert "With rapport = no answer: " in ran.out


def test_undo_and_use_exclude_each_other(offerodds, folder):
    ran = offerodds("train", "--undo", "--use", "level")
    assert ran.code == 2
    assert "--undo cannot be used with --use" in ran.err


def test_a_default_model_in_use_explains_why_it_knows_no_employers(offerodds, folder):
    Path("g.csv").write_text("company,rapport,outcome\nAcme,4,offer\nBeta,2,rejected\n", encoding="utf-8")
    trained = offerodds("train", "g.csv", "--group", "company")
    assert "Employers that the trained model knows: 2." in trained.out
    ran = offerodds("predict", "mine.toml", "--company", "Acme")
    assert ran.code == 2
    assert "unless you add --use trained" in " ".join(ran.err.split())
    assert offerodds("train", "g.csv", "--group", "company", "--use", "trained").code == 0
    assert offerodds("predict", "mine.toml", "--company", "Acme").code == 0
