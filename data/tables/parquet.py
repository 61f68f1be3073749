"""Read and write Parquet with pyarrow."""

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

_BATCH_ROWS = 65_536  # smaller batches make pyarrow slower


class ParquetReader(TableReader):
    """A reader of Parquet; cells keep their types, as pandas' ``ArrowDtype``."""

    def __init__(self, path: str | Path, size: int | None, known: Iterable[str] = ()) -> None:  # noqa: ARG002
        self.source, self._batch_rows, self._n_read = str(path), size or _BATCH_ROWS, 0
        self._parquet = _open(path)
        self._schema = _without_views(self._parquet.schema_arrow)
        self.names = tuple(self._schema.names)
        self._n_rows: int = self._parquet.metadata.num_rows

    def __iter__(self) -> Iterator[Batch]:
        import numpy as np

        self._n_read = 0
        arrow = self._parquet.iter_batches(self._batch_rows)
        while self._n_read < self._n_rows:
            with _pyarrow_errors_as_faults(self.source):
                frame = _frame(next(arrow), self._schema)
            first, self._n_read = self._n_read + 1, self._n_read + len(frame)
            yield Batch(frame, np.arange(first, self._n_read + 1))
        if not self._n_read:
            yield Batch(_frame(self._schema.empty_table(), self._schema), np.arange(0))

    @property
    def fraction_read(self) -> float:
        """Fraction of the rows read so far."""
        return self._n_read / max(self._n_rows, 1)

    def read_all(self) -> "pd.DataFrame":
        """Read all rows into one frame with pandas' usual types, but keep integers beside blanks."""
        with _pyarrow_errors_as_faults(self.source):
            frame: pd.DataFrame = _representable(self._parquet.read()).to_pandas(integer_object_nulls=True)
        return frame

    def close(self) -> None:
        """Close the file."""
        self._parquet.close(force=True)


class ParquetWriter(TableWriter):
    """A writer of Parquet; columns of objects become text, since a column has one type."""

    _writer: Any = None

    def _write(self, frame: "pd.DataFrame") -> None:
        import pyarrow as pa
        from pyarrow import parquet

        typed = frame.apply(_as_text_if_mixed)
        if self._writer is None:
            self._schema = _schema(typed)
            # a dictionary does not pay for the scores, which hardly ever repeat
            repeated = [name for name in self._schema.names if name not in SCORE_COLUMNS]
            self._writer = parquet.ParquetWriter(self._file, self._schema, use_dictionary=repeated)
        self._writer.write_table(pa.Table.from_pandas(typed, self._schema, preserve_index=False))

    def __exit__(self, kind: object, *_: object) -> None:
        if self._writer is not None:
            with suppress(*([Exception] if kind else [])):  # after an error the file is discarded
                self._writer.close()


def _open(path: str | Path) -> "ParquetFile":
    """Open a file, and check the names of its columns."""
    with open_binary(path) as file:
        if not file.read(1):
            raise FileError([Fault("the file is empty", source=str(path))])
    from pyarrow import OSFile, parquet

    with _pyarrow_errors_as_faults(path):
        # with pre_buffer, pyarrow keeps every row group that it has read in memory
        file_ = parquet.ParquetFile(OSFile(str(path)), pre_buffer=False)
        if faults := header_faults(file_.schema_arrow.names, path):
            file_.close(force=True)
            raise FileError(faults)
        return file_


def _without_views(schema: "pa.Schema") -> "pa.Schema":
    """Replace the view types, which Polars writes and pandas does not support, by plain ones."""
    import pyarrow as pa

    plain_types = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    return pa.schema([field.with_type(plain_types.get(field.type, field.type)) for field in schema])


def _frame(arrow: "pa.Table | pa.RecordBatch", schema: "pa.Schema") -> "pd.DataFrame":
    """Convert to a frame with Arrow's types; pandas' metadata could change them."""
    import pandas as pd

    plain = _representable(arrow if arrow.schema.equals(schema) else arrow.cast(schema))
    frame: pd.DataFrame = plain.to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
    return frame


def _representable(arrow: "pa.Table | pa.RecordBatch") -> "pa.Table | pa.RecordBatch":
    """Convert columns with dates, times or durations beyond the range of Python's types to text."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for i, field in enumerate(arrow.schema):
        if not pa.types.is_temporal(field.type):
            continue
        column = arrow.column(i)
        try:
            if pa.types.is_duration(field.type) or pa.types.is_interval(field.type):
                column.to_pylist()  # min_max does not support these types
            else:
                pc.min_max(column).as_py()
        except (OverflowError, ValueError):
            arrow = arrow.set_column(i, field.name, column.cast(pa.string()))
    return arrow


@contextmanager
def _pyarrow_errors_as_faults(path: str | Path) -> Iterator[None]:
    """Convert errors of pyarrow within the block to a `FileError` that names the file."""
    import pyarrow as pa

    try:
        yield
    except FileError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        seen = clip(str(error).splitlines()[0], 100)
        raise FileError([Fault("not Parquet", str(path), seen=seen)]) from None


def _schema(frame: "pd.DataFrame") -> "pa.Schema":
    """Infer the types of the columns; without pandas' metadata, which names classes of Python."""
    import pyarrow as pa

    schema = pa.Schema.from_pandas(frame, preserve_index=False).remove_metadata()
    nulls = (i for i, name in enumerate(schema.names) if frame[name].dtype == object)
    for i in nulls:  # blank in the first batch, perhaps text in a later one
        schema = schema.set(i, schema.field(i).with_type(pa.string()))
    return schema


def _as_text_if_mixed(column: "pd.Series[Any]") -> "pd.Series[Any]":
    """Convert a column of Python objects to text; any other column does not change."""
    from ..answers.parsing import is_blank  # not loaded for help texts

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
