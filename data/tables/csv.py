"""CSV and TSV, in any usual encoding, by Python's csv module: pyarrow takes `"a"b` for a cell."""

import codecs
import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import count, islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from ..errors import Fault, FileError, Remedy, clip
from ..files import open_binary, unreadable_fault
from ..spelling import fold
from .base import Batch, TableFormat, TableReader, TableWriter, header_faults

if TYPE_CHECKING:
    import pandas as pd


JOURNAL_COLUMNS = ("company", "role", "date", "outcome", "outcome_date", "notes")
SEARCHED = 10  # lines, blank ones not counted
UTF_8, UTF_16, WINDOWS = "utf-8-sig", "utf-16", "cp1252"
REMARKS = {
    UTF_16: "read as UTF-16",
    WINDOWS: "not UTF-8, so it was read as Windows-1252 (cp1252); if letters are wrong, save it as UTF-8",
}
_NAMES_DELIMITER = re.compile(r"""["']?sep=(.)["']?[,;\s]*""", re.IGNORECASE)
_CHUNK = 1 << 20
_NOT_WINDOWS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")
_LONGEST_CELL = 100_000_000  # characters
_SIZE = 16_384  # rows; so much text still fits a cache, more takes longer
_LIMIT = Lock()  # of cells: the csv module has one for all threads
_BLANK = ",;\t\"' \r\n"  # of what a blank line is made


class Header(NamedTuple):
    """The line of the header, from 0; lines before it are skipped, with a remark if they are not blank."""

    line: int
    delimiter: str
    remarks: tuple[str, ...] = ()


def known_columns(others: Iterable[str] = ()) -> frozenset[str]:
    """Return the names of columns that are used: built-in signs, those of the journal, and others; folded."""
    from ..catalogue.catalogue import Catalogue  # help texts need none

    return frozenset(map(fold, (*Catalogue.built_in().questions, *JOURNAL_COLUMNS, *others)))


def find_header(lines: Sequence[tuple[int, str]], known: AbstractSet[str]) -> Header | None:
    """Return where the header is among the first lines of a CSV.

    It is the first line. A later one is taken only if it is the first with a known column and every line
    before it has fewer cells that are not blank, as titles have. ``sep=;`` before it names the delimiter.
    Lines come with their numbers from 0, without blank ones.

    Examples
    --------
    >>> found = find_header([(0, "MY JOB TRACKER,,"), (2, "Company,Role,Pay")], known_columns())
    >>> found.line, found.remarks
    (2, ("line 1 is above the column names and was skipped: 'MY JOB TRACKER'",))
    """
    named = _NAMES_DELIMITER.fullmatch(lines[0][1].strip()) if lines else None
    remarks = [f"line {lines[0][0] + 1} was skipped: it names the delimiter"] if named else []
    lines = lines[1:] if named else lines
    if not lines:
        return None
    rows = [_cells(text, named[1] if named else detect_delimiter(text)) for _, text in lines]
    header = next((i for i, cells in enumerate(rows) if not known.isdisjoint(map(fold, cells))), 0)
    if any(len(cells) >= len(rows[header]) for cells in rows[:header]):
        header = 0
    for (place, _), cells in zip(lines[:header], rows, strict=False):
        seen = clip(" ".join(cells), 60)
        remarks.append(f"line {place + 1} is above the column names and was skipped: {seen}")
    place, text = lines[header]
    return Header(place, named[1] if named else detect_delimiter(text), tuple(remarks))


def detect_delimiter(header: str) -> str:
    """Return the delimiter of a CSV by its header: the one of comma, semicolon and tab that occurs most."""
    return max(",;\t", key=header.count)


def unique_column_names(
    names: Sequence[str], known: AbstractSet[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return names of columns that differ, and remarks on those that had none or had one twice.

    Twins of a known column stay as they are: which of them counts cannot be known.

    Examples
    --------
    >>> unique_column_names(["company", "Tag", "", "Tag"], known_columns())[0]
    ('company', 'Tag', 'column 3', 'Tag (2)')
    """
    found: list[str] = []
    remarks: list[str] = []
    taken, before = set(names), set[str]()
    for place, name in enumerate(names, start=1):
        new = name
        if not name or (name in before and fold(name) not in known):
            base = name or f"column {place}"
            new = next(each for n in count(1) if (each := base if n == 1 else f"{base} ({n})") not in taken)
            twin = f"two columns are called {clip(name)}; the second is not used, and named {clip(new)}"
            remarks.append(twin if name else f"column {place} has no name and is not used")
        taken.add(new)
        before.add(new)
        found.append(new)
    return tuple(found), tuple(remarks)


def detect_encoding(file: BinaryIO, source: str) -> str:
    """Return the encoding of a whole file, which is left at its beginning.

    It is UTF-16 if it begins with a mark that says so, else UTF-8 if all of it is, else Windows-1252 if all
    of it can be. No other encoding is guessed, and a file of which a part is UTF-8 is refused.

    Raises
    ------
    FileError
        It is none of these.

    Examples
    --------
    >>> import io
    >>> detect_encoding(io.BytesIO("Müller".encode("cp1252")), "mine.csv")
    'cp1252'
    """
    file.seek(0)
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        file.seek(0)
        return UTF_16
    found = UTF_8 if _utf_8_until(file) is None else WINDOWS
    if found == WINDOWS and not _is_windows(file):
        raise FileError([_not_text(file, source)])
    file.seek(0)
    return found


def _not_text(file: BinaryIO, source: str) -> Fault:
    """Return the fault of a file that is not text in an encoding we read, with its first line that is not."""
    wrong = _utf_8_until(file) or 0
    file.seek(0)
    line = 1
    while wrong > 0:
        chunk = file.read(min(wrong, _CHUNK))
        line += chunk.count(b"\n")
        wrong -= len(chunk) or wrong
    return Fault(f"not UTF-8 text (line {line})", source=source, remedy=Remedy.SAVE_AS_UTF8)


def _utf_8_until(file: BinaryIO) -> int | None:
    """Return the place of the first byte that is not UTF-8, None where all are."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0
    while True:
        chunk = file.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return read + len(chunk) - len(error.object) + error.start
        if not chunk:
            return None
        read += len(chunk)


def _is_windows(file: BinaryIO) -> bool:
    """Return whether a file that is not UTF-8 can be Windows-1252: what is UTF-8 before is ASCII alone."""
    before = _utf_8_until(file) or 0
    file.seek(0)
    while chunk := file.read(_CHUNK):
        if not chunk[: max(before, 0)].isascii() or _NOT_WINDOWS.search(chunk):
            return False
        before -= len(chunk)
    return True


class CsvReader(TableReader):
    """A CSV file, UTF-8 or as Excel writes it; every cell is text, exactly as it is in the file."""

    def __init__(self, path: str | Path, size: int | None, known: Iterable[str] = ()) -> None:
        self.source, self._size = str(path), size or _SIZE
        self._file = open_binary(path)
        used = known_columns(known)
        try:
            self._bytes = os.fstat(self._file.fileno()).st_size
            self._encoding = self._found_encoding()
            self._header = self._found_header(used)
            self.delimiter = self._header.delimiter
            names = [name.strip() for name in self._take(self._rows(), 1)[0]]
            self.names, renamed = unique_column_names(names, used)
            encoded = [REMARKS[self._encoding]] if self._encoding in REMARKS else []
            self.remarks = (*encoded, *self._header.remarks, *renamed)
            if faults := header_faults(self.names, path):
                some = self._take(islice(self._rows(), 1, None), self._size)
                ragged = self._batch(some, 0).ragged_faults(self.source)
                raise FileError(faults + ragged)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[Batch]:
        rows = self._rows()
        self._take(rows, 1)
        before, some = 0, self._take(rows, self._size)
        yield self._batch(some, before)
        while some:
            before += len(some)
            if some := self._take(rows, self._size):
                yield self._batch(some, before)

    @property
    def fraction_read(self) -> float:
        """By bytes."""
        return self._file.tell() / self._bytes

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _batch(self, some: Sequence[Sequence[str]], before: int) -> Batch:
        import numpy as np

        width = len(self.names)
        ragged = {row: cells for row, cells in enumerate(some, before + 1) if len(cells) != width}
        rows = np.arange(before + 1, before + 1 + len(some))
        if ragged:
            some, rows = [cells for cells in some if len(cells) == width], np.setdiff1d(rows, [*ragged])
        return Batch(self._frame(some), rows, ragged)

    def _frame(self, rows: Sequence[Sequence[str]]) -> "pd.DataFrame":
        import pandas as pd

        columns: Iterable[Sequence[str]] = zip(*rows, strict=True) if rows else [()] * len(self.names)
        numbered = {i: pd.Series(cells, dtype=object) for i, cells in enumerate(columns)}
        return pd.DataFrame(numbered).set_axis(list(self.names), axis=1)

    def _take(self, rows: Iterator[list[str]], most: int) -> list[list[str]]:
        """Return the next rows."""
        try:
            with _long_cells():
                return list(islice(rows, most))
        except csv.Error as error:
            raise FileError([Fault("not CSV", source=self.source, seen=str(error))]) from None

    def _rows(self) -> Iterator[list[str]]:
        """Yield the cells of every line that is not blank, those of the header first."""
        lines = islice(self._lines(), self._header.line, None)
        yield from filter(None, csv.reader(lines, delimiter=self.delimiter, strict=True))

    def _found_encoding(self) -> str:
        try:
            return detect_encoding(self._file, self.source)
        except OSError as error:
            raise FileError([unreadable_fault(self.source, error)]) from None

    def _found_header(self, known: AbstractSet[str]) -> Header:
        lines = ((place, line) for place, line in enumerate(self._lines()) if line.strip(_BLANK))
        header = find_header([*islice(lines, SEARCHED)], known)
        if header is None:
            raise FileError([Fault("the file is empty", source=self.source)])
        return header

    def _lines(self) -> Iterator[str]:
        """Yield the lines of the file from its beginning, with what ends them."""
        self._file.seek(0)
        text = TextIOWrapper(self._file, self._encoding, newline="")
        try:
            for line in text:
                if "\x00" in line:
                    raise FileError([Fault("binary, not text", source=self.source)])
                yield line
        except UnicodeError:  # of UTF-16; the others are known to be what they are
            raise FileError(
                [Fault("not UTF-16 text", source=self.source, remedy=Remedy.SAVE_AS_UTF8)]
            ) from None
        except OSError as error:
            raise FileError([unreadable_fault(self.source, error)]) from None
        finally:
            if not self._file.closed:
                text.detach()  # or it would close the file


class CsvWriter(TableWriter):
    """UTF-8, with commas."""

    delimiter = ","

    def _write(self, frame: "pd.DataFrame") -> None:
        text = frame.to_csv(sep=self.delimiter, index=False, lineterminator="\n", header=not self._begun)
        self._file.write(text.encode())


class TsvWriter(CsvWriter):
    """UTF-8, with tabs."""

    delimiter = "\t"


def _cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line that are not blank; of quotes that are not closed, what there is."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # too long, or a line break within
        return []
    return [cell.strip() for cell in cells if cell.strip()]


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be as long as notes may be, which the csv module by itself does not."""
    with _LIMIT:
        before = csv.field_size_limit(_LONGEST_CELL)
        try:
            yield
        finally:
            csv.field_size_limit(before)


_SPARK = {"format": "csv", "header": True, "escape": '"'}
FORMATS = (
    TableFormat("CSV", (".csv",), "text/csv", CsvReader, CsvWriter, _SPARK),
    TableFormat(
        "TSV",
        (".tsv",),
        "text/tab-separated-values",
        CsvReader,
        TsvWriter,
        _SPARK | {"sep": TsvWriter.delimiter},
    ),
)
