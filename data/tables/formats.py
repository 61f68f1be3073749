"""The table formats, and functions to read and write tables in any of them."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from ..errors import Fault, FileError, MissingExtraError
from ..files import open_all_atomic, suffix_to_write, unknown_file_type
from ..language import N_, _
from .base import TableFormat, TableReader, TableWriter, header_faults
from .workbook import ExcelReader

if TYPE_CHECKING:
    import pandas as pd


_HEAD_BYTES = 1 << 16  # of a file without a name, from which its format is recognized
_STARTS = {b"PAR1": ".parquet", b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls"}
_TOML = re.compile(r"\s*((#.*)?\n\s*)*(\[{1,2}\s*[\w\"'.-]+\s*\]{1,2}|[\w\"'-]+\s*=)")
_MODULES = ("csv_table", "parquet", "workbook", "json_table")  # each lists its own FORMATS
FORMATS: tuple[TableFormat, ...] = tuple(
    format_ for name in _MODULES for format_ in import_module(f".{name}", __package__).FORMATS
)


def format_of(path: str | Path) -> TableFormat | None:
    """Find the format of a file by its suffix; None if no format has it.

    Examples
    --------
    >>> format_of("mine.CSV").name, format_of("notes.txt")
    ('CSV', None)
    """
    suffix = Path(path).suffix.lower()
    return next((each for each in FORMATS if suffix in each.suffixes), None)


def format_names() -> str:
    """List the names of all formats, for help texts."""
    *names, last = (each.name for each in FORMATS)
    return _("{others} or {last}", others=", ".join(names), last=last)


def table_suffixes(*, on_spark: bool = False) -> list[str]:
    """List the suffixes of all formats, or of those that Spark reads and writes."""
    return [suffix for each in FORMATS if each.spark or not on_spark for suffix in each.suffixes]


def open_table(
    path: str | Path,
    size: int | None = None,
    known: Iterable[str] = (),
    sheet: str | None = None,
    *,
    twins: bool = False,
) -> TableReader:
    r"""Open a table of interviews, to be read in batches.

    Parameters
    ----------
    path : str or Path
        As for `read_table`.
    size : int, optional
        Largest number of rows in a batch; by default the best size of the format.
    known : iterable of str
        As for `read_table`.
    sheet : str, optional
        As for `read_table`.
    twins : bool
        Take a table in which used columns share a name; the caller compares their cells.

    Returns
    -------
    TableReader
        A context manager. Its ``remarks`` list skipped lines, unnamed columns and an unusual encoding.

    Raises
    ------
    FileError
        The file cannot be read, is empty, or is not in the format of its suffix, or two used columns share a
        name.
    MissingExtraError
        The package that reads the format is not installed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "mine.csv")
    >>> _ = path.write_text("rapport,outcome\n4,offer\n,rejected\n5\n")
    >>> with open_table(path, size=2) as table:
    ...     [(len(batch.frame), batch.rows.tolist(), batch.ragged) for batch in table]
    [(2, [1, 2], {}), (0, [], {3: ['5']})]
    """
    format_ = format_of(path)
    if format_ is None:
        raise unknown_file_type(path, N_("unknown file type for a table"), table_suffixes())
    _check_package(format_)
    if sheet is None:
        table = format_.reader(path, size, known)
    elif format_.reader is not ExcelReader:
        raise FileError([Fault("a file of this format has no sheets", str(path), field="sheet", seen=sheet)])
    else:
        table = ExcelReader(path, size, known, sheet)
    if table.twins and not twins:
        table.close()
        raise FileError(header_faults([*table.twins.values()] * 2, path))
    return table


def read_table(path: str | Path, known: Iterable[str] = (), sheet: str | None = None) -> "pd.DataFrame":
    r"""Read a table with one interview per row.

    The cells are not checked here, but by the function that uses the table, such as `train`.

    Parameters
    ----------
    path : str or Path
        The file. Its suffix determines the format: ``.csv`` or ``.tsv`` (UTF-8, UTF-16 or Windows-1252;
        comma, semicolon or tab), ``.parquet``, ``.xlsx``, ``.xls``, ``.ods``, ``.json`` (a list of objects)
        or ``.jsonl``.
    known : iterable of str
        Names of your own columns that will be used, besides the built-in signs and the columns of the
        journal. They help to find the header of a CSV file below title lines, and must not occur twice.

    sheet : str, optional
        Name of a sheet of a workbook; by default the only one whose header has known columns.

    Returns
    -------
    DataFrame
        One row per interview, with the cells exactly as in the file. ``attrs["remarks"]`` lists title lines
        that were skipped, columns without a name, and an unusual encoding.

    Raises
    ------
    FileError
        The file cannot be read, is empty, or is not in the format of its suffix, a row has too many or too
        few cells, or two used columns share a name; every fault is listed.
    MissingExtraError
        The package that reads the format is not installed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "mine.csv")
    >>> _ = path.write_text("rapport;outcome\n4;offer\n;rejected\n")
    >>> read_table(path).shape
    (2, 2)
    """
    with open_table(path, size=sys.maxsize, known=known, sheet=sheet) as table:
        return table.read_all()


def write_table(frame: "pd.DataFrame", path: str | Path) -> None:
    """Write one table, in the format of the suffix; see `writing_tables`."""
    with writing_tables([path]) as (writer,):
        writer.write(frame)


def open_writer(file: BinaryIO, path: str | Path) -> TableWriter:
    """Open a writer on an open file, in the format of the suffix of a path; see `writing_tables`."""
    return _writable_format(path).writer(file, str(path))


@contextmanager
def writing_tables(paths: Sequence[str | Path]) -> Iterator[list[TableWriter]]:
    """Open a writer for each path; the tables replace their targets together, once all are complete.

    Parameters
    ----------
    paths : sequence of str or Path
        The targets; their suffixes determine the formats.

    Yields
    ------
    list of TableWriter
        In the order of the paths.

    Raises
    ------
    FileError
        A suffix has no format, or a file cannot be written; the targets are unchanged.
    MissingExtraError
        The package that writes a format is not installed.
    """
    formats = [_writable_format(path) for path in paths]
    with open_all_atomic(paths) as files, ExitStack() as stack:
        yield [
            stack.enter_context(format_.writer(file, str(path)))
            for format_, file, path in zip(formats, files, paths, strict=True)
        ]


def _writable_format(path: str | Path) -> TableFormat:
    """Find the format of a target, and check that it can be written."""
    format_ = format_of(f"table{suffix_to_write(path, '.csv')}")
    if format_ is None or Path(path).suffix.lower() in format_.read_only:
        read_only = {suffix for each in FORMATS for suffix in each.read_only}
        writable = [suffix for suffix in table_suffixes() if suffix not in read_only]
        seen, expected = Path(path).suffix, ", ".join(writable)
        raise FileError([Fault("cannot write this format", str(path), seen=seen, expected=expected)])
    _check_package(format_, format_.writer_package)
    return format_


def _check_package(format_: TableFormat, package: str = "") -> None:
    """Check that the package of a format is installed."""
    package = package or format_.package
    try:
        if package:
            import_module(package)
    except ImportError:
        command = f"pip install 'offerodds[{format_.extra}]'"
        text = N_("{format} needs {package}: {command}")
        raise MissingExtraError(_(text, format=format_.name, package=package, command=command)) from None


def suffix_of_content(path: Path) -> str:
    """Find the suffix that the content of a file without a name calls for."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if b"opendocument.spreadsheet" in head[:200]:
        return ".ods"
    for start, suffix in _STARTS.items():
        if head.startswith(start):
            return suffix
    text = head.decode("utf-8-sig", errors="replace").lstrip()
    if text.startswith("{"):
        return ".jsonl" if re.match(r"\{.*\}\s*\n\s*\{", text) else ".json"
    if re.match(r"\[\s*[{\]]", text):
        return ".json"
    return ".toml" if _TOML.match(text) else ".csv"
