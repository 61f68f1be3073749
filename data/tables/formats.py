"""Opening a table of any format, to be read some thousand rows at a time."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ..files import unknown_kind
from .base import Batch, Batches
from .csv_reader import CsvBatches
from .json_reader import JsonBatches, JsonLinesBatches
from .parquet import ParquetBatches

__all__ = ["TABLE_SUFFIXES", "Batch", "Batches", "open_table"]

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
