"""CSV as people and spreadsheets write it: titles, ``sep=``, columns without a name, other encodings."""

import codecs
import csv
import io

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers import CATALOGUE
from offerodds import OfferModel, read_table
from offerodds.data.errors import FileError
from offerodds.data.tables import csv_table as csv_tables
from offerodds.data.tables.csv_table import CsvReader, CsvWriter, TsvWriter, detect_encoding, unescape_formula
from offerodds.data.tables.formats import open_table
from offerodds.training.streaming.score_tables import score_table
from offerodds.training.streaming.train_tables import read_training_tables


def write_file(tmp_path, content, name="mine.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read_batches(path, size):
    """Read columns, rows and remarks in batches."""
    with open_table(path, size) as table:
        rows = [row for batch in table for row in batch.frame.to_numpy().tolist()]
        return table.names, rows, table.remarks


ROW = ["Northwind", "4", "rejected"]
TITLE_LINES = {
    "one": "MY JOB TRACKER,,\n",
    "alone": "My job tracker\n",
    "several": "MY JOB TRACKER,,\n\n,,\nUpdated: May 2026; 3 rows,,\n",
    "two cells": "Tracker,2026,\n",
    "quoted": '"My tracker, 2026",,\n',
    "blank rows": ",,\n\n , ,\n",
}


@pytest.mark.parametrize("title", TITLE_LINES)
@pytest.mark.parametrize("size", [1, None])
def test_lines_above_the_header_are_skipped_with_a_remark(tmp_path, title, size):
    path = write_file(tmp_path, TITLE_LINES[title] + "company,rapport,outcome\nNorthwind,4,rejected\n")
    names, rows, remarks = read_batches(path, size)
    assert (names, rows) == (("company", "rapport", "outcome"), [ROW])
    above = [line for line in TITLE_LINES[title].splitlines() if line.strip(", ")]
    assert len(remarks) == len(above)
    assert all("above the column names and was skipped" in remark for remark in remarks)
    assert read_table(path).attrs["remarks"] == [*remarks]


@pytest.mark.parametrize(
    "header",
    [
        "Firma,Stelle",  # not known, and as many cells as any row
        "company",
        "company,,",
        "Tag,Firma,outcome",
        "Firma,Stelle,Datum",
    ],
)
def test_a_header_is_never_skipped(tmp_path, header):
    width = header.count(",") + 1
    rows = [["role", "stage", "date"][:width], ["rapport", "x", "y"][:width]]
    path = write_file(tmp_path, "\n".join([header, *map(",".join, rows)]) + "\n")
    names, found, _ = read_batches(path, None)
    assert [name for name in names if not name.startswith("column ")] == [
        name for name in header.split(",") if name
    ]
    assert found == rows


def test_a_header_of_other_columns_is_found_where_they_are_known(tmp_path):
    path = write_file(tmp_path, "Meine Bewerbungen;;\nFirma;Stelle;Datum\nMüller;Prüfer;04.05.2026\n")
    assert read_table(path, known=["Firma"]).columns.tolist() == ["Firma", "Stelle", "Datum"]


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;"])
def test_a_line_that_names_the_delimiter_is_followed(tmp_path, line):
    path = write_file(tmp_path, f"{line}\ncompany;rapport;outcome, or none\nNorthwind;4;rejected\n")
    names, rows, remarks = read_batches(path, None)
    assert (names, rows) == (("company", "rapport", "outcome, or none"), [ROW])
    assert remarks == ("line 1 was skipped: it names the delimiter",)
    path = write_file(tmp_path, "sep=|\nTracker\ncompany|rapport|outcome\nNorthwind|4|rejected\n")
    assert read_batches(path, None)[:2] == (("company", "rapport", "outcome"), [ROW])


def test_unnamed_and_repeated_columns_are_renamed(tmp_path):
    path = write_file(tmp_path, "company,,Tag,rapport,Tag,,column 2\nA,1,2,4,3,,x\n")
    names, rows, remarks = read_batches(path, None)
    assert names == ("company", "column 2 (2)", "Tag", "rapport", "Tag (2)", "column 6", "column 2")
    assert rows == [["A", "1", "2", "4", "3", "", "x"]]
    assert remarks == (
        "column 2 has no name and is not used",
        "two columns are called 'Tag'; the second is not used, and named 'Tag (2)'",
        "column 6 has no name and is not used",
    )


@pytest.mark.parametrize("header", ["rapport,rapport", "company,x,company", "outcome,outcome"])
def test_a_used_column_twice_is_a_fault(tmp_path, header):
    with pytest.raises(FileError, match="two columns share this name"):
        read_table(write_file(tmp_path, f"{header}\n"))


def test_the_outcome_column_twice_is_a_fault_whatever_it_is_called(tmp_path):
    path = write_file(tmp_path, "rapport,End,End\n4,offer,rejected\n")
    with pytest.raises(ValueError, match=r"End.*two columns share this name"):
        read_training_tables([path], "End", OfferModel.default())


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8-sig", b""),
        ("cp1252", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
    ],
)
@pytest.mark.parametrize("size", [2, None])
def test_text_is_read_as_excel_writes_it(tmp_path, encoding, mark, size):
    rows = [["Müller", "Prüfer €", "4"]] * 5
    text = "Firma;Stelle;rapport\r\n" + "".join(";".join(row) + "\r\n" for row in rows)
    names, found, remarks = read_batches(write_file(tmp_path, mark + text.encode(encoding)), size)
    assert (names, found) == (("Firma", "Stelle", "rapport"), rows)
    named = {"cp1252": "cp1252", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}.get(encoding)
    assert [named in remark for remark in remarks] == ([True] if named else [])


@pytest.mark.parametrize(("text", "encoding"), [("Şirket;Tarih", "cp1254"), ("Fırça;Tarih", "cp1252")])
def test_turkish_is_recognised_by_the_names_of_columns(tmp_path, text, encoding):
    path = write_file(tmp_path, f"{text}\nİş Bankası ğ;1\n".encode("cp1254"))
    with open_table(path, known=["şirket", "tarih"]) as table:
        assert table.names == tuple(text.encode("cp1254").decode(encoding).split(";"))
        assert [encoding in remark for remark in table.remarks] == [True]
        (batch,) = table
        assert batch.frame.iloc[0, 0] == "İş Bankası ğ".encode("cp1254").decode(encoding)


@pytest.mark.parametrize("before", [0, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 3_000_000])
def test_the_encoding_is_that_of_the_whole_file(before):
    assert detect_encoding(io.BytesIO(b"a" * before + "ü".encode()), "x") == "utf-8-sig"
    assert detect_encoding(io.BytesIO(b"a" * before + b"\xfc"), "x") == "cp1252"
    for wrong in (
        "ü".encode() + b"a" * before + b"\xfc",
        b"a" * before + b"\xfc\x8d",
        b"\n" * before + b"\xfc\x01",
    ):
        with pytest.raises(FileError, match="not UTF-8 text"):
            detect_encoding(io.BytesIO(wrong), "x")


def test_a_file_cut_off_in_utf_16_is_refused(tmp_path):
    with pytest.raises(FileError, match="not UTF-16 text"):
        read_table(write_file(tmp_path, codecs.BOM_UTF16_LE + "rapport".encode("utf-16-le")[:-1]))


def test_a_decimal_comma_is_read_in_numbers_and_unchanged_in_text(tmp_path):
    path = write_file(tmp_path, "company;pay;actual_minutes;base_rate\n1,5;65,000;37,5;0,3\n")
    out = tmp_path / "out.csv"
    score_table(OfferModel.default(), path, out)
    written_ = pd.read_csv(out, dtype=str)
    assert written_.iloc[0, :4].tolist() == ["1,5", "65,000", "37,5", "0,3"]
    alone = OfferModel.default().predict({"actual_minutes": 37.5, "base_rate": 0.3})
    assert float(written_["probability"][0]) == pytest.approx(alone.probability)


def test_remarks_reach_whoever_trains_scores_or_evaluates(tmp_path, offerodds):
    path = write_file(tmp_path, "MY TRACKER,,\nrapport,outcome,\n4,offer,\n2,rejected,\n")
    expected = [
        f"{path}: line 1 is above the column names and was skipped: 'MY TRACKER'",
        f"{path}: column 3 has no name and is not used",
    ]
    assert [*read_training_tables([path], "outcome", OfferModel.default()).train().remarks] == expected
    for command in (
        ["train", path, "--no-validate", "--out", tmp_path / "m.json"],
        ["evaluate", path],
        ["predict", path],
    ):
        ran = offerodds(*command)
        assert ran.code == 0, ran.err
        for remark in expected:
            assert remark in ran.err.replace("\n", " ")


@pytest.mark.parametrize("kind", ["int64", "uint64", "float64"])
def test_whole_numbers_beside_blanks_stay_whole(tmp_path, kind):
    pytest.importorskip("pyarrow")
    import pyarrow as pa
    from pyarrow import parquet

    from offerodds import Journal
    from offerodds.journal.importing import import_into

    numbers = [4, None] if kind == "float64" else [9_007_199_254_740_993, None]
    columns = {
        "company": pa.array(numbers, getattr(pa, kind)()),
        "rapport": pa.array([4, 3]),
        "role": pa.array(numbers, getattr(pa, kind)()),
    }
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    with Journal(tmp_path / "journal.db", CATALOGUE) as journal:
        import_into(journal, tmp_path / "t.parquet")
        assert {one.company for one in journal.interviews()} == {str(numbers[0]), ""}


HOSTILE = st.text(st.sampled_from("ab1;,\t\"'=+-@ \r\n\x00é\x0b\x85\u2028"), max_size=60)


def _read(path, *, plain, characters):
    """Read rows and ragged rows by number, and the fault that ends them, some characters at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_tables, "_MIN_PLAIN_CHARACTERS", 1)
        patch.setattr(csv_tables, "_PART_CHARACTERS", characters)
        patch.setattr(csv_tables, "_has_pyarrow", lambda: plain)
        rows, kinds = {}, set()
        try:
            with CsvReader(path, None) as table:
                for batch in table:
                    kinds |= {str(dtype) for dtype in batch.frame.dtypes if len(batch.frame)}
                    rows |= dict(zip(batch.rows.tolist(), batch.frame.to_numpy().tolist(), strict=True))
                    rows |= {number: ["ragged", *cells] for number, cells in batch.ragged.items()}
        except FileError as error:
            return rows, [str(fault) for fault in error.faults], kinds
        return rows, [], kinds


@given(HOSTILE, st.integers(1, 40))
@example("1,2\n3,4\n", 1)
@example('1,"2\n\n",3"\n4,5\n', 3)
@example("1,2\r\n3,4\r\n", 4)
@example("1,2\r3,4\n", 4)
@example("\n\n1,2\n\n\n3,4", 2)
@example("1,'=2\n", 40)
@example("\ufeff1,2\n3,4\n", 40)
@example('1,2" x\n3,4\n5,"6', 9)
def test_a_part_without_quotes_is_read_as_by_the_csv_module(tmp_path_factory, body, characters):
    path = tmp_path_factory.getbasetemp() / "hostile.csv"
    path.write_bytes(f"a,b\n{body}".encode())
    rows, faults, _ = _read(path, plain=True, characters=characters)
    slow, slow_faults, kinds = _read(path, plain=False, characters=characters)
    assert kinds <= {"object"}
    # only how far the parts before a fault were read may differ
    assert faults == slow_faults
    assert all(rows[number] == cells for number, cells in slow.items() if number in rows)
    if not faults:
        records = filter(None, csv.reader(io.StringIO(body, newline=""), strict=True))
        cells = [[*map(unescape_formula, each)] if len(each) == 2 else ["ragged", *each] for each in records]
        assert rows == slow == dict(enumerate(cells, start=1))


def test_a_plain_part_becomes_text_of_arrow_and_any_other_does_not(tmp_path):
    path = write_file(tmp_path, "a,b\n" + "1,x\n" * 50 + '2,"y"\n' + "3,z\n" * 50)
    rows, faults, kinds = _read(path, plain=True, characters=40)
    assert kinds == {"object", "string[pyarrow]"}
    assert (len(rows), faults) == (101, [])
    assert (rows[1], rows[51], rows[101]) == (["1", "x"], ["2", "y"], ["3", "z"])


@given(
    st.lists(st.tuples(HOSTILE, st.one_of(st.none(), HOSTILE), st.floats(allow_nan=True)), max_size=8),
    st.sampled_from([CsvWriter, TsvWriter]),
)
@example([("a", "b", 0.25), ("", "", 1e-9)], CsvWriter)
@example([("a", "b", 0.3), ("-", "=1", 0.5)], CsvWriter)
@example([("a,b", "c", 0.3)], TsvWriter)
@example([("a\tb", "c", 0.3)], TsvWriter)
def test_text_of_arrow_is_written_as_the_csv_module_writes_it(rows, writer):
    columns = [*zip(*rows, strict=True)] or [(), (), ()]
    written = []
    for kind in (object, pd.ArrowDtype(pa.string())):
        texts = {name: pd.Series(cells, dtype=kind) for name, cells in zip("a=", columns[:2], strict=True)}
        file = io.BytesIO()
        with writer(file, "t.csv") as table:
            frame = pd.DataFrame({**texts, "low": np.array(columns[2], dtype=float)})
            table.write(frame)
            table.write(frame)
        written.append(file.getvalue())
    assert written[0] == written[1]


def test_a_table_of_plain_and_other_parts_is_scored_as_without_pyarrow(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_tables, "_PART_CHARACTERS", 400)
    monkeypatch.setattr(csv_tables, "_MIN_PLAIN_CHARACTERS", 1)
    plain = "Northwind,4,yes\n" * 40
    odd = ['"Acme, Inc",4,no', "short,5", "wrong,99,yes", '"two\nlines",3,', "'=1,2,yes", "", "a;=b,1,☑"]
    path = write_file(tmp_path, "company,rapport,met_team\n" + "".join(plain + line + "\n" for line in odd))
    written = []
    for has_pyarrow in (True, False):
        monkeypatch.setattr(csv_tables, "_has_pyarrow", lambda has_pyarrow=has_pyarrow: has_pyarrow)
        out, bad = tmp_path / f"out{has_pyarrow}.csv", tmp_path / f"bad{has_pyarrow}.csv"
        summary = score_table(OfferModel.default(), path, out, skip_bad=bad)
        assert (summary.n, summary.n_bad) == (7 * 40 + 4, 2)
        with pytest.raises(ValueError, match=r"row 82, rapport: not an answer|row 123") as error:
            score_table(OfferModel.default(), path, tmp_path / "none.csv")
        written.append((out.read_bytes(), bad.read_bytes(), str(error.value)))
    assert written[0] == written[1]
