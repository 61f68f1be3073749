"""Opening a table of any format: in batches, or whole as a DataFrame."""

import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import FileError
from ..files import unknown_kind
from .base import Batch, Batches
from .csv_reader import CsvBatches
from .json_reader import JsonBatches, JsonLinesBatches
from .parquet import ParquetBatches, read_parquet
from .writers import writing_tables

if TYPE_CHECKING:
    import pandas as pd


__all__ = ["TABLE_SUFFIXES", "Batch", "Batches", "open_table", "read_table", "write_table"]

_READERS: Mapping[str, Callable[[str | Path, int | None, Iterable[str]], Batches]] = {
    ".csv": CsvBatches,
    ".tsv": CsvBatches,
    ".parquet": ParquetBatches,
    ".pq": ParquetBatches,
    ".json": JsonBatches,
    ".jsonl": JsonLinesBatches,
    ".ndjson": JsonLinesBatches,
}
TABLE_SUFFIXES = tuple(_READERS)


def open_table(path: str | Path, size: int | None = None, known: Iterable[str] = ()) -> Batches:
    r"""Open a table of interviews, to be read in batches.

    CSV and Parquet are never in memory whole, whatever their size. JSON and JSON lines are, in one batch,
    since any record may have columns that none before it had.

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
        A context manager. Cells of CSV are text; those of Parquet keep their types (``ArrowDtype``). Its
        ``remarks`` name what was skipped or is not plain.

    Raises
    ------
    FileError
        The file cannot be read, is empty or not what its name says, or two used columns share a name.
    MissingExtraError
        It is Parquet and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "mine.csv")
    >>> _ = path.write_text("rapport,outcome\n4,offer\n,rejected\n5\n")
    >>> with open_table(path, size=2) as table:
    ...     [(len(batch.frame), batch.rows.tolist(), batch.torn) for batch in table]
    [(2, [1, 2], {}), (0, [], {3: ['5']})]
    """
    reader = _READERS.get(Path(path).suffix.lower())
    if reader is None:
        raise unknown_kind(path, "a table", _READERS)
    return reader(path, size, known)


def read_table(path: str | Path, known: Iterable[str] = ()) -> "pd.DataFrame":
    r"""Read a table of interviews, one a row.

    Parameters
    ----------
    path : str or Path
        ``.csv`` (UTF-8, UTF-16 or Windows-1252; comma, semicolon or tab), ``.parquet``, ``.json`` (a list
        of objects) or ``.jsonl``.
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
        It is Parquet and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> path = pathlib.Path(tempfile.mkdtemp(), "mine.csv")
    >>> _ = path.write_text("rapport;outcome\n4;offer\n;rejected\n")
    >>> read_table(path).shape
    (2, 2)
    """
    if Path(path).suffix.lower() in (".parquet", ".pq"):
        return read_parquet(path)
    with open_table(path, size=sys.maxsize, known=known) as table:
        (batch,) = table
        if batch.torn:
            raise FileError(batch.torn_faults(table.source))
        batch.frame.attrs["remarks"] = [*table.remarks]
        return batch.frame


def write_table(frame: "pd.DataFrame", path: str | Path) -> None:
    """Write a table whole or not at all, in the format its name says.

    Raises
    ------
    FileError
        The name says no format we write, or the place cannot be written.
    MissingExtraError
        It is Parquet and pyarrow is not installed.
    """
    with writing_tables([path]) as (writer,):
        writer.write(frame)
