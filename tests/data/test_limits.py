"""No file can fill the memory or take minutes: each kind is refused with its limit, soon."""

import json
import re
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from helpers import ROOT
from offerodds.data import limits
from offerodds.data.answers.parsing import is_unanswered
from offerodds.data.errors import InputError, clip
from offerodds.data.name_matching import fold
from offerodds.data.tables.formats import open_table, read_table, write_table
from offerodds.data.tables.parquet import ParquetReader
from offerodds.journal.importing import import_into
from offerodds.journal.store import Journal
from offerodds.web.api import schemas  # noqa: F401 (loaded here, so that no test measures it)

SECONDS, MEGABYTES = 10, 300  # of the processor, and above what the tests take anyway


UNITS = ((1e6, "MB"), (1024**2, "MB"), (1e9, "GB"))


@dataclass
class Work:
    """What a block took: seconds of the processor, and the growth of the peak of memory in MB."""

    seconds: float = 0
    megabytes: float = 0


class measured:  # noqa: N801 (used as a function)
    """Measure a block; another process on the same machine changes neither figure."""

    def __enter__(self) -> Work:
        try:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # begin a new peak
        except OSError:
            pytest.skip("only Linux measures the peak of memory from a point in time")
        self.work, self._before, self._begun = Work(), peak(), time.process_time()
        return self.work

    def __exit__(self, *_: object) -> None:
        self.work.seconds = time.process_time() - self._begun
        self.work.megabytes = peak() - self._before


def peak() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1000


def signals(n: int) -> str:
    return "".join(f'[[signals]]\nid = "s{i}"\nquestion = "q"\nkind = "yes_no"\n' for i in range(n))


def write_parquet(path: Path, **columns: object) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    # the schema would name the columns dictionaries
    parquet.write_table(pa.table(columns), path, compression="zstd", store_schema=False)


def repeated(text: str, n: int) -> object:
    """Build a column of one text that is in memory once."""
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array([0] * n, pa.int32()), [text])


FILES = {
    "keys.jsonl": lambda: "".join(f'{{"k{i}": 1}}\n' for i in range(20_000)),
    "wide.csv": lambda: ",".join(f"c{i}" for i in range(100_000)) + ",rapport\n",
    "deep.json": lambda: "[" * 200_000,
    "objects.json": lambda: '{"a":' * 100_000,
    "digits.json": lambda: '{"rapport": ' + "9" * 100_000 + "}",
    "fields.json": lambda: json.dumps({f"k{i}": 1 for i in range(100_000)}),
    "brackets.toml": lambda: "x = " + "[" * 20_000,
    "names.toml": lambda: ".".join("a" * 20_000) + " = 1\n",
    "quoted.toml": lambda: "x = {" + ".".join(['"a"'] * 20_000) + " = 1}\n",
    "digits.toml": lambda: "rapport = " + "9" * 100_000 + "\n",
    "lines.toml": lambda: "rapport = warm\n" * 60_000,
    "large.toml": lambda: "# note\n" * 200_000,
    "film.csv": lambda: "",
    "film.json": lambda: "",
    "film.toml": lambda: "",
}


@pytest.mark.parametrize("name", FILES)
def test_a_huge_or_deep_file_is_refused_soon(name, tmp_path, offerodds):
    path = tmp_path / name
    path.write_text(FILES[name](), encoding="utf-8")
    if name.startswith("film"):
        with path.open("r+b") as file:
            file.truncate(40 * 10**9)
    commands = [["predict", path]]
    if path.suffix != ".toml":
        commands += [["train", path, "--no-validate"], ["evaluate", path], ["journal", "import", path]]
    for command in commands:
        with measured() as work:
            ran = offerodds(*command)
        assert (ran.code, "Traceback" in ran.err) == (2, False)
        assert work.seconds < SECONDS
        assert work.megabytes < MEGABYTES


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (signals(1001), "signals: too large; seen 1,001 entries, expected at most 1,000"),
        (signals(20_000), "too large; expected at most 1 MB"),
        (signals(1) + f'note = "{"n" * 2001}"\n', "at most 2000 characters"),
        (
            signals(1).replace("yes_no", "choice") + f"levels = {[f'l{i}' for i in range(101)]}\n",
            "at most 100",
        ),
    ],
)
def test_a_huge_catalogue_is_refused_soon(tmp_path, offerodds, content, expected):
    path = tmp_path / "own.toml"
    path.write_text(content, encoding="utf-8")
    with measured() as work:
        ran = offerodds("signals", "--catalogue", path)
    assert ran.code == 2
    assert expected in ran.err
    assert work.seconds < SECONDS
    assert work.megabytes < MEGABYTES


def test_the_largest_catalogue_predicts(tmp_path, offerodds):
    (tmp_path / "own.toml").write_text(signals(1000), encoding="utf-8")
    (tmp_path / "mine.toml").write_text('s1 = "yes"\n', encoding="utf-8")
    with measured() as work:
        ran = offerodds("predict", tmp_path / "mine.toml", "--catalogue", tmp_path / "own.toml", "--json")
    assert ran.code == 0
    assert work.seconds < SECONDS
    assert work.megabytes < MEGABYTES


def test_a_small_parquet_file_of_gigabytes_is_read_in_parts(tmp_path):
    path = tmp_path / "bomb.parquet"
    write_parquet(path, company=repeated("x" * 20_000, 20_000), rapport=repeated("4", 20_000))
    assert path.stat().st_size < 10_000  # and 400 MB of text
    with measured() as work, open_table(path) as table:
        assert sum(len(batch.frame) for batch in table) == 20_000
        assert str(table._schema.field("company").type) == "string"
    assert work.megabytes < MEGABYTES
    assert work.seconds < SECONDS


BLANK_ODS_ROWS = '<table:table-row table:number-rows-repeated="{n}"><table:table-cell/></table:table-row>'
ODS_ROW = (
    '<table:table-row{}><table:table-cell office:value-type="float" office:value="4"{}/></table:table-row>'
)
FAR = 'r="ZZ300000"'


@pytest.mark.parametrize(
    ("part", "cells", "expected"),
    [
        ("rows", '<row><c r="A{i}"><v>4</v></c></row>', "rows, expected at most 10,000"),
        ("rows", "<row><c><v>4</v></c></row>", "rows, expected at most 10,000"),
        *(
            ("cells", cells.format(FAR), "210,600,000 cells, expected at most 20,000,000")
            for cells in ("<c {}/>", "<x:c {}/>", '<c s="1" {}/>', "<c x='>' {}/>", '<row r="2"/><c {}/>')
        ),
        ("cells", "<c r='ZZ300000'/>", "210,600,000 cells"),
        ("cells", '<c r = "ZZ300000"/>', "210,600,000 cells"),
        ("cells", '<c r="zz300000"/>', "210,600,000 cells"),
        ("cells", '<row r="300000"/>' + "<c/>" * 702, "cells, expected at most"),
        ("unclosed", "<c ", "not a workbook, or damaged"),
        ("merged", '<mergeCell ref="A1:A2"/>', "not a workbook, or damaged"),
        ("shared", "<c t='s'><v>0</v></c>", "600 MB, expected at most 400"),
        ("shared", '<c t="s"><f>A1</f><v>0</v></c>', "600 MB, expected at most 400"),
        ("shared", '<x:c t="s"><!-- --><x:v>0</x:v></x:c>', "600 MB, expected at most 400"),
    ],
)
def test_a_small_workbook_cannot_unpack_to_a_huge_sheet(tmp_path, monkeypatch, part, cells, expected):
    monkeypatch.setattr("offerodds.data.tables.workbook.SHEET_ROWS", 10_000)
    n = {"rows": 11_000, "unclosed": 200_000, "merged": 11_000, "shared": 20_000}.get(part, 1)
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w", zipfile.ZIP_DEFLATED) as packed:
        if part == "shared":
            packed.writestr("xl/sharedStrings.xml", f"<sst><si><t>{'x' * 30_000}</t></si></sst>")
        rows = map(cells.replace, ["{i}"] * n, map(str, range(n))) if "{i}" in cells else [cells] * n
        packed.writestr("xl/other/sheet1.xml", "<worksheet><sheetData>" + "".join(rows))
    with measured() as work, pytest.raises(InputError, match=expected):
        read_table(tmp_path / "t.xlsx")
    assert work.seconds < SECONDS
    assert work.megabytes < MEGABYTES


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((BLANK_ODS_ROWS.format(n=5_000) + ODS_ROW.format("", "")) * 2, "10,002 rows"),
        (ODS_ROW.format(" table:number-rows-repeated = '99999'", ""), "99,999 rows"),
        ("<table:table-row>" * 100_000, ""),
        (ODS_ROW.format("", "") + BLANK_ODS_ROWS.format(n=9_999_999), ""),  # blank rows at the end
    ],
)
def test_the_repeated_rows_of_a_sheet_are_counted_soon(tmp_path, monkeypatch, rows, expected):
    monkeypatch.setattr("offerodds.data.tables.workbook.SHEET_ROWS", 10_000)
    with zipfile.ZipFile(tmp_path / "t.ods", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("content.xml", f'<table:table table:name="S">{rows}</table:table>')
    with measured() as work, pytest.raises(InputError) as error:
        read_table(tmp_path / "t.ods")  # which is none beyond its rows
    assert expected in str(error.value)
    assert ("too large" in str(error.value)) == bool(expected)
    assert work.seconds < SECONDS


def test_rows_behind_many_blank_ones_keep_their_numbers(tmp_path):
    write_table(pd.DataFrame({"rapport": [4]}), tmp_path / "t.xlsx")
    with (
        zipfile.ZipFile(tmp_path / "t.xlsx") as source,
        zipfile.ZipFile(tmp_path / "far.xlsx", "w") as packed,
    ):
        for name in source.namelist():
            packed.writestr(name, source.read(name).replace(b'r="A2"', b'r="A201001"').replace(b'r="2"', b""))
    with open_table(tmp_path / "far.xlsx") as table:
        assert sum(len(batch.rows) for batch in table) == 201_000


def test_a_small_parquet_file_is_not_held_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("offerodds.data.tables.parquet.TABLE_BYTES", 1_000_000)
    write_parquet(tmp_path / "t.parquet", company=repeated("x" * 20_000, 2_000))
    with pytest.raises(InputError, match=r"too large; seen .* MB unpacked, expected at most 1"):
        read_table(tmp_path / "t.parquet")


def test_text_of_parquet_is_the_same_however_it_is_stored(tmp_path):
    import pyarrow as pa
    from pyarrow import parquet

    texts = pa.array(["a", None, "b", "a", ""] * 200)
    table = pa.table({"t": texts, "n": pa.array(range(1000)), "l": pa.array([["a", "b"], None] * 500)})
    frames = []
    for encoding in (
        {"use_dictionary": True},
        {"use_dictionary": False},
        {"use_dictionary": False, "column_encoding": {"t": "DELTA_BYTE_ARRAY"}},
    ):
        parquet.write_table(table, tmp_path / "t.parquet", **encoding)
        with ParquetReader(tmp_path / "t.parquet", 300) as reader:
            frames.append(pd.concat([batch.frame for batch in reader], ignore_index=True))
        assert read_table(tmp_path / "t.parquet")["t"].isna().sum() == 200
    for frame in frames[1:]:
        pd.testing.assert_frame_equal(frame, frames[0])
    assert frames[0]["t"].dtype == pd.ArrowDtype(pa.string())


@pytest.mark.parametrize("command", ["predict", "train", "import"])
def test_a_table_whose_every_cell_is_at_fault_is_left_soon(tmp_path, offerodds, command):
    path = tmp_path / "bad.csv"
    path.write_text("rapport,outcome\n" + "".join(f"w{i},z{i}\n" for i in range(30_000)), encoding="utf-8")
    commands = {"predict": ["predict", path], "train": ["train", path], "import": ["journal", "import", path]}
    with measured() as work:
        ran = offerodds(*commands[command])
    assert ran.code == 2
    assert "more than 20,000 faults; the rest was not read" in ran.err or command == "import"
    assert work.seconds < SECONDS
    assert work.megabytes < MEGABYTES


def test_bad_rows_are_set_apart_soon(tmp_path, offerodds):
    path = tmp_path / "bad.csv"
    path.write_text("rapport,outcome\n" + "".join(f"w{i},z{i}\n" for i in range(5_000)), encoding="utf-8")
    with measured() as work:
        ran = offerodds("predict", path, "--out", tmp_path / "o.csv", "--skip-bad", tmp_path / "b.csv")
    assert "Skipped 5,000 rows" in ran.out
    assert work.seconds < SECONDS
    assert work.megabytes < MEGABYTES


def test_an_import_has_a_limit_of_rows_and_of_text(tmp_path, offerodds, monkeypatch):
    path = tmp_path / "t.csv"
    path.write_text("rapport,notes\n" + "4,long note\n" * 300, encoding="utf-8")
    monkeypatch.setattr("offerodds.journal.import_file.TEXT_OF_IMPORT", 1_000)
    assert "characters of text, expected at most 1,000" in offerodds("journal", "import", path).err
    path.write_text("rapport\n" + "4\n" * 300, encoding="utf-8")
    with Journal(tmp_path / "j.db") as journal, pytest.raises(InputError, match=r"101 rows.*at most 100"):
        import_into(journal, path, max_rows=100)


def test_a_line_without_end_is_not_read_whole(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("rapport\n" + "4" * (limits.LINE_CHARACTERS + 1), encoding="utf-8")
    with pytest.raises(InputError, match="characters in a line"):
        read_table(path)


@pytest.mark.parametrize("blank", ["\n", "\r\n", "\r"])
def test_blank_lines_are_passed_over_soon(tmp_path, blank):
    path = tmp_path / "t.csv"
    path.write_text("rapport,outcome\n4,offer\n" + blank * 3_000_000 + "2,rejected\n", "utf-8", newline="")
    with measured() as work:
        assert read_table(path)["rapport"].tolist() == ["4", "2"]
    assert work.seconds < 1
    assert work.megabytes < MEGABYTES


def test_blank_lines_above_the_header_have_a_limit(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("\n" * limits.BLANK_LINES + "rapport\n4\n", encoding="utf-8")
    with measured() as work, pytest.raises(InputError, match="seen 10,001 blank lines, expected at most"):
        read_table(path)
    assert work.seconds < SECONDS
    path.write_text("\n" * (limits.BLANK_LINES - 1) + "rapport\n4\n", encoding="utf-8")
    assert len(read_table(path)) == 1
    path.write_text("\n" * limits.BLANK_LINES, encoding="utf-8")
    with pytest.raises(InputError, match="the file is empty"):
        read_table(path)


def test_values_of_json_are_counted_before_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr("offerodds.data.files.VALUES", 1000)
    (tmp_path / "t.json").write_text(json.dumps([{"rapport": 4}] * 1000), encoding="utf-8")
    with pytest.raises(InputError, match=r"seen [\d,]+ values, expected at most 1,000"):
        read_table(tmp_path / "t.json")


def test_a_long_value_is_quoted_soon():
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with measured() as work:
        assert clip("x" * 100_000_000) == clip("x" * 50)
        assert clip([1] * 5_000_000) == "a list of 5,000,000 entries"
        assert clip(deep) == "a huge list"
    assert work.seconds < SECONDS


def test_a_text_too_long_for_a_word_is_not_compared_as_one():
    """It took a minute to refuse a small Parquet file of such answers."""
    text = "X-y " * 1000
    assert fold(text) == text.strip()
    assert is_unanswered(" " * 5000)


def test_the_limits_are_those_of_the_documentation():
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    for name, value in vars(limits).items():
        if name.isupper():
            shown = (f"{value:,.0f}", *(f"{value / n:,.0f} {unit}" for n, unit in UNITS))
            assert any(f" {each}" in text for each in shown), name
