"""Tables of interviews: CSV, Parquet, JSON and JSON lines, read strictly."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from .answers import is_blank
from .errors import Fault, FileError, MissingExtraError, clip
from .files import parse_json, read_bytes, read_json, read_text, unknown_kind, write_atomic

if TYPE_CHECKING:
    import pandas as pd

_T = TypeVar("_T")
_LONGEST_CELL = 100_000_000  # characters
_LIMIT = Lock()  # of cells: the csv module has one for all threads
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*")


def read_table(path: str | Path) -> "pd.DataFrame":
    r"""Read a table of interviews, one a row.

    Parameters
    ----------
    path : str or Path
        ``.csv`` (UTF-8; comma, semicolon or tab), ``.parquet``, ``.json`` (a list of objects) or
        ``.jsonl``.

    Returns
    -------
    DataFrame
        Cells as they stand in the file; they are checked when they are used.

    Raises
    ------
    FileError
        The file cannot be read, is empty or not what its name says, a row has too many or too few
        cells, or two columns share a name; every fault is listed.
    MissingExtraError
        It is Parquet and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "mine.csv")
    >>> _ = path.write_text("rapport;outcome\n4;offer\n;rejected\n")
    >>> read_table(path).shape
    (2, 2)
    """
    reader = _READERS.get(Path(path).suffix.lower())
    if reader is None:
        raise unknown_kind(path, "a table", _READERS)
    table = reader(path)
    if not len(table.columns):
        raise FileError([Fault("the table has no columns", source=str(path))])
    return table


def write_table(frame: "pd.DataFrame", path: str | Path) -> None:
    """Write a table whole or not at all, in the format its name says.

    Raises
    ------
    FileError
        The name says no format we write, or the place cannot be written.
    MissingExtraError
        It is Parquet and pyarrow is not installed.
    """
    match Path(path).suffix.lower():
        case ".csv":
            content: str | bytes = frame.to_csv(index=False, lineterminator="\n")
        case ".jsonl" | ".ndjson":
            content = frame.to_json(orient="records", lines=True, double_precision=15)
        case ".json":
            content = frame.to_json(orient="records", indent=1, double_precision=15) + "\n"
        case ".parquet" | ".pq":
            buffer = io.BytesIO()
            typed = frame.apply(_as_text_if_mixed)
            _with_pyarrow(lambda: typed.to_parquet(buffer, engine="pyarrow", index=False))
            content = buffer.getvalue()
        case suffix:
            expected = ".csv, .json, .jsonl or .parquet"
            raise FileError([Fault("cannot write this format", str(path), seen=suffix, expected=expected)])
    write_atomic(path, content)


def _as_text_if_mixed(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column of Python objects as text, since a column of Parquet is of one type."""
    if column.dtype != object:
        return column
    return column.map(lambda cell: None if is_blank(cell) else str(cell))


def _read_csv(path: str | Path) -> "pd.DataFrame":
    text = read_text(path)
    delimiter = delimiter_of(text.lstrip("\r\n").partition("\n")[0])
    try:
        with _long_cells():
            lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise FileError([Fault("not CSV", source=str(path), seen=str(error))]) from None
    header, *rows = (line for line in lines if line)
    faults = header_faults(header, path)
    faults += [
        Fault("wrong number of cells", str(path), row, seen=str(len(cells)), expected=str(len(header)))
        for row, cells in enumerate(rows, start=1)
        if len(cells) != len(header)
    ]
    if faults:
        raise FileError(faults)
    if delimiter == ";":
        rows = [[_with_point(cell) for cell in cells] for cells in rows]
    columns = zip(*rows, strict=True) if rows else ([] for _ in header)
    return _frame({name.strip(): list(cells) for name, cells in zip(header, columns, strict=True)})


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be as long as notes may be, which the csv module by itself does not."""
    with _LIMIT:
        before = csv.field_size_limit(_LONGEST_CELL)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def delimiter_of(header: str) -> str:
    """Return the delimiter of a CSV by its header: the one of comma, semicolon and tab that occurs most."""
    return max(",;\t", key=header.count)


def _with_point(cell: str) -> str:
    """Return a number with a decimal comma, as semicolon tables have it, with a decimal point."""
    return cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell


def header_faults(header: Sequence[str], path: str | Path) -> list[Fault]:
    """Return what is wrong with the names of the columns."""
    names = [name.strip() for name in header]
    faults = [
        Fault("a column has no name", str(path), seen=f"column {i}")
        for i, name in enumerate(names, start=1)
        if not name
    ]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    faults += [Fault("two columns share this name", str(path), field=clip(name)) for name in twice]
    if len(names) == 1 and re.search(r"[|:]", names[0]):
        faults.append(
            Fault("wrong delimiter", str(path), seen=clip(names[0]), expected="comma, semicolon or tab")
        )
    return faults


def _read_json_list(path: str | Path) -> "pd.DataFrame":
    content = read_json(path)
    if not isinstance(content, list):
        seen = f"a {type(content).__name__}"
        raise FileError([Fault("not a table", str(path), seen=seen, expected="a list of objects")])
    return _from_records(content, path)


def _read_json_lines(path: str | Path) -> "pd.DataFrame":
    lines = [line for line in read_text(path).split("\n") if line.strip()]
    records: list[Any] = []
    faults: list[Fault] = []
    for row, line in enumerate(lines, start=1):
        try:
            records.append(parse_json(line, str(path), row))
        except FileError as error:
            faults += error.faults
    if faults:
        raise FileError(faults)
    return _from_records(records, path)


def _from_records(records: Sequence[Any], path: str | Path) -> "pd.DataFrame":
    faults = [
        Fault("not an object", str(path), row, seen=clip(record), expected="fields with answers")
        for row, record in enumerate(records, start=1)
        if not isinstance(record, Mapping)
    ]
    if faults:
        raise FileError(faults)
    names = dict.fromkeys(name for record in records for name in record)
    return _frame({name: [record.get(name) for record in records] for name in names})


def _read_parquet(path: str | Path) -> "pd.DataFrame":
    content = read_bytes(path)
    if not content:
        raise FileError([Fault("the file is empty", source=str(path))])

    def read() -> "pd.DataFrame":
        import pyarrow as pa
        from pyarrow import parquet

        try:
            table = parquet.read_table(io.BytesIO(content))
            names: list[str] = table.column_names
            frame: pd.DataFrame = table.to_pandas()
        except (pa.ArrowException, OSError, ValueError) as error:
            seen = clip(str(error).splitlines()[0], 100)
            raise FileError([Fault("not Parquet", str(path), seen=seen)]) from None
        if faults := header_faults(names, path):
            raise FileError(faults)
        return frame

    return _with_pyarrow(read)


def _with_pyarrow(action: Callable[[], _T]) -> _T:
    """Return what the action returns, which needs pyarrow."""
    try:
        return action()
    except ImportError:
        raise MissingExtraError("Parquet needs pyarrow: pip install 'offerodds[parquet]'") from None


def _frame(columns: Mapping[str, Sequence[Any]]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})


_READERS: Mapping[str, Callable[[str | Path], "pd.DataFrame"]] = {
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".parquet": _read_parquet,
    ".pq": _read_parquet,
    ".json": _read_json_list,
    ".jsonl": _read_json_lines,
    ".ndjson": _read_json_lines,
}
TABLE_SUFFIXES = tuple(_READERS)
