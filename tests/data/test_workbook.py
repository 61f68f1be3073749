"""Workbooks: read with types, one sheet by name, and refused with one message if that is not possible."""

import datetime
import json
import zipfile

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from helpers import ROOT
from offerodds import FileError, InputError, Journal, MissingExtraError, OfferModel, read_table
from offerodds.data import limits
from offerodds.data.tables.formats import open_table, write_table
from offerodds.journal.importing import import_into
from offerodds.training.streaming.score_tables import score_table
from offerodds.training.streaming.train_tables import read_training_tables

WORKBOOKS = ROOT / "tests" / "support" / "workbooks"
HEADER = ["Company Name", "Interview Date", "rapport", "Status"]
ROW = ["Acme", datetime.datetime(2026, 9, 1, 14, 30), 4, "Rejected"]


@pytest.fixture
def workbook(tmp_path):
    """Write sheets, given as rows by name, to an .xlsx file."""

    def write(*, epoch=None, name="t.xlsx", **sheets):
        book = openpyxl.Workbook()
        book.remove(book.active)
        if epoch:
            book.epoch = epoch
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


def message(path, **options):
    with pytest.raises(InputError) as error:
        read_table(path, **options)
    (fault,) = error.value.faults
    return str(fault)


@pytest.mark.parametrize("name", ["old.xls", "free.ods"])
def test_the_other_kinds_of_workbook_are_read(name):
    frame = read_table(WORKBOOKS / name)
    assert [*frame.columns] == HEADER
    ((company, day, rapport, status),) = frame.to_numpy().tolist()
    assert (company, str(day)[:10], rapport, status) == ("Acme", "2026-09-01", 4, "Rejected")


def test_cells_keep_their_types_and_blank_rows_at_the_end_are_none(workbook):
    path = workbook(Jobs=[HEADER, ROW, [None, None, 4.5, True], [None], ["Byte"], [""], [None]])
    frame = read_table(path)
    assert frame["Interview Date"][0] == ROW[1]
    assert frame["rapport"].tolist() == [4, 4.5, None, None]
    assert [type(cell) for cell in frame["rapport"][:2]] == [int, float]
    assert frame["Status"].tolist() == ["Rejected", True, None, None]
    with open_table(path, size=3) as table:
        assert [batch.rows.tolist() for batch in table] == [[1, 2, 3], [4]]
        assert [batch.rows.tolist() for batch in table] == [[1, 2, 3], [4]]


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_dates_of_either_epoch_are_the_same(workbook, epoch):
    assert read_table(workbook(epoch=epoch, Jobs=[HEADER, ROW]))["Interview Date"][0] == ROW[1]


def test_a_title_and_columns_without_a_name_are_passed_over_with_a_remark(workbook):
    frame = read_table(
        workbook(Jobs=[["MY SEARCH"], [], ["company", "rapport", None, "Tag", "Tag"], ["A", 4, "x", 1, 2]])
    )
    assert [*frame.columns] == ["company", "rapport", "column 3", "Tag", "Tag (2)"]
    assert frame.attrs["remarks"][0] == "row 1 is above the column names and was skipped"


def test_the_sheet_with_known_columns_is_read_or_the_one_named(workbook):
    path = workbook(Notes=[["colour"], ["red"]], Jobs=[HEADER, ROW], Empty=[])
    assert len(read_table(path)) == 1
    assert read_table(path, sheet="notes")["colour"].tolist() == ["red"]
    assert "no such sheet" in message(path, sheet="Jbos")
    assert "Notes, Jobs, Empty" in message(path, sheet="Jbos")
    two = workbook(Old=[HEADER, ROW], New=[HEADER, ROW], name="two.xlsx")
    assert "several sheets could be meant; seen Old, New" in message(two)
    csv = path.with_suffix(".csv")
    csv.write_text("rapport\n4\n", encoding="utf-8")
    assert "no sheets" in message(csv, sheet="Jobs")


def test_a_protected_workbook_is_refused_with_the_remedy():
    assert "protected by a password; save it without a password" in message(WORKBOOKS / "protected.xlsx")


@pytest.mark.parametrize("cut", [0, 1, 100, 3000])
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_a_damaged_workbook_is_refused(workbook, tmp_path, cut, suffix):
    broken = tmp_path / f"broken{suffix}"
    broken.write_bytes(workbook(Jobs=[HEADER, ROW]).read_bytes()[:cut])
    assert ("the file is empty" if cut == 0 else "not a workbook, or damaged") in message(broken)


def test_a_workbook_with_a_changed_byte_is_refused_or_read_as_it_was(workbook, tmp_path):
    path, stored, broken = workbook(Jobs=[HEADER, ROW]), tmp_path / "stored.xlsx", tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(stored, "w") as copy:
        for part in source.namelist():
            copy.writestr(part, source.read(part))
    content = stored.read_bytes()
    refused = set()
    with zipfile.ZipFile(stored) as parts:
        for part in parts.infolist():
            start = content.index(part.filename.encode(), part.header_offset)
            place = content.rindex(b'"', start, start + len(part.filename) + part.file_size) - 1
            broken.write_bytes(content[:place] + b"x" + content[place + 1 :])  # in the last attribute
            try:
                assert read_table(broken).equals(read_table(path))
            except FileError as error:
                assert "not a workbook, or damaged" in str(error)  # noqa: PT017
                refused.add(part.filename)
    assert {"xl/workbook.xml", "xl/worksheets/sheet1.xml"} <= refused


def test_an_empty_workbook_is_refused(workbook):
    assert "the file is empty" in message(workbook(Jobs=[]))


def test_formulas_without_values_are_refused(workbook, tmp_path):
    path = workbook(Jobs=[HEADER, [*ROW[:2], "=2+2", "Rejected"]])
    assert "formulas without values; open it in your spreadsheet" in message(path)
    other = workbook(Jobs=[HEADER, ROW], Sums=[["=1+1"]], name="other.xlsx")
    assert len(read_table(other, sheet="Jobs")) == 1


def _with_part(path, target, name, change):
    """Copy a workbook with one part changed."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in source.namelist():
            content = source.read(part)
            copy.writestr(part, change(content) if part == name else content)
    return target


def test_a_formula_with_a_blank_text_as_its_value_is_blank(workbook, tmp_path):
    path = workbook(Jobs=[HEADER, ["Acme", None, 4, "=B2"]])
    computed = _with_part(
        path,
        tmp_path / "blank.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace(b'<c r="D2">', b'<c r="D2" t="str">')
            .replace(b"<v />", b"<v></v>")
            .replace(b"<v/>", b"<v></v>")
        ),
    )
    assert read_table(computed)["Status"].tolist() == [None]


def test_a_small_file_cannot_fill_the_memory(workbook, tmp_path, monkeypatch):
    path = workbook(Jobs=[HEADER, ROW])
    far = _with_part(
        path,
        tmp_path / "far.xlsx",
        "xl/worksheets/sheet1.xml",
        lambda xml: xml.replace(b'r="D2"', b'r="XFD1048576"'),
    )
    assert "cells, expected at most 20,000,000" in message(far)
    ods = _with_part(
        WORKBOOKS / "free.ods",
        tmp_path / "far.ods",
        "content.xml",
        lambda xml: xml.replace(
            b"<table:table-row>", b'<table:table-row table:number-rows-repeated="99999999">', 1
        ),
    )
    assert "too large; seen" in message(ods)
    repeated = _with_part(
        WORKBOOKS / "free.ods",
        tmp_path / "repeated.ods",
        "content.xml",
        lambda xml: xml.replace(
            b"<table:table-row>",
            b'<table:table-row table:number-rows-repeated="10000">'
            + b'<table:table-cell office:value-type="string"><text:p>'
            + b"x" * 100_000
            + b"</text:p></table:table-cell></table:table-row><table:table-row>",
            1,
        ),
    )
    assert "too large; seen" in message(repeated)
    shared = tmp_path / "shared.xlsx"
    text = "x" * 30_000
    rows = "".join(f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 20_001))
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(shared, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            packed.writestr(name, source.read(name))
        packed.writestr("xl/sharedStrings.xml", f"<sst><si><t>{text}</t></si></sst>")
        packed.writestr("xl/worksheets/sheet9.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    assert "too large; seen 600 MB" in message(shared)
    bomb = tmp_path / "bomb.xlsx"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(500):
            part.write(b" " * 1_000_000)
    assert bomb.stat().st_size < 1_000_000
    assert "too large; seen 500 MB, expected at most 400; save it as CSV" in message(bomb)


def test_text_like_a_formula_stays_text_and_a_table_is_read_back_as_it_was(tmp_path):
    frame = pd.DataFrame(
        {"company": ["=1+1", "Äcme", None], "rapport": [4, 2.5, None], "met_team": [True, None, False]}
    )
    write_table(frame, tmp_path / "out.xlsx")
    back = read_table(tmp_path / "out.xlsx")
    assert back["company"].tolist() == ["=1+1", "Äcme", None]
    assert back["rapport"].tolist() == [4, 2.5, None]
    assert back["met_team"].tolist() == [True, None, False]


@pytest.mark.parametrize("suffix", [".xls", ".ods"])
def test_only_the_newest_kind_is_written(tmp_path, suffix):
    with pytest.raises(FileError, match="cannot write this format") as error:
        write_table(pd.DataFrame({"a": [1]}), tmp_path / f"out{suffix}")
    assert ".xlsx" in str(error.value)
    assert ", .xls," not in str(error.value)


@pytest.mark.parametrize("package", ["python_calamine", "openpyxl"])
def test_a_missing_package_names_the_extra(workbook, monkeypatch, package):
    path = workbook(Jobs=[HEADER, ROW])
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingExtraError, match=r"offerodds\[excel\]"):
        read_table(path) if package == "python_calamine" else write_table(pd.DataFrame({"a": [1]}), path)


def test_commands_read_workbooks(offerodds, workbook):
    rows = [
        ["rapport", "met_team", "outcome"],
        *[[1 + i % 5, "yes", "offer" if i % 3 else "Absage"] for i in range(12)],
    ]
    path = workbook(Jobs=rows)
    scored = offerodds("predict", path, "--out", path.with_name("scored.xlsx"))
    assert scored.code == 0, scored.err
    assert len(read_table(path.with_name("scored.xlsx"))) == 12
    assert offerodds("evaluate", path).code == 0
    trained = offerodds("train", path, "--no-validate", "--json")
    assert json.loads(trained.out)["n_no_offer"] == 4


def test_the_journal_imports_a_sheet_by_name(offerodds, workbook):
    path = workbook(Old=[HEADER, ROW], New=[HEADER, ["Byte", *ROW[1:]], ["Core", None, None, "Applied"]])
    refused = offerodds("journal", "import", path)
    assert "--sheet NAME" in refused.err
    assert "Added 1 interview." in offerodds("journal", "import", path, "--sheet", "new").out
    (found,) = json.loads(offerodds("journal", "export", "--json").out)["interviews"]
    assert (found["company"], found["date"]) == ("Byte", "2026-09-01")
    bad = offerodds("journal", "import", WORKBOOKS / "old.xls", "--skip-bad", path.with_name("bad.xlsx"))
    assert bad.code == 0, bad.err


def test_limits_leave_room_for_a_million_rows():
    assert limits.VALUES >= 15 * 1_048_576
    assert limits.UNPACKED_BYTES >= 100 * 1_048_576


def test_training_and_prediction_read_the_sheet_that_is_named(workbook, tmp_path):
    rows = [["rapport", "outcome"], [5, "offer"], [2, "rejected"]]
    path = workbook(Old=rows, New=[*rows, [1, "rejected"]])
    model = OfferModel.default()
    with pytest.raises(InputError, match="several sheets"):
        read_training_tables([path], "outcome", model)
    assert read_training_tables([path], "outcome", model, sheet="New").train().n_no_offer == 2
    assert score_table(model, path, tmp_path / "scored.csv", sheet="Old").n == 2
    with pytest.raises(InputError, match="no such sheet"):
        score_table(model, path, tmp_path / "scored.csv", sheet="Older")


def test_an_error_in_a_cell_is_its_text_not_a_blank(workbook, tmp_path):
    path = workbook(Jobs=[[], [None, *HEADER], [None, *ROW], [None, "Byte", None, 4, "#REF!"]])
    frame = read_table(path)
    assert frame["Status"].tolist() == ["Rejected", "#REF!"]
    content = b'<table:table-cell office:value-type="string" calcext:value-type="error"/>'
    broken = _with_part(
        WORKBOOKS / "free.ods",
        tmp_path / "e.ods",
        "content.xml",
        lambda xml: xml + b"<!--" + content + b"-->",
    )
    assert "cells with an error, such as #REF!" in message(broken)


def test_the_value_of_cells_that_are_merged_downwards_is_that_of_each_row(tmp_path):
    book = openpyxl.Workbook()
    for row in (["company", "Interview"], [None, "role", "rapport"], ["Acme", "Chef", 4], [None, "Cook", 0]):
        book.active.append(["", *row])
    for merged in ("B1:B2", "C1:D1", "B3:B2000"):
        book.active.merge_cells(merged)
    book.save(tmp_path / "t.xlsx")
    frame = read_table(tmp_path / "t.xlsx")
    assert frame.to_numpy().tolist() == [["Acme", "Chef", 4], ["Acme", "Cook", 0]]


def test_hidden_sheets_are_read_by_name_only(tmp_path):
    book = openpyxl.Workbook()
    for sheet in (book.active, book.create_sheet("Old")):
        sheet.append(HEADER)
        sheet.append(ROW)
    book["Old"].append(ROW)
    book["Old"].sheet_state = "hidden"
    book.save(tmp_path / "t.xlsx")
    assert [len(read_table(tmp_path / "t.xlsx", sheet=name)) for name in (None, "Old")] == [1, 2]


def test_of_many_sheets_a_message_names_the_first_ten(workbook):
    path = workbook(**{f"s{i}": [HEADER] for i in range(12)})
    assert "seen s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, … (12 sheets)" in message(path)


@pytest.mark.parametrize(
    ("text", "kind"), [("<html><table>", "a web page"), ("\n <?xml?>", "a web page"), ("a,b\n1,2", "text")]
)
def test_other_files_with_the_name_of_a_workbook_are_refused_with_the_remedy(tmp_path, text, kind):
    (tmp_path / "t.xls").write_text(text, encoding="utf-8")
    assert f"not a workbook, but {kind}; save it as CSV" in message(tmp_path / "t.xls")


@pytest.mark.parametrize("epoch", [None, CALENDAR_MAC_1904])
def test_numbers_for_days_count_from_the_first_day_of_the_workbook(workbook, tmp_path, epoch):
    serial = 46266 - (1462 if epoch else 0)
    path = workbook(
        epoch=epoch, Jobs=[["company", "date", "rapport"], ["Acme", serial, 4], ["Byte", None, 4]]
    )
    with Journal(tmp_path / "journal.db") as book:
        import_into(book, path)
        assert book.interview(1).date == datetime.date(2026, 9, 1)
