"""The table formats, and tables of any of them: read in batches or whole, and written."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Fault, FileError, MissingExtraError
from ..files import open_all_atomic, unknown_file_type
from .base import TableFormat, TableReader, TableWriter

if TYPE_CHECKING:
    import pandas as pd


_MODULES = ("csv", "parquet", "json")  # beside this one; the FORMATS of each are those of all
FORMATS: tuple[TableFormat, ...] = tuple(
    found for name in _MODULES for found in import_module(f".{name}", __package__).FORMATS
)


def format_of(path: str | Path) -> TableFormat | None:
    """Find the format that the suffix of a file name stands for.

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
    return f"{', '.join(names)} or {last}"


def table_suffixes(*, on_spark: bool = False) -> list[str]:
    """List the suffixes of all formats, or of those that Spark reads and writes."""
    return [suffix for each in FORMATS if each.spark or not on_spark for suffix in each.suffixes]


def open_table(path: str | Path, size: int | None = None, known: Iterable[str] = ()) -> TableReader:
    r"""Open a table of interviews, to be read in batches.

    Parameters
    ----------
    path : str or Path
        As for `read_table`.
    size : int, optional
        Rows of a batch at most; as suits the format when left out.
    known : iterable of str
        Columns that are used beside those of the built-in catalogue and the journal, as for `read_table`.

    Returns
    -------
    Batches
        A context manager. Its ``remarks`` name what was skipped or is not plain.

    Raises
    ------
    FileError
        The file cannot be read, is empty or not what its name says, or two used columns share a name.
    MissingExtraError
        The package that reads this format is not installed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "mine.csv")
    >>> _ = path.write_text("rapport,outcome\n4,offer\n,rejected\n5\n")
    >>> with open_table(path, size=2) as table:
    ...     [(len(batch.frame), batch.rows.tolist(), batch.ragged) for batch in table]
    [(2, [1, 2], {}), (0, [], {3: ['5']})]
    """
    found = format_of(path)
    if found is None:
        raise unknown_file_type(path, "a table", table_suffixes())
    _check_package(found)
    return found.reader(path, size, known)


def read_table(path: str | Path, known: Iterable[str] = ()) -> "pd.DataFrame":
    r"""Read a table of interviews, one a row.

    Parameters
    ----------
    path : str or Path
        Its suffix names the format: ``.csv`` (UTF-8, UTF-16 or Windows-1252; comma, semicolon or tab),
        ``.parquet``, ``.json`` (a list of objects), ``.jsonl`` or another of `FORMATS`.
    known : iterable of str
        Columns that are used beside those of the built-in catalogue and the journal. Title lines above the
        column names of a CSV are skipped if a known name shows where these are; and no known column may be
        there twice.

    Returns
    -------
    DataFrame
        Cells exactly as they are in the file; they are checked when they are used. ``attrs["remarks"]``
        lists what was skipped or is not plain: title lines, columns without a name, the encoding.

    Raises
    ------
    FileError
        The file cannot be read, is empty or not what its name says, a row has too many or too few
        cells, or two used columns share a name; every fault is listed.
    MissingExtraError
        The package that reads this format is not installed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "mine.csv")
    >>> _ = path.write_text("rapport;outcome\n4;offer\n;rejected\n")
    >>> read_table(path).shape
    (2, 2)
    """
    with open_table(path, size=sys.maxsize, known=known) as table:
        return table.read_all()


def write_table(frame: "pd.DataFrame", path: str | Path) -> None:
    """Write a whole table with `writing_tables`."""
    with writing_tables([path]) as (writer,):
        writer.write(frame)


@contextmanager
def writing_tables(paths: Sequence[str | Path]) -> Iterator[list[TableWriter]]:
    """Give a writer for each path; the tables replace what is there together, once all are complete.

    Raises
    ------
    FileError
        A suffix names no format, or a file cannot be written; what was there before is untouched.
    MissingExtraError
        The package that writes a format is not installed.
    """
    formats = [_format_to_write(path) for path in paths]
    with open_all_atomic(paths) as files, ExitStack() as stack:
        yield [
            stack.enter_context(each.writer(file, str(path)))
            for each, file, path in zip(formats, files, paths, strict=True)
        ]


def _format_to_write(path: str | Path) -> TableFormat:
    found = format_of(path)
    if found is None:
        seen, expected = Path(path).suffix, ", ".join(table_suffixes())
        raise FileError([Fault("cannot write this format", str(path), seen=seen, expected=expected)])
    _check_package(found)
    return found


def _check_package(wanted: TableFormat) -> None:
    """Check that the package which reads and writes a format is installed."""
    try:
        if wanted.package:
            import_module(wanted.package)
    except ImportError:
        remedy = f"pip install 'offerodds[{wanted.extra}]'"
        raise MissingExtraError(f"{wanted.name} needs {wanted.package}: {remedy}") from None
