"""Read and write CSV and TSV in the usual encodings.

Python's csv module reads them, since pyarrow accepts broken quotes, such as `"a"b`, without an error. Where a
part of a large file has no quotation marks, nor anything else that the two could read differently, pyarrow
reads and writes it, if it is installed: it takes a tenth of the time.
"""

import codecs
import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from functools import cache, partial
from importlib.util import find_spec
from io import BytesIO, StringIO, TextIOWrapper
from itertools import chain, count, islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, NamedTuple

from ..errors import Fault, FileError, Remedy, clip
from ..files import not_utf_8_fault, open_binary, unreadable_fault
from ..language import N_, _
from ..limits import BLANK_LINES, COLUMNS, LINE_CHARACTERS, too_large
from ..name_matching import fold
from .base import Batch, TableFormat, TableReader, TableWriter, header_faults

if TYPE_CHECKING:
    import pandas as pd


JOURNAL_COLUMNS = ("company", "role", "date", "outcome", "outcome_date", "notes")
_HEADER_SEARCH_LINES = 10  # not counting blank lines
UTF_8, UTF_16, WINDOWS, TURKISH = "utf-8-sig", "utf-16", "cp1252", "cp1254"
REMARKS = {
    UTF_16: N_("read as UTF-16"),
    WINDOWS: N_("not UTF-8, so it was read as Windows-1252 (cp1252); if letters are wrong, save it as UTF-8"),
    TURKISH: N_("not UTF-8, so it was read as Windows-1254 (cp1254) by its column names"),
}
# a spreadsheet runs a cell that begins with one of these as a formula, also where it splits cells elsewhere;
# the wide ones where it is Japanese
_SIGNS = r"=+\-@\t\r＝＋－＠"
_PLACE, _FORMULA = r"(?:^|(?<=[;\t\n\r]))", f"(?='*[{_SIGNS}])"
_BEFORE_FORMULA, _ESCAPED = re.compile(_PLACE + _FORMULA), re.compile(f"{_PLACE}'{_FORMULA}")
_MAY_BE_ESCAPED = re.compile(f"'[{_SIGNS}]").search
_SIGNED_NUMBER = re.compile(r"[-+]?[\d.,]*([eE][-+]?\d+)?%?").fullmatch
_DELIMITER_LINE = re.compile(r"""["']?sep=(.)["']?[,;\s]*""", re.IGNORECASE)
_BLANK_LINES = re.compile(r"[\r\n]{2,}")
_CHUNK = 1 << 20  # bytes
_PART_CHARACTERS = 2 << 20  # read at once: fewer take longer for each of their columns than for its cells
_MIN_PLAIN_CHARACTERS = 1 << 16  # of a part that is worth pyarrow
_FORMULA_MARKS = (b"=", b"+", b"-", b"@", b"\t", b"\r", "＝".encode()[:2])  # all wide ones begin alike
_SHORTEST = (1e-4, 1.0)  # between them pyarrow writes a number as Python does
_NOT_WINDOWS_1252 = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")
_BATCH_ROWS = 16_384  # the text of larger batches leaves the processor's cache, which is slower
_BATCH_CELLS = 2_000_000
_FIELD_LIMIT_LOCK = Lock()  # the csv module has one limit for all threads
_BLANK = ",;\t\"' \r\n"  # a line of these characters alone is blank


class Header(NamedTuple):
    """Line number of the header, from 0, the delimiter, and remarks on the lines skipped before it."""

    line: int
    delimiter: str
    remarks: tuple[str, ...] = ()


def known_columns(others: Iterable[str] = ()) -> frozenset[str]:
    """Collect the names of used columns, normalized: built-in signs, columns of the journal, and others."""
    from ..catalogue.catalogue import Catalogue  # not loaded for help texts

    return frozenset(map(fold, (*Catalogue.built_in().questions, *JOURNAL_COLUMNS, *others)))


def find_header(lines: Sequence[tuple[int, str]], known: AbstractSet[str]) -> Header | None:
    """Find the header among the first lines of a CSV file.

    The header is the first line, unless a later line is the first with a known column and every line before
    it has fewer cells that are not blank, as titles do. A line ``sep=;`` before it sets the delimiter.

    Parameters
    ----------
    lines : sequence of tuple of int and str
        Number, from 0, and text of each line that is not blank.
    known : set of str
        Names of known columns, from `known_columns`.

    Returns
    -------
    Header or None
        None if there are no lines.

    Examples
    --------
    >>> header = find_header([(0, "MY JOB TRACKER,,"), (2, "Company,Role,Pay")], known_columns())
    >>> header.line, header.remarks
    (2, ("line 1 is above the column names and was skipped: 'MY JOB TRACKER'",))
    """
    delimiter_line = _DELIMITER_LINE.fullmatch(lines[0][1].strip()) if lines else None
    remarks = []
    if delimiter_line:
        remarks.append(_("line {line} was skipped: it names the delimiter", line=lines[0][0] + 1))
    lines = lines[1:] if delimiter_line else lines
    if not lines:
        return None
    rows = [
        _cells(text, delimiter_line[1] if delimiter_line else detect_delimiter(text)) for _i, text in lines
    ]
    header = next((i for i, cells in enumerate(rows) if not known.isdisjoint(map(fold, cells))), 0)
    if any(len(cells) >= len(rows[header]) for cells in rows[:header]):
        header = 0
    for (number, _text), cells in zip(lines[:header], rows, strict=False):
        title = clip(" ".join(cells), 60)
        text = N_("line {line} is above the column names and was skipped: {title}")
        remarks.append(_(text, line=number + 1, title=title))
    number, text = lines[header]
    return Header(number, delimiter_line[1] if delimiter_line else detect_delimiter(text), tuple(remarks))


def detect_delimiter(header: str) -> str:
    """Detect the delimiter from the header: the most frequent one of comma, semicolon and tab."""
    return max(",;\t", key=header.count)


def unique_column_names(
    names: Sequence[str], known: AbstractSet[str]
) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]:
    """Make the names of the columns unique, with remarks on the columns renamed, and the twins of known ones.

    Columns without a name, and those whose name occurs before, are renamed.

    Examples
    --------
    >>> names, remarks, twins = unique_column_names(["rapport", "Tag", "", "Tag", "rapport"], known_columns())
    >>> names, len(remarks), twins
    (('rapport', 'Tag', 'column 3', 'Tag (2)', 'rapport (2)'), 2, {'rapport (2)': 'rapport'})
    """
    unique: list[str] = []
    remarks: list[str] = []
    twins: dict[str, str] = {}
    reserved, previous = set(names), set[str]()
    for number, name in enumerate(names, start=1):
        new = name
        if not name or name in previous:
            base = name or f"column {number}"  # a name, the same in every language
            candidates = (base if i == 1 else f"{base} ({i})" for i in count(1))
            new = next(candidate for candidate in candidates if candidate not in reserved)
            if name and fold(name) in known:
                twins[new] = name
            elif name:
                text = N_("two columns are called {name}; the second is not used, and named {new}")
                remarks.append(_(text, name=clip(name), new=clip(new)))
            else:
                remarks.append(_("column {number} has no name and is not used", number=number))
        reserved.add(new)
        previous.add(new)
        unique.append(new)
    return tuple(unique), tuple(remarks), twins


def detect_encoding(file: BinaryIO, source: str) -> str:
    """Detect the encoding of a file from all of its bytes, and return to its beginning.

    The encoding is UTF-16 if the file begins with a byte order mark, else UTF-8 if all bytes are valid, else
    Windows-1252 if all bytes can be. No other encoding is guessed, and a mixture with UTF-8 is refused.

    Raises
    ------
    FileError
        The file has none of these encodings.

    Examples
    --------
    >>> import io
    >>> detect_encoding(io.BytesIO("Müller".encode("cp1252")), "mine.csv")
    'cp1252'
    """
    file.seek(0)
    beginning = file.read(_CHUNK)
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        file.seek(0)
        return UTF_16
    if b"\x00" in beginning:  # a large film is not read further
        raise FileError([Fault("binary, not text", source=source)])
    encoding = UTF_8 if _first_non_utf_8_byte(file) is None else WINDOWS
    if encoding == WINDOWS and not _may_be_windows_1252(file):
        raise FileError([_encoding_fault(file, source)])
    file.seek(0)
    return encoding


def _encoding_fault(file: BinaryIO, source: str) -> Fault:
    """Describe a file in an unknown encoding, with the first line that is not UTF-8."""
    remaining = _first_non_utf_8_byte(file) or 0
    file.seek(0)
    line = 1
    while remaining > 0:
        chunk = file.read(min(remaining, _CHUNK))
        line += chunk.count(b"\n")
        remaining -= len(chunk) or remaining  # end at an empty chunk: the file has become shorter
    return not_utf_8_fault(source, line)


def _first_non_utf_8_byte(file: BinaryIO) -> int | None:
    """Find the position of the first byte that is not valid UTF-8; None if all are."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    position = 0
    while True:
        chunk = file.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            # the decoder may have kept bytes of the previous chunk: they are part of error.object
            return position + len(chunk) - len(error.object) + error.start
        if not chunk:
            return None
        position += len(chunk)


def _may_be_windows_1252(file: BinaryIO) -> bool:
    """Test whether a file may be Windows-1252: only ASCII before the first byte that is not UTF-8."""
    utf_8_bytes = _first_non_utf_8_byte(file) or 0
    file.seek(0)
    while chunk := file.read(_CHUNK):
        if not chunk[: max(utf_8_bytes, 0)].isascii() or _NOT_WINDOWS_1252.search(chunk):
            return False
        utf_8_bytes -= len(chunk)
    return True


def escape_formula(text: str) -> str:
    """Prefix a text with an apostrophe if a spreadsheet would run it as a formula.

    So is each part after a semicolon, a tab or a line break, where a spreadsheet may split the text.

    Examples
    --------
    >>> escape_formula("=1+1"), escape_formula("Acme;@x"), escape_formula("-5.2"), escape_formula("'tis")
    ("'=1+1", "Acme;'@x", '-5.2', "'tis")
    """
    return text if _SIGNED_NUMBER(text) else _BEFORE_FORMULA.sub("'", text)


def unescape_formula(text: str) -> str:
    """Undo `escape_formula`.

    Examples
    --------
    >>> unescape_formula("'=1+1"), unescape_formula("'tis"), unescape_formula(escape_formula("'=x"))
    ('=1+1', "'tis", "'=x")
    """
    return _ESCAPED.sub("", text) if "'" in text else text


def escape_formulas(frame: "pd.DataFrame") -> "pd.DataFrame":
    """Apply `escape_formula` to every text of a frame and to the names of its columns."""
    escaped = frame.set_axis([escape_formula(str(name)) for name in frame.columns], axis=1)
    for i, (_name, column) in enumerate(frame.items()):
        if column.dtype.kind not in "biufcmM" and any(map(_is_formula, _texts(column))):
            escaped.isetitem(i, column.astype(object).map(_escape_cell).array)
    return escaped


def _texts(column: "pd.Series[Any]") -> Iterable[str]:
    """Collect the different texts of a column; none of those of Arrow if they cannot be formulas."""
    if str(column.dtype) == "string[pyarrow]":
        if not any(mark in chunk for chunk in _bytes_of(column) for mark in _FORMULA_MARKS):
            return ()
        return column.dropna().unique().tolist()
    return {cell for cell in column if isinstance(cell, str)}


def _bytes_of(column: "pd.Series[Any]") -> Iterator[bytes]:
    """Yield the characters of a column of Arrow's text, all in a row."""
    for chunk in column.array.__arrow_array__().chunks:
        if buffer := chunk.buffers()[-1]:
            yield buffer.to_pybytes()


def _is_formula(cell: str) -> bool:
    return escape_formula(cell) != cell


def _escape_cell(cell: object) -> object:
    return escape_formula(cell) if isinstance(cell, str) else cell


class CsvReader(TableReader):
    """A reader of CSV in UTF-8, or in an encoding of Excel; every cell is text, unescaped.

    Columns are Python's text, or pandas' ``ArrowDtype`` of text where pyarrow read them.
    """

    def __init__(self, path: str | Path, size: int | None, known: Iterable[str] = ()) -> None:
        self.source = str(path)
        self._file = open_binary(path)
        used = known_columns(known)
        try:
            self._total_bytes = os.fstat(self._file.fileno()).st_size
            self._encoding = self._detect_encoding()
            if self._encoding == WINDOWS and self._has_turkish_names(used):
                self._encoding = TURKISH
            self._header = self._find_header(used)
            self.delimiter = self._header.delimiter
            names = [unescape_formula(name.strip()) for name in self._next_rows(self._rows(), 1)[0]]
            if len(names) > COLUMNS:
                raise FileError(header_faults(names, path))
            self.names, renamed, self.twins = unique_column_names(names, used)
            self._batch_rows = size or min(_BATCH_ROWS, _BATCH_CELLS // len(names))
            encoding_remarks = [_(REMARKS[self._encoding])] if self._encoding in REMARKS else []
            self.remarks = (*encoding_remarks, *self._header.remarks, *renamed)
            if faults := header_faults(self.names, path):
                # ragged rows of the first batch too: a wrong delimiter shows there
                first = self._next_rows(islice(self._rows(), 1, None), self._batch_rows)
                ragged = self._batch(first, 0).ragged_faults(self.source)
                raise FileError(faults + ragged)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[Batch]:
        n_read = 0
        with self._text() as text:
            lines = islice(self._checked_lines(text), self._header.line, None)
            self._next_rows(self._records(lines), 1)  # the header
            while part := text.read(_PART_CHARACTERS):
                part += text.readline(LINE_CHARACTERS)
                for batch in self._batches_of(part, text, n_read):
                    n_read += len(batch.rows) + len(batch.ragged)
                    yield batch
        if not n_read:
            yield self._batch([], 0)

    def _batches_of(self, part: str, text: TextIOWrapper, n_before: int) -> Iterator[Batch]:
        """Yield the batches of a part that begins with a row; its last row may go on in the rest."""
        import numpy as np

        if '"' not in part:  # blank lines are no rows
            part = part.replace("\r\n", "\n")
            if "\n\n" in part or "\r" in part:
                part = _BLANK_LINES.sub("\n", part)
        if (frame := self._plain_frame(part)) is not None:
            for start in range(0, len(frame), self._batch_rows):
                some = frame.iloc[start : start + self._batch_rows].reset_index(drop=True)
                first = n_before + start + 1
                yield Batch(some, np.arange(first, first + len(some)))
            return
        records = self._records_of(part, text)
        while rows := self._next_rows(records, self._batch_rows):
            yield self._batch(rows, n_before)
            n_before += len(rows)

    def _plain_frame(self, part: str) -> "pd.DataFrame | None":
        """Read rows with pyarrow, if it cannot but read them as the csv module does; else None."""
        is_plain = (
            _MIN_PLAIN_CHARACTERS <= len(part) < LINE_CHARACTERS
            and not part.startswith(("\n", "\ufeff"))  # a blank line is no row, and pyarrow drops the mark
            and not any(odd in part for odd in ('"', "\r", "\x00"))
            and not _MAY_BE_ESCAPED(part)
            and self.delimiter.isascii()
            and _has_pyarrow()
        )
        if not is_plain:
            return None
        import pandas as pd
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        data, names = part.encode(), [str(i) for i in range(len(self.names))]
        pa.enable_signal_handlers(False)  # with them, Ctrl-C at the end of these milliseconds is lost
        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(data),
                arrow_csv.ReadOptions(column_names=names, block_size=len(data), use_threads=False),
                arrow_csv.ParseOptions(delimiter=self.delimiter, quote_char=False),
                arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
            )
        except pa.ArrowInvalid:  # ragged rows
            return None
        finally:
            pa.enable_signal_handlers(True)
        frame: pd.DataFrame = table.to_pandas(types_mapper=pd.ArrowDtype)
        return frame.set_axis(list(self.names), axis=1)

    @property
    def fraction_read(self) -> float:
        """Fraction of the bytes read so far."""
        return self._file.tell() / self._total_bytes

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _batch(self, rows: Sequence[Sequence[str]], n_before: int) -> Batch:
        """Build a batch from rows of cells, the first of which has the number ``n_before + 1``."""
        import numpy as np

        width = len(self.names)
        ragged = {number: cells for number, cells in enumerate(rows, n_before + 1) if len(cells) != width}
        numbers = np.arange(n_before + 1, n_before + 1 + len(rows))
        if self._has_escapes:
            rows = [[*map(unescape_formula, cells)] for cells in rows]
        if ragged:
            rows = [cells for cells in rows if len(cells) == width]
            numbers = np.setdiff1d(numbers, [*ragged])
        return Batch(self._frame(rows), numbers, ragged)

    def _frame(self, rows: Sequence[Sequence[str]]) -> "pd.DataFrame":
        import pandas as pd

        columns: Iterable[Sequence[str]] = zip(*rows, strict=True) if rows else [()] * len(self.names)
        # by number first: a dict has no room for two columns of one name
        numbered = {i: pd.Series(cells, dtype=object) for i, cells in enumerate(columns)}
        return pd.DataFrame(numbered).set_axis(list(self.names), axis=1)

    def _next_rows(self, rows: Iterator[list[str]], n: int) -> list[list[str]]:
        """Read up to n rows."""
        self._has_escapes = False
        try:
            with _long_cells():
                return list(islice(rows, n))
        except csv.Error as error:
            raise FileError([Fault("not CSV", source=self.source, seen=str(error))]) from None

    def _rows(self) -> Iterator[list[str]]:
        """Yield the cells of each line that is not blank, from the header on."""
        return self._records(islice(self._lines(), self._header.line, None))

    def _records(self, lines: Iterator[str]) -> Iterator[list[str]]:
        return filter(None, csv.reader(lines, delimiter=self.delimiter, strict=True))

    def _records_of(self, part: str, rest: TextIOWrapper) -> Iterator[list[str]]:
        """Yield the rows that begin in a part of the text; the last one may go on in the rest."""
        remaining = StringIO(part, newline="")
        lines = chain(self._checked_lines(remaining), self._checked_lines(rest))
        for row in csv.reader(lines, delimiter=self.delimiter, strict=True):
            if row:
                yield row
            if remaining.tell() == len(part):
                return

    def _detect_encoding(self) -> str:
        try:
            return detect_encoding(self._file, self.source)
        except OSError as error:
            raise FileError([unreadable_fault(self.source, error)]) from None

    def _has_turkish_names(self, known: AbstractSet[str]) -> bool:
        """Test whether more of the column names are known in Windows-1254 than in Windows-1252."""
        counts = []
        for self._encoding in (WINDOWS, TURKISH):
            try:
                header = self._find_header(known)
            except FileError:  # of a byte that only Windows-1252 has, or to be reported later
                counts.append(0)
                continue
            line = next(islice(self._lines(), header.line, None))
            counts.append(len(known & {*map(fold, _cells(line, header.delimiter))}))
        self._encoding = WINDOWS
        return counts[1] > counts[0]

    def _find_header(self, known: AbstractSet[str]) -> Header:
        searched = islice(enumerate(self._lines()), BLANK_LINES)
        lines = ((number, line) for number, line in searched if line.strip(_BLANK))
        header = find_header([*islice(lines, _HEADER_SEARCH_LINES)], known)
        if header is not None:
            return header
        if next(islice(self._lines(), BLANK_LINES, None), None) is None:
            raise FileError([Fault("the file is empty", source=self.source)])
        raise FileError([too_large(self.source, BLANK_LINES + 1, N_("{n} blank lines"), BLANK_LINES)])

    def _lines(self) -> Iterator[str]:
        """Yield the lines of the file from its beginning, with their line ends."""
        with self._text() as text:
            yield from self._checked_lines(text)

    def _checked_lines(self, text: TextIOWrapper | StringIO) -> Iterator[str]:
        """Yield the lines of a text, none of them binary or too long."""
        for line in iter(partial(text.readline, LINE_CHARACTERS), ""):
            if "\x00" in line:
                raise FileError([Fault("binary, not text", source=self.source)])
            if len(line) == LINE_CHARACTERS:
                fault = too_large(self.source, len(line), N_("{n} characters in a line"), LINE_CHARACTERS - 1)
                raise FileError([fault])
            if _MAY_BE_ESCAPED(line):
                self._has_escapes = True
            yield line

    @contextmanager
    def _text(self) -> Iterator[TextIOWrapper]:
        """Open the text from its beginning; errors within the block are faults of the file."""
        self._file.seek(0)
        text = TextIOWrapper(self._file, self._encoding, newline="")
        try:
            yield text
        except UnicodeError:  # the encodings other than these two were checked to the last byte
            name = "Windows-1254" if self._encoding == TURKISH else "UTF-16"
            problem = _("not {encoding} text", encoding=name)
            fault = Fault(problem, source=self.source, remedy=Remedy.SAVE_AS_UTF8)
            raise FileError([fault]) from None
        except OSError as error:
            raise FileError([unreadable_fault(self.source, error)]) from None
        finally:
            if not self._file.closed:
                text.detach()  # otherwise it closes the file


class CsvWriter(TableWriter):
    """A writer of CSV in UTF-8, with commas."""

    delimiter = ","

    def _write(self, frame: "pd.DataFrame") -> None:
        escaped = escape_formulas(frame)
        if (rows := self._plain_rows(escaped)) is not None:
            if not self._begun:
                self._file.write(self._text(escaped.head(0), csv.QUOTE_MINIMAL).encode())
            self._file.write(rows)
            return
        text = self._text(escaped, csv.QUOTE_MINIMAL)
        if "\r" in text:  # which the csv module leaves bare, and then cannot read
            text = self._text(escaped, csv.QUOTE_ALL)
        self._file.write(text.encode())

    def _plain_rows(self, frame: "pd.DataFrame") -> memoryview | None:
        """Write rows with pyarrow, if all columns are its text or numbers; None if a cell needs quotes."""
        if len(frame.columns) < 2 or "string[pyarrow]" not in map(str, frame.dtypes):
            return None
        columns = [_text_of(column) for _name, column in frame.items()]  # noqa: PERF102 (no dict)
        if any(column is None for column in columns):
            return None
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        written = BytesIO()
        options = arrow_csv.WriteOptions(include_header=False, delimiter=self.delimiter, quoting_style="none")
        try:
            arrow_csv.write_csv(pa.table(columns, [*map(str, range(len(columns)))]), written, options)
        except pa.ArrowInvalid:  # a cell needs quotes
            return None
        return written.getbuffer()

    def _text(self, frame: "pd.DataFrame", quoting: Literal[0, 1]) -> str:
        header = not self._begun
        return frame.to_csv(
            sep=self.delimiter, index=False, lineterminator="\n", header=header, quoting=quoting
        )


def _text_of(column: "pd.Series[Any]") -> Any:
    """Convert a column of Arrow's text, or of numbers, to an array of Arrow's text; None for any other."""
    import pyarrow as pa

    if str(column.dtype) == "string[pyarrow]":
        return column.array.__arrow_array__()
    if column.dtype != float or column.hasnans:
        return None
    numbers = column.to_numpy()
    if numbers.size and _SHORTEST[0] <= numbers.min() and numbers.max() < _SHORTEST[1]:
        return pa.array(numbers).cast(pa.string())
    return pa.array([*map(repr, numbers.tolist())], pa.string())


@cache
def _has_pyarrow() -> bool:
    return find_spec("pyarrow") is not None


class TsvWriter(CsvWriter):
    """A writer of TSV in UTF-8, with tabs."""

    delimiter = "\t"


def _cells(line: str, delimiter: str) -> list[str]:
    """Split a line into its cells and drop blank ones; a quotation mark may be left open."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell is too long, or contains a line break
        return []
    return [cell.strip() for cell in cells if cell.strip()]


@contextmanager
def _long_cells() -> Iterator[None]:
    """Allow cells as long as notes can be; the csv module's default limit is 128 kB."""
    with _FIELD_LIMIT_LOCK:
        default = csv.field_size_limit(LINE_CHARACTERS)
        try:
            yield
        finally:
            csv.field_size_limit(default)


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
