"""What goes to a file or a pipe is UTF-8, complete, and free of noise; reading makes no journal."""

import json
import os
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
def book(own_folder):
    own_folder.mkdir()
    with Journal(own_folder / "journal.db") as journal:
        journal.add({"rapport": 4}, company=NAME, role="=Prüfer", notes="ノート", date="2026-01-20")
    return own_folder / "journal.db"


@each_locale
@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_an_export_that_is_redirected_reads_back_the_same(tmp_path, book, locale, suffix):
    options = ["--json"] if suffix == ".json" else []
    assert run(tmp_path, "journal", "export", f"direct{suffix}").returncode == 0
    with (tmp_path / f"x{suffix}").open("wb") as out:
        assert run(tmp_path, "journal", "export", *options, locale=locale, stdout=out).returncode == 0
    assert (tmp_path / f"x{suffix}").read_bytes() == (tmp_path / f"direct{suffix}").read_bytes()
    assert run(tmp_path, "journal", "import", f"x{suffix}", "--journal", "new.db").returncode == 0
    with Journal(book) as before, Journal(tmp_path / "new.db") as after:
        assert before.interview(1) == after.interview(1)
        assert after.interview(1).company == NAME


@each_locale
def test_a_table_and_a_form_keep_their_letters(tmp_path, locale):
    (tmp_path / "t.csv").write_text('rapport,note\n4,"日\r\n本"\n', encoding="utf-8", newline="")
    own = 'extends = "built-in"\n[[signals]]\nid = "tea"\nquestion = "お茶?"\nkind = "yes_no"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    assert '"日\r\n本"'.encode() in run(tmp_path, "predict", "t.csv", locale=locale).stdout
    form = run(tmp_path, "form", "--full", "--catalogue", "own.toml", locale=locale).stdout
    assert "# お茶?\n".encode() in form
    assert b"\r" not in form


@each_locale
def test_a_list_that_is_redirected_keeps_names(tmp_path, book, locale):
    assert "日本".encode() in run(tmp_path, "journal", "list", locale=locale).stdout


def test_a_letter_that_standard_error_lacks_is_escaped(tmp_path):
    ran = run(tmp_path, "predict", "日本.toml", locale={"PYTHONIOENCODING": "ascii"})
    assert ran.stderr.startswith(rb"offerodds: \u65e5\u672c.toml: no such file")


@pytest.fixture
def long_book(own_folder):
    own_folder.mkdir()
    with Journal(own_folder / "journal.db") as journal:
        for i in range(300):
            journal.add({"rapport": 4}, company=f"Company {i}", notes="x" * 1000)
    return own_folder


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_stops_early_gets_no_traceback(tmp_path, long_book, options):
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
def test_a_full_disk_is_one_sentence(tmp_path, long_book):
    with Path("/dev/full").open("wb") as full:
        ran = run(tmp_path, "journal", "export", stdout=full)
    assert (ran.returncode, ran.stderr) == (1, b"offerodds: no space left on device\n")
    (tmp_path / "x.csv").symlink_to("/dev/full")
    ran = run(tmp_path, "journal", "export", "x.csv")
    assert (ran.returncode, ran.stderr) == (
        2,
        b"offerodds: x.csv: cannot be written; seen no space left on device\n",
    )


READING = [["list"], ["outlook"], ["score"], ["export"], ["export", "x.csv"], ["show", 1]]
CHANGING = [
    ["outcome", 1, "offer"],
    ["event", 1, "heard-back"],
    ["edit", 1, "--notes", "x"],
    ["delete", 1, "--yes"],
]


@pytest.mark.parametrize("arguments", READING + CHANGING, ids=str)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_only_adding_begins_a_journal(offerodds, own_folder, tmp_path, monkeypatch, arguments, options):
    monkeypatch.chdir(tmp_path)
    if arguments[0] == "delete" or (options and "x.csv" in arguments):
        options = []
    ran = offerodds("journal", *arguments, *options)
    assert not own_folder.exists()
    if arguments in READING[:-1]:
        assert ran.code == 0
        if options and arguments[0] != "export":
            json.loads(ran.out)
        else:
            assert "offerodds journal add" in ran.out + ran.err
    else:
        assert ran.code == 2
        assert "no journal yet; offerodds journal add begins one" in ran.err


def test_adding_begins_it(offerodds, own_folder):
    assert offerodds("journal", "add", EXAMPLE).code == 0
    assert (own_folder / "journal.db").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["journal", "event", 1, "called"], "seen 'called', expected 'heard-back', 'next-round'"),
        (["journal", "outcome", "rejected", 3], "seen 'rejected', expected a whole number"),
        (["predict", EXAMPLE, "--days-since", "abc"], "seen 'abc', expected a number"),
        (["predict", EXAMPLE, "--engine", "cloud"], "seen 'cloud', expected 'local', 'spark'"),
        (["train", "--seed", "-3"], "seen '-3', expected greater than or equal to 0"),
        (["simulate", "many"], "seen 'many', expected a whole number"),
        (["form", "--format", "xml"], "seen 'xml', expected 'toml', 'csv', 'json'"),
    ],
)
def test_a_value_of_an_option_is_refused_in_our_words(offerodds, arguments, said):
    ran = offerodds(*arguments)
    assert ran.code == 2
    assert said in ran.err
    for foreign in ("Input should be", "Value error", "unable to parse"):
        assert foreign not in ran.err


@pytest.mark.parametrize(
    ("word", "status"), [("accepted", "offer"), ("No offer", "rejected"), ("0", "rejected")]
)
def test_an_outcome_has_the_words_that_tables_have(offerodds, book, word, status):
    assert offerodds("journal", "outcome", 1, word).code == 0
    assert json.loads(offerodds("journal", "show", 1, "--json").out)["status"] == status


@pytest.mark.parametrize("word", ["", " ", "maybe"])
def test_what_is_no_outcome_is_refused(offerodds, book, word):
    ran = offerodds("journal", "outcome", 1, word)
    assert ran.code == 2
    assert "not an outcome" in ran.err
