"""Read workbooks of Excel and LibreOffice with python-calamine, and write .xlsx with openpyxl.

calamine unpacks a sheet into memory as a full rectangle of cells. The size of the rectangle is therefore
checked first, in the packed file, so that a small file cannot fill the memory.
"""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain, islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ..errors import Fault, FileError, Remedy, clip
from ..files import open_binary, read_start, unreadable_fault
from ..language import N_, _, number
from ..limits import SHEET_ROWS, UNPACKED_BYTES, VALUES, too_large
from ..name_matching import fold
from .base import Batch, TableFormat, TableReader, TableWriter, header_faults
from .csv_table import escape_formula, known_columns, unescape_formula, unique_column_names

if TYPE_CHECKING:
    import pandas as pd
    from python_calamine import CalamineSheet, CalamineWorkbook

_BATCH_ROWS = 16_384
_HEADER_SEARCH_ROWS = 10
_CHUNK, _OVERLAP = 1 << 22, 1 << 12  # bytes; no tag of interest is longer than the overlap
# Tags as calamine reads them: any namespace, quotation mark and case. `[^<>]`, not `[^>]`, since a part full
# of tags without an end would take hours.
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")  # a cell with one of the shared texts, and its number
_REFERENCE = re.compile(
    _SHARED.pattern
    + rb"[^<>]*>\s*(?:<f\b[^<>]*(?:/>|>[^<]*</f>)\s*)?<(?:[\w.-]+:)?v\b[^<>]*>\s*(\d{1,9})\s*<"
)
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_UNUSUAL = re.compile(  # a row or cell that is written in another way than spreadsheets do
    rb"""<(?!/|v>|c r="[A-Z]{1,3}\d{1,7}"|row r="\d{1,7}")(?:[\w.-]+:)?(?:c|row|mergeCell)[\s/>]"""
)
_PLACE = re.compile(  # of a row or cell; one without a place follows the one before it
    rb"""<(?:[\w.-]+:)?(row|c|mergeCell)(?=[\s/>])"""
    rb"""(?:(?:\s*[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*?\s*\br\s*=\s*["']\s*([A-Za-z]*)(\d+))?"""
)
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")  # bytes that text does not have
_NO_VALUE = re.compile(  # a formula whose result was never computed; one with a blank result has the type str
    rb'<c\b(?![^<>]*\bt="str")[^<>]*>\s*<f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_ERROR = re.compile(  # such as #REF!
    rb'<c\s(?=[^<>]*\bt="e")[^<>]*?\br="([A-Z]{1,3})(\d{1,7})"[^<>]*>\s*'
    rb"(?:<f\b(?:[^<>]*/>|[^<>]*>[^<]*</f>)\s*)?<v>([^<]{1,40})</v>"
)
_ODS_ERROR = b'calcext:value-type="error"'
_DATE_1904 = re.compile(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"')
_DAYS_TO_1904 = 1462  # from the first day of other workbooks
_PACKED, _OLD = b"PK", b"\xd0\xcf\x11\xe0"  # the first bytes of .xlsx and .ods, and of .xls
_CELL_CHARACTERS = 32_767  # the most that Excel allows
# what XML cannot have, or would change, and what would be read as an escape
_SPACE = re.compile(r"\s")
_ESCAPED = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_MAX_SHEETS = 10  # names in a message
_ODS_TAG = re.compile(
    rb"""<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])((?:[^<>"']+|"[^"]*"|'[^']*')*)"""
)
_ODS_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["'](\d+)""")
_ODS_VALUE = b"office:value-type"


class ExcelReader(TableReader):
    """A reader of one sheet; cells keep their types, whole numbers are integers and blank cells None.

    Parameters
    ----------
    path, size, known
        As for any `TableReader`.
    sheet : str, optional
        Name of the sheet; by default the only one whose header has known columns.
    """

    def __init__(
        self, path: str | Path, size: int | None, known: Iterable[str] = (), sheet: str | None = None
    ) -> None:
        self.source, self._batch_rows = str(path), size or _BATCH_ROWS
        self._n_read = 0
        used = known_columns(known)
        _check_size(path)
        self._workbook = _open(path)
        try:
            self._sheet, self._first = self._choose(sheet, used)
            self._errors = self._check_cells(path)
            rows = self._rows()
            names = [_name(cell) for cell in next(rows)]
            self._width = max((i for i, name in enumerate(names, 1) if name), default=0)
            self._width = max([self._width, *(_width(row) for row in islice(self._rows(), 1, 200))])
            padded = [*names, *[""] * self._width][: self._width]
            self.names, renamed, self.twins = unique_column_names(padded, used)
            skipped = N_("row {row} is above the column names and was skipped")
            above = [_(skipped, row=i) for i in self._first.above]
            self.remarks = (*above, *renamed)
            if faults := header_faults(self.names, path):
                raise FileError(faults)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[Batch]:
        rows = islice(self._rows(), 1, None)
        self._n_read = 0
        batch = [*islice(rows, self._batch_rows)]
        yield self._batch(batch)
        while batch := [*islice(rows, self._batch_rows)]:
            yield self._batch(batch)

    @property
    def fraction_read(self) -> float:
        """Fraction of the rows read so far."""
        return min(1.0, self._n_read / max(self._sheet.height, 1))

    def close(self) -> None:
        """Close the workbook."""
        self._workbook.close()

    def _choose(self, name: str | None, used: frozenset[str]) -> tuple["CalamineSheet", "_Header"]:
        """Choose the sheet, of those that are not hidden, and find its header."""
        from python_calamine import SheetVisibleEnum

        names = self._workbook.sheet_names
        if name is None:
            is_shown = SheetVisibleEnum.Visible
            shown = [each.name for each in self._workbook.sheets_metadata if each.visible == is_shown]
            names = shown or names
        elif name not in names:
            match = next((each for each in names if fold(each) == fold(name)), None)
            if match is None:
                expected = _listed(names)
                raise FileError([Fault("no such sheet", self.source, seen=clip(name), expected=expected)])
            name = match
        found: list[tuple[CalamineSheet, _Header]] = []
        for each in names if name is None else [name]:
            with _errors_as_faults(self.source):
                sheet = self._workbook.get_sheet_by_name(each)
                head = [*islice(_sheet_rows(sheet, {}), _HEADER_SEARCH_ROWS)]
            if header := _find_header(head, used):
                found.append((sheet, header))
        if not found:
            raise FileError([Fault("the file is empty", self.source)])
        known = [each for each in found if each[1].known]
        if len(known) > 1 or (not known and len(found) > 1):
            seen = _listed([sheet.name for sheet, _ in known or found])
            fault = Fault("several sheets could be meant", self.source, seen=seen)
            raise FileError([_with_remedy(fault, Remedy.NAME_SHEET)])
        return (known or found)[0]

    def _check_cells(self, path: str | Path) -> dict[int, dict[int, str]]:
        """Find the cells with an error, by row and column of the sheet; calamine reads them as blank.

        Raises
        ------
        FileError
            There are formulas without values, or errors whose place is not known.
        """
        errors: dict[int, dict[int, str]] = {}
        if not zipfile.is_zipfile(path):
            return errors
        with zipfile.ZipFile(path) as packed:
            if "content.xml" in packed.namelist() and _ODS_ERROR in packed.read("content.xml"):
                raise FileError(
                    [Fault("cells with an error, such as #REF!, instead of a value", self.source)]
                )
            if "xl/workbook.xml" in packed.namelist() and _DATE_1904.search(packed.read("xl/workbook.xml")):
                self.days_to_add = _DAYS_TO_1904
            part = _part_of(packed, self._sheet.name)
            for chunk in _chunks(packed, part) if part else ():
                if _NO_VALUE.search(chunk):
                    fault = Fault("formulas without values", self.source, field=self._sheet.name)
                    raise FileError([_with_remedy(fault, Remedy.COMPUTE_FORMULAS)])
                for column, row, text in _ERROR.findall(chunk):
                    errors.setdefault(int(row) - 1, {})[_column_number(column) - 1] = text.decode()
        return errors

    def _rows(self) -> Iterator[list[Any]]:
        """Yield the rows from the header on, without blank ones at the end."""
        n_blank = 0
        with _errors_as_faults(self.source):
            for row in islice(_sheet_rows(self._sheet, self._errors), self._first.place, None):
                if row.count("") < len(row) and _width(row):  # the count is fast
                    yield from repeat([], n_blank)
                    n_blank = 0
                    yield row
                else:
                    n_blank += 1

    def _batch(self, rows: Sequence[list[Any]]) -> Batch:
        import numpy as np
        import pandas as pd

        width = len(self.names)
        numbers = np.arange(self._n_read + 1, self._n_read + 1 + len(rows))
        self._n_read += len(rows)
        ragged = {
            int(number): [str(cell or "") for cell in row]
            for number, row in zip(numbers, rows, strict=True)
            if _width(row) > width
        }
        kept = [i for i, number in enumerate(numbers.tolist()) if number not in ragged]
        cells = [[_plain(cell) for cell in [*rows[i], *[None] * width][:width]] for i in kept]
        columns = zip(*cells, strict=True) if cells else [()] * width
        numbered = {i: pd.Series(column, dtype=object) for i, column in enumerate(columns)}
        frame = pd.DataFrame(numbered).set_axis(list(self.names), axis=1)
        return Batch(frame, numbers[kept], ragged)


class ExcelWriter(TableWriter):
    """A writer of one sheet; text that begins like a formula stays text."""

    def __init__(self, file: BinaryIO, source: str) -> None:
        super().__init__(file, source)
        from openpyxl import Workbook

        self._workbook = Workbook(write_only=True)
        self._sheet: Any = self._workbook.create_sheet("offerodds")

    def _write(self, frame: "pd.DataFrame") -> None:
        if not self._begun:
            self._sheet.append([self._cell(str(name)) for name in frame.columns])
        for row in frame.astype(object).itertuples(index=False, name=None):
            self._sheet.append([self._cell(cell) for cell in row])

    def _cell(self, value: Any) -> Any:
        """Convert a cell to what openpyxl writes."""
        from openpyxl.cell import WriteOnlyCell

        from ..answers.parsing import is_blank, to_python  # not loaded for help texts

        value = to_python(value)
        if is_blank(value):
            return None
        if isinstance(value, datetime):
            value = value.replace(tzinfo=None)
        if isinstance(value, bool | int | float | date):
            return value
        text = escape_formula(str(value))
        to_escape = _SPACE if text.isspace() else _ESCAPED  # readers drop blank texts
        text = to_escape.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
        if len(text) > _CELL_CHARACTERS:
            raise FileError([too_long_for_cell(self._source, text)])
        cell = WriteOnlyCell(self._sheet, text)
        cell.data_type = "s"  # not "f", for a text that begins with an equals sign
        return cell

    def _finish(self) -> None:
        self._workbook.save(self._file)

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is not None:
            self._sheet.close()  # else it complains when it is collected
        super().__exit__(kind, *rest)


def too_long_for_cell(source: str, text: str = "") -> Fault:
    """Describe a text that no cell of a workbook can have."""
    fault = Fault(
        "too long for a cell of a workbook",
        source,
        seen=clip(text) if text else "",
        expected=_("at most {limit} characters", limit=number(_CELL_CHARACTERS)),
    )
    return _with_remedy(fault, Remedy.WRITE_CSV)


class _Header:
    """Place of the header, the numbers of the rows skipped above it, and whether it has a known column."""

    def __init__(self, place: int, above: tuple[int, ...], *, known: bool) -> None:
        self.place, self.above, self.known = place, above, known


def _find_header(rows: Sequence[Sequence[Any]], used: frozenset[str]) -> _Header | None:
    """Find the header: the first row that is not blank, or below titles that with most known columns."""
    filled = [(i, [_name(cell) for cell in row if _name(cell)]) for i, row in enumerate(rows) if _width(row)]
    if not filled:
        return None
    known = [len(used & {*map(fold, cells)}) for _, cells in filled]
    chosen = known.index(max(known))
    if any(len(cells) >= len(filled[chosen][1]) for _, cells in filled[:chosen]):
        chosen = 0
    above = tuple(i + 1 for i, _ in filled[:chosen])
    return _Header(filled[chosen][0], above, known=max(known) > 0)


def _listed(names: Sequence[str]) -> str:
    """List the names of sheets, of many only the first ones."""
    first = ", ".join(names[:_MAX_SHEETS])
    if len(names) <= _MAX_SHEETS:
        return first
    return _("{first}, … ({n} sheets)", first=first, n=number(len(names)))


def _sheet_rows(sheet: "CalamineSheet", errors: Mapping[int, Mapping[int, str]]) -> Iterator[list[Any]]:
    """Yield all rows, with the texts of errors, and with the value of merged cells in each of their rows.

    A cell that is merged with those below it stands for all of them, but only in rows with other cells.
    """
    if not sheet.height:
        return
    first = (sheet.start or (0, 0))[1]
    ranges = sorted(sheet.merged_cell_ranges or (), reverse=True)
    merged: dict[int, tuple[int, Any]] = {}  # last row and value, by column
    for i, row in enumerate(sheet.iter_rows()):
        for column, text in errors.get(i, {}).items():
            row[column - first] = text
        if row.count("") < len(row):
            for place, (last, value) in merged.items():
                if i <= last and _is_empty(row[place]):
                    row[place] = value
        while ranges and ranges[-1][0][0] <= i:
            (top, left), (bottom, _) = ranges.pop()
            if top == i < bottom and 0 <= left - first < len(row):
                merged[left - first] = bottom, row[left - first]
        yield row


def _name(cell: Any) -> str:
    return "" if cell is None else str(_plain(cell) if cell != "" else "").strip()


def _width(row: Sequence[Any]) -> int:
    """Count the cells up to the last one that is not blank."""
    return next((i for i in range(len(row), 0, -1) if not _is_empty(row[i - 1])), 0)


def _is_empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _plain(cell: Any) -> Any:
    """Convert a cell: blank to None, a whole number to an integer, a time or duration to text."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, time | timedelta):
        return str(cell)
    if isinstance(cell, str):
        return unescape_formula(cell) or None
    return cell


def _open(path: str | Path) -> "CalamineWorkbook":
    """Open a workbook."""
    from python_calamine import CalamineWorkbook

    with _errors_as_faults(str(path)):
        return CalamineWorkbook.from_path(str(path))


class _errors_as_faults:  # noqa: N801 (used as a function)
    """Convert errors of calamine within the block to a `FileError` that names the file."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        from python_calamine import CalamineError, PasswordError

        if isinstance(error, PasswordError):
            fault = Fault("protected by a password", self._source)
            raise FileError([_with_remedy(fault, Remedy.REMOVE_PASSWORD)]) from None
        if isinstance(error, OSError):
            raise FileError([unreadable_fault(self._source, error)]) from None
        if isinstance(error, CalamineError | ValueError):
            seen = clip(str(error).splitlines()[0] if str(error) else type(error).__name__, 100)
            raise FileError([Fault("not a workbook, or damaged", self._source, seen=seen)]) from None


def _with_remedy(fault: Fault, remedy: Remedy) -> Fault:
    from dataclasses import replace

    return replace(fault, remedy=remedy)


def _check_size(path: str | Path) -> None:
    """Check that a packed workbook is small enough to be unpacked."""
    source, start = str(path), read_start(path, 16)
    if not start:
        raise FileError([Fault("the file is empty", source=source)])
    if len(start) >= len(_OLD) and not start.startswith((_PACKED, _OLD)):
        if _BINARY.search(start):
            raise FileError([Fault("not a workbook, or damaged", source)])
        is_web_page = start.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<")
        problem = N_("not a workbook, but a web page") if is_web_page else N_("not a workbook, but text")
        raise FileError([_with_remedy(Fault(problem, source), Remedy.SAVE_AS_CSV)])
    if start.startswith(_OLD):
        return  # .xls, whose sheets have at most 65,536 rows and 256 columns
    total = rows = cells = 0
    with open_binary(path) as file:
        try:
            with zipfile.ZipFile(file) as packed:
                total = sum(part.file_size for part in packed.infolist())
                if total <= UNPACKED_BYTES:
                    rows, cells, text = map(max, zip(*_sizes(packed), strict=True))
                    total = max(total, text)
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            RuntimeError,
            EOFError,
            OSError,
            ValueError,
        ):
            raise FileError([Fault("not a workbook, or damaged", source)]) from None
    for size, what, limit in (
        (total / 1e6, N_("{n} MB"), UNPACKED_BYTES / 1e6),
        (cells, N_("{n} cells"), VALUES),
        (rows, N_("{n} rows"), SHEET_ROWS),
    ):
        if size > limit:
            raise FileError([too_large(source, size, what, limit, Remedy.SAVE_AS_CSV)])


def _sizes(packed: zipfile.ZipFile) -> Iterator[tuple[int, int, int]]:
    """Yield the rows, cells and bytes of text that each part may unpack to; any part can be a sheet.

    A text that is repeated is stored once in .xlsx, a repeated row once in .ods.
    """
    names = packed.namelist()
    shared = [name for name in names if name.lower().endswith("sharedstrings.xml")]
    lengths = [len(text) for name in shared for text in packed.read(name).split(b"<si>")]
    longest = max(lengths, default=0)
    for name in names:
        if name == "content.xml":
            yield _size_of_ods(packed.read(name))
        rows, cells = _rectangle(packed, name)
        text = 0
        if longest and cells <= VALUES:
            counts, n = Counter[int](), 0
            for chunk in _chunks(packed, name):
                counts.update(map(int, _REFERENCE.findall(chunk)))
                n += len(_SHARED.findall(chunk))
            text = longest * (n - counts.total())
            text += sum(count * lengths[i + 1] for i, count in counts.items() if i + 1 < len(lengths))
        yield rows, cells, text


def _rectangle(packed: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """Count the rows, and the cells of the rectangle around the used ones, until above a limit."""
    row = column = rows = columns = merged = 0
    used = set[bytes]()
    for chunk in _chunks(packed, name, whole_tags=True):
        if rows > SHEET_ROWS or rows * columns > VALUES:
            break
        if not _UNUSUAL.search(chunk):  # much faster
            for letters, number in _CELL.findall(chunk):
                rows = max(rows, int(number))
                used.add(letters)
            columns = column = max([columns, *map(_column_number, used)])
            row = rows
            continue
        for tag, letters, number in _PLACE.findall(chunk):
            if tag == b"row":
                row, column = int(number or row + 1), 0
            elif tag == b"c":
                row = int(number or row)
                column = _column_number(letters.upper()) if letters else column + 1
                columns = max(columns, column)
            else:
                merged += 1
            rows = max(rows, row)
        if merged > SHEET_ROWS:
            raise ValueError
    return rows, rows * columns


def _size_of_ods(content: bytes) -> tuple[int, int, int]:
    """Compute the rows, the cells of the largest rectangle, and the bytes of text of the sheets of .ods.

    Blank rows at the end are repeated up to the last possible one, and count nothing.
    """
    rows = cells = text = 0
    n_rows = n_blank = width = repeated = start = filled = place = most = 0
    for found in chain(_ODS_TAG.finditer(content), [None]):
        tag, attributes = found.groups() if found else (b"table", b"")
        if tag.endswith(b"cell"):
            times = _repeated(attributes)
            place += times
            if _ODS_VALUE in attributes:
                filled, most = place, max(most, times)
            continue
        # the end of the row before
        if filled:
            n_rows, n_blank = n_rows + n_blank + repeated, 0
            width = max(width, filled)
            end = found.start() if found else len(content)
            text += repeated * most * (end - start)
        else:
            n_blank += repeated
        rows, cells = max(rows, n_rows), max(cells, n_rows * width)
        if rows > SHEET_ROWS:
            break
        repeated, filled, place, most = 0, 0, 0, 0
        if tag == b"table":
            n_rows = n_blank = width = 0
        elif found:
            repeated, start = _repeated(attributes), found.end()
    return rows, cells, text


def _repeated(attributes: bytes) -> int:
    match = _ODS_REPEATED.search(attributes) if b"repeated" in attributes else None
    return int(match[1]) if match else 1


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _chunks(packed: zipfile.ZipFile, name: str, *, whole_tags: bool = False) -> Iterator[bytes]:
    """Yield a part in overlapping chunks, or in chunks that end before a tag."""
    with packed.open(name) as part:
        last = b""
        while chunk := part.read(_CHUNK):
            chunk, last = last + chunk, chunk[-_OVERLAP:]
            if whole_tags:
                end = chunk.rfind(b"<")
                if _PLACE.match(chunk, end) and len(chunk) - end > _CHUNK:
                    raise ValueError  # no row or cell has so long a tag
                chunk, last = chunk[:end], chunk[end:] if end >= 0 else b""
            yield chunk
        if whole_tags:
            yield last


def _part_of(packed: zipfile.ZipFile, sheet: str) -> str | None:
    """Find the part of a sheet; None if it is not an .xlsx file of the usual form."""
    from xml.etree import ElementTree  # not loaded for help texts

    try:
        workbook = ElementTree.fromstring(packed.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(packed.read("xl/_rels/workbook.xml.rels"))
    except (KeyError, ElementTree.ParseError):
        return None
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    for each in workbook.iter():
        if each.tag.endswith("}sheet") and each.get("name") == sheet:
            identifier = next((value for key, value in each.attrib.items() if key.endswith("}id")), None)
            target = targets.get(identifier, "").lstrip("/").removeprefix("xl/")
            return f"xl/{target}" if f"xl/{target}" in packed.namelist() else None
    return None


FORMATS = (
    TableFormat(
        "Excel",
        (".xlsx", ".xls", ".ods"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ExcelReader,
        ExcelWriter,
        package="python_calamine",
        extra="excel",
        writer_package="openpyxl",
        read_only=(".xls", ".ods"),
    ),
)
