"""`-` is standard input and output wherever a command takes a file, and long lists are paged."""

import io
import json
import pydoc
import re
import sys

import pytest

from offerodds import Journal
from offerodds.data.tables.formats import suffix_of_content

TABLE = "rapport,outcome\n5,offer\n2,rejected\n4,offer\n3,rejected\n1,rejected\n4,offer\n"


@pytest.fixture
def piped(offerodds, monkeypatch):
    """Run a command with a content as its standard input."""

    def command(content, *arguments):
        content = content if isinstance(content, bytes) else content.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        return offerodds(*arguments)

    return command


@pytest.mark.parametrize("form", ["# mine\nrapport = 4\n", '{"rapport": 4}'], ids=["TOML", "JSON"])
def test_form_from_standard_input(piped, form):
    result = piped(form, "predict", "-", "--json")
    assert json.loads(result.out)["points"].keys() == {"rapport"}


@pytest.mark.parametrize("out", [(), ("--out", "-")], ids=["omitted", "named"])
def test_table_from_standard_input_to_standard_output(piped, out):
    result = piped(TABLE, "predict", "-", *out)
    assert result.out.startswith("rapport,outcome,")
    assert len(result.out.splitlines()) == 7


def test_faults_name_standard_input(piped):
    result = piped("rapport\n4\nmany\n", "predict", "-")
    assert result.code == 2
    assert result.err.startswith("offerodds: standard input, row 2, rapport:")
    assert "/" not in result.err.partition("\n")[0].partition("expected")[0]


def test_standard_input_is_read_once(piped):
    result = piped(TABLE, "evaluate", "-", "-")
    assert result.code == 2
    assert "only once" in result.err


def test_train_prints_a_model_that_evaluate_reads(piped, data_home, tmp_path):
    result = piped(TABLE, "train", "-", "--no-validate", "--out", "-")
    assert result.code == 0, result.err
    assert not data_home.exists()
    table = tmp_path / "later.csv"
    table.write_text(TABLE)
    assert "trained" in piped(result.out, "evaluate", table, "--model", "-").out
    assert piped(TABLE, "evaluate", "-", "--model", "default").code == 0


def test_journal_from_and_to_standard_streams(piped, data_home):
    sheet = "company,date,outcome\nAcme,2026-01-20,rejected\n"
    assert piped(sheet, "journal", "import", "-").code == 0
    with Journal(data_home / "journal.db") as book:
        assert book.interview(1).company == "Acme"
    exported = piped("", "journal", "export", "-").out
    assert "Acme" in exported
    assert piped(exported, "journal", "import", "-", "--journal", data_home / "new.db").code == 0


def test_form_and_simulation_to_standard_output(piped):
    assert "stage" in piped("", "form", "--out", "-").out
    assert len(piped("", "simulate", "3", "--out", "-").out.splitlines()) == 4


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (b"PAR1....", ".parquet"),
        (b"PK\x03\x04....", ".xlsx"),
        (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet", ".ods"),
        (b'[{"rapport": 4}]', ".json"),
        (b'{"rapport": 4}\n{"rapport": 5}\n', ".jsonl"),
        (b"\xef\xbb\xbf[context]\nstage = 'final'", ".toml"),
        (b"rapport,outcome\n4,a=b\n", ".csv"),
        (b"", ".csv"),
    ],
)
def test_suffix_follows_from_the_content(tmp_path, content, suffix):
    path = tmp_path / "x"
    path.write_bytes(content)
    assert suffix_of_content(path) == suffix


@pytest.fixture
def pages(monkeypatch):
    """Collect what goes to the pager."""
    shown = []
    monkeypatch.setattr(pydoc, "pager", shown.append)
    monkeypatch.delenv("LESS", raising=False)
    return shown


@pytest.mark.parametrize("command", [["signals"], ["weights"]], ids=" ".join)
@pytest.mark.parametrize(
    ("is_terminal", "lines", "is_paged"), [(True, 20, True), (True, 400, False), (False, 20, False)]
)
def test_only_a_list_longer_than_a_terminal_is_paged(
    offerodds, monkeypatch, pages, command, is_terminal, lines, is_paged
):
    plain = offerodds(*command).out
    monkeypatch.setenv("LINES", str(lines))
    monkeypatch.setenv("FORCE_COLOR", "1")  # rich then takes a pipe for a terminal
    monkeypatch.setattr(sys.stdin, "isatty", lambda: is_terminal, raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: is_terminal, raising=False)
    printed = offerodds(*command).out
    texts = [re.sub(r"\x1b\[[0-9;]*m", "", text) for text in (printed, "".join(pages))]
    assert texts == (["", plain] if is_paged else [plain, ""])
