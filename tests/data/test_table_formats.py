"""A table format is one record: a new one is read, written and named everywhere."""

import ast
import json
import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from helpers import LAYERS, ROOT
from offerodds import FileError, MissingExtraError, read_table
from offerodds.data.tables import formats
from offerodds.data.tables.base import Batch, TableFormat, TableReader, TableWriter
from offerodds.training.spark.input import spark_format
from offerodds.web.app import create_app
from offerodds.web.settings import Settings

HEADER, *ROWS = ["rapport|stage|outcome", "5|final|offer", "2|first|rejected", "4||ghosted", "12|final|offer"]


class PipeReader(TableReader):
    """A file without quotes, one row a batch."""

    def __init__(self, path, _size, _known):
        self.source = str(path)
        names, *self._rows = [line.split("|") for line in Path(path).read_text().splitlines()]
        self.names = tuple(names)

    def __iter__(self):
        for i, row in enumerate(self._rows, start=1):
            yield Batch(pd.DataFrame([row], columns=self.names, dtype=object), np.array([i]))

    fraction_read = 1.0

    def close(self):
        pass


class PipeWriter(TableWriter):
    def _write(self, frame):
        self._file.write(frame.to_csv(sep="|", index=False, header=not self._begun).encode())


PIPE = TableFormat("Pipes", (".pipe",), "text/pipe", PipeReader, PipeWriter, {"format": "pipe"})


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, PIPE))


@pytest.fixture
def table(folder):
    Path("t.pipe").write_text("\n".join([HEADER, *ROWS[:3]]))
    Path("faulty.pipe").write_text("\n".join([HEADER, *ROWS]))
    return "t.pipe"


def test_python_reads_and_writes_a_new_format(table):
    frame = read_table(table)
    assert frame["rapport"].tolist() == ["5", "2", "4"]
    formats.write_table(frame, "copy.pipe")
    assert Path("copy.pipe").read_text().splitlines() == [HEADER, *ROWS[:3]]


def test_predict_reads_it_and_writes_scores_and_rejected_rows_in_it(offerodds, table):
    ran = offerodds("predict", "faulty.pipe", "--out", "out.pipe", "--skip-bad", "bad.pipe")
    assert ran.code == 0, ran.err
    assert [*read_table("out.pipe").columns][-3:] == ["probability", "low", "high"]
    assert len(read_table("out.pipe")) == 3
    rejected = read_table("bad.pipe")[["source", "row", "rapport"]]
    assert rejected.to_numpy().tolist() == [["faulty.pipe", "4", "12"]]


def test_the_other_commands_read_and_write_it(offerodds, table):
    assert offerodds("evaluate", table).code == 0
    learned = offerodds("train", "faulty.pipe", "--no-validate", "--skip-bad", "bad.pipe", "--json")
    assert json.loads(learned.out)["n_offer"] == 1, learned.err
    assert len(read_table("bad.pipe")) == 1
    assert offerodds("simulate", "3", "--out", "synthetic.pipe").code == 0
    assert len(read_table("synthetic.pipe")) == 3
    imported = offerodds("journal", "import", "faulty.pipe", "--skip-bad", "bad2.pipe")
    assert imported.code == 0, imported.err
    assert len(read_table("bad2.pipe")) == 1
    refused = offerodds("journal", "add", table)
    assert "a table, not a form of one interview" in refused.err


@pytest.mark.parametrize("command", ["predict", "train", "evaluate", "simulate", "journal import"])
def test_help_lists_every_format(offerodds, command):
    text = " ".join(offerodds(*command.split(), "--help").out.split())
    assert "(CSV, TSV, Parquet, Excel, JSON, JSON lines or Pipes)" in text
    assert "{formats}" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        ["predict", "t.doc"],
        ["train", "t.doc"],
        ["journal", "import", "t.doc"],
        ["predict", "t.pipe", "--out", "out.doc"],
        ["simulate", "3", "--out", "out.doc"],
    ],
)
def test_an_unknown_suffix_is_refused_with_a_list_of_all(offerodds, table, arguments):
    Path("t.doc").write_text("rapport")
    ran = offerodds(*arguments)
    assert ran.code == 2
    assert "seen .doc, expected " in ran.err
    for each in formats.FORMATS:
        for suffix in each.suffixes:
            assert f" {suffix}" in ran.err or ("--out" in arguments and suffix in each.read_only)


def test_both_upload_forms_accept_it(table, tmp_path):
    app = create_app(Settings(journal=tmp_path / "journal.db", secret="s"))
    with TestClient(app, base_url="http://127.0.0.1:8765", follow_redirects=False) as browser:
        for page in ("/train", "/journal"):
            text = browser.get(page).text
            assert 'accept=".csv,.tsv,.parquet,.pq,.xlsx,.xls,.ods,.json,.jsonl,.ndjson,.pipe"' in text
            assert "CSV, TSV, Parquet, Excel, JSON, JSON lines or Pipes, up to" in text
        file = {"file": ("t.pipe", Path(table).read_bytes())}
        answer = browser.post("/journal/import", data={"secret": "s"}, files=file)
        assert "added=3" in answer.headers["location"]


def test_spark_reads_it_by_its_record():
    assert spark_format("part-0.snappy.pipe") == "pipe"
    assert formats.table_suffixes(on_spark=True) == [".csv", ".tsv", ".parquet", ".pq", ".pipe"]


def test_a_missing_package_is_reported_with_its_extra(folder, monkeypatch):
    pd.DataFrame({"rapport": [4]}).to_parquet("t.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    message = r"Parquet needs pyarrow: pip install 'offerodds\[parquet\]'"
    with pytest.raises(MissingExtraError, match=message):
        read_table("t.parquet")
    with pytest.raises(MissingExtraError, match=message):
        formats.write_table(pd.DataFrame({"rapport": [4]}), "new.parquet")
    assert not Path("new.parquet").exists()


def test_tsv_is_written_with_tabs(folder):
    frame = pd.DataFrame({"rapport": [4], "note": ["a, b"]})
    formats.write_table(frame, "t.tsv")
    assert Path("t.tsv").read_text() == "rapport\tnote\n4\ta, b\n"
    assert read_table("t.tsv").to_numpy().tolist() == [["4", "a, b"]]


def test_reading_all_batches_at_once_lists_every_row_with_missing_cells(folder):
    Path("t.csv").write_text("a,b\n1\n1,2\n1\n")
    with formats.open_table("t.csv", size=1) as table, pytest.raises(FileError) as error:
        table.read_all()
    assert [fault.row for fault in error.value.faults] == [1, 3]


def test_every_module_that_defines_formats_is_registered():
    folder = ROOT / "data" / "tables"
    modules = [import_module(f"offerodds.data.tables.{path.stem}") for path in folder.glob("[a-z]*.py")]
    defined = [each for module in modules if module is not formats for each in getattr(module, "FORMATS", ())]
    assert {each.name for each in defined} == {each.name for each in formats.FORMATS} - {"Pipes"}
    suffixes = [suffix for each in formats.FORMATS for suffix in each.suffixes]
    assert len(suffixes) == len({*suffixes})


def test_no_other_module_lists_suffixes():
    suffixes = {suffix for each in formats.FORMATS for suffix in each.suffixes}
    suffixes -= {".csv", ".xlsx", ".json"}  # which forms and exports of the journal have too
    for path in (path for layer in LAYERS for path in (ROOT / layer).rglob("*.py")):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
        assert path.parent.name == "tables" or texts.isdisjoint(suffixes), path


def _strange_parquet(path, kind):
    """Write a table that other programs may write, and pyarrow reads only in part."""
    import pyarrow as pa
    from pyarrow import parquet

    offsets, text = pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")
    table = pa.table({"rapport": [4, 2], "outcome": ["offer", "rejected"]})
    match kind:
        case "not UTF-8":
            table = table.append_column(
                "company", pa.Array.from_buffers(pa.string(), 2, [None, offsets, text])
            )
        case "list views":
            table = table.append_column("tags", pa.array([[1], [2, 3]], pa.list_view(pa.int64())))
        case "time zone":
            table = table.append_column("date", pa.array([0, 1], pa.timestamp("us", tz="Mars/Base")))
        case "far date":
            table = table.append_column("date", pa.array([10**17, 1], pa.timestamp("us")))
        case "metadata":
            table = table.replace_schema_metadata({b"pandas": b'{"columns": 5}'})
        case "no metadata":
            table = table.replace_schema_metadata({b"pandas": b"\xff"})
    parquet.write_table(table, path)
    if kind in {"more rows", "fewer rows"}:  # than there are, in the metadata of the file
        content = path.read_bytes()
        begin, end = content.rsplit(b"\x16\x04\x19", 1)
        path.write_bytes(begin + (b"\x16\x08\x19" if kind == "more rows" else b"\x16\x02\x19") + end)


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("not UTF-8", "Invalid UTF8 sequence"),
        ("list views", "tags: a column of list views, which cannot be read; leave it out"),
        ("time zone", "Mars/Base"),
        ("far date", ""),
        ("more rows", "its metadata has another number of rows: 4"),
        ("fewer rows", "its metadata has another number of rows: 1"),
        ("metadata", ""),
        ("no metadata", ""),
    ],
)
def test_strange_parquet_is_read_or_refused(tmp_path, offerodds, kind, message):
    path = tmp_path / "t.parquet"
    _strange_parquet(path, kind)
    for arguments in (
        *(
            ["predict", path, "--force", "--out", tmp_path / f"o{end}"]
            for end in (".csv", ".jsonl", ".parquet")
        ),
        ["train", path, "--no-validate"],
        ["evaluate", path],
    ):
        ran = offerodds(*arguments)
        assert ran.code == (2 if message else 0), ran.err
        assert message in ran.err
        assert "Traceback" not in ran.err
