"""Parquet, by pyarrow."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Fault, FileError, clip
from ..files import open_binary
from .base import SCORE_COLUMNS, Batch, TableFormat, TableReader, TableWriter, header_faults

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

_SIZE = 65_536  # rows; with fewer, pyarrow takes longer


class ParquetReader(TableReader):
    """A Parquet file; cells keep their types, as pandas' ``ArrowDtype``."""

    def __init__(self, path: str | Path, size: int | None, known: Iterable[str] = ()) -> None:  # noqa: ARG002
        self.source, self._size, self._read = str(path), size or _SIZE, 0
        self._parquet = _open(path)
        self._schema = _without_views(self._parquet.schema_arrow)
        self.names = tuple(self._schema.names)
        self._rows: int = self._parquet.metadata.num_rows

    def __iter__(self) -> Iterator[Batch]:
        import numpy as np

        self._read = 0
        arrow = self._parquet.iter_batches(self._size)
        while self._read < self._rows:
            with _refusals(self.source):
                frame = _frame(next(arrow), self._schema)
            first, self._read = self._read + 1, self._read + len(frame)
            yield Batch(frame, np.arange(first, self._read + 1))
        if not self._read:
            yield Batch(_frame(self._schema.empty_table(), self._schema), np.arange(0))

    @property
    def fraction_read(self) -> float:
        """By rows."""
        return self._read / max(self._rows, 1)

    def read_all(self) -> "pd.DataFrame":
        """Read all rows into one frame with pandas' usual types; but integers beside blanks stay integers."""
        with _refusals(self.source):
            frame: pd.DataFrame = self._parquet.read().to_pandas(integer_object_nulls=True)
        return frame

    def close(self) -> None:
        """Close the file."""
        self._parquet.close(force=True)


class ParquetWriter(TableWriter):
    """Columns of objects become text, since a column of Parquet is of one type."""

    _writer: Any = None

    def _write(self, frame: "pd.DataFrame") -> None:
        import pyarrow as pa
        from pyarrow import parquet

        typed = frame.apply(_as_text_if_mixed)
        if self._writer is None:
            self._schema = _schema(typed)
            repeated = [
                name for name in self._schema.names if name not in SCORE_COLUMNS
            ]  # others hardly ever are
            self._writer = parquet.ParquetWriter(self._file, self._schema, use_dictionary=repeated)
        self._writer.write_table(pa.Table.from_pandas(typed, self._schema, preserve_index=False))

    def __exit__(self, kind: object, *_: object) -> None:
        if self._writer is not None:
            with suppress(*([Exception] if kind else [])):  # after an error the file is thrown away
                self._writer.close()


def _open(path: str | Path) -> "ParquetFile":
    """Return an opened file whose columns have names."""
    with open_binary(path) as file:
        if not file.read(1):
            raise FileError([Fault("the file is empty", source=str(path))])
    from pyarrow import OSFile, parquet

    with _refusals(path):
        # without pre_buffer=False pyarrow keeps of every group of rows what it has read
        found = parquet.ParquetFile(OSFile(str(path)), pre_buffer=False)
        if faults := header_faults(found.schema_arrow.names, path):
            found.close(force=True)
            raise FileError(faults)
        return found


def _without_views(schema: "pa.Schema") -> "pa.Schema":
    """Return types that pandas can work with, as it cannot with the views that Polars may have of text."""
    import pyarrow as pa

    plain = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    return pa.schema([field.with_type(plain.get(field.type, field.type)) for field in schema])


def _frame(arrow: "pa.Table | pa.RecordBatch", schema: "pa.Schema") -> "pd.DataFrame":
    """Return cells as they are; what pandas would make of them is of no concern."""
    import pandas as pd

    plain = arrow if arrow.schema.equals(schema) else arrow.cast(schema)
    frame: pd.DataFrame = plain.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
    return frame


@contextmanager
def _refusals(path: str | Path) -> Iterator[None]:
    """Say of what pyarrow refuses what is wrong with the file."""
    import pyarrow as pa

    try:
        yield
    except FileError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        seen = clip(str(error).splitlines()[0], 100)
        raise FileError([Fault("not Parquet", str(path), seen=seen)]) from None


def _schema(frame: "pd.DataFrame") -> "pa.Schema":
    """Return the types of the columns; without pandas' own remarks, which name classes of Python."""
    import pyarrow as pa

    schema = pa.Schema.from_pandas(frame, preserve_index=False).remove_metadata()
    nulls = (i for i, name in enumerate(schema.names) if frame[name].dtype == object)
    for i in nulls:  # blank in the first rows, and text perhaps in later ones
        schema = schema.set(i, schema.field(i).with_type(pa.string()))
    return schema


def _as_text_if_mixed(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return a column of Python objects as text."""
    from ..answers.parsing import is_blank  # help texts need none

    if column.dtype != object:
        return column
    return column.map(lambda cell: None if is_blank(cell) else str(cell))


PARQUET = TableFormat(
    "Parquet",
    (".parquet", ".pq"),
    "application/vnd.apache.parquet",
    ParquetReader,
    ParquetWriter,
    {"format": "parquet"},
    package="pyarrow",
    extra="parquet",
)
FORMATS = (PARQUET,)
