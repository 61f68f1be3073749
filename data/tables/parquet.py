"""Read and write Parquet with pyarrow."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Fault, FileError, clip
from ..files import read_start
from ..language import N_, _, number
from ..limits import BATCH_BYTES, TABLE_BYTES, too_large
from .base import SCORE_COLUMNS, Batch, TableFormat, TableReader, TableWriter, header_faults

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

_BATCH_ROWS = 32_768  # smaller batches make pyarrow slower, larger ones take memory and are no faster
_GROUP_ROWS = 4 * _BATCH_ROWS  # of a row group that is written; pyarrow keeps a list of all of them
_SMALL_BATCH_ROWS = 256  # where a few bytes of the file can be the text of many rows
_DICTIONARY = {"PLAIN_DICTIONARY", "RLE_DICTIONARY"}


class ParquetReader(TableReader):
    """A reader of Parquet; cells keep their types, as pandas' ``ArrowDtype``."""

    def __init__(self, path: str | Path, size: int | None, known: Iterable[str] = ()) -> None:  # noqa: ARG002
        self.source, self._n_read = str(path), 0
        self._parquet, schema, rows = _open(path)
        self._batch_rows = min(rows, size or _BATCH_ROWS)
        self._schema = _without_views(schema)
        self._joinable = _with_dictionaries_of(schema, self._parquet.schema_arrow)
        self.names = tuple(self._schema.names)
        self.n_rows = self._parquet.metadata.num_rows

    def __iter__(self) -> Iterator[Batch]:
        import numpy as np

        self._n_read = 0
        batches = self._batches()
        while self._n_read < self.n_rows:
            with _pyarrow_errors_as_faults(self.source):
                frame = _frame(next(batches))
            first, self._n_read = self._n_read + 1, self._n_read + len(frame)
            yield Batch(frame, np.arange(first, self._n_read + 1))
        if not self._n_read:
            yield Batch(_frame(self._schema.empty_table()), np.arange(0))

    @property
    def fraction_read(self) -> float:
        """Fraction of the rows read so far."""
        return self._n_read / max(self.n_rows, 1)

    def read_all(self) -> "pd.DataFrame":
        """Read all rows into one frame with pandas' usual types, but keep integers beside blanks."""
        import pyarrow as pa

        batches, size = [], 0
        with _pyarrow_errors_as_faults(self.source):
            for batch in self._batches():
                batches.append(batch)
                size += batch.nbytes
                if size > TABLE_BYTES:
                    fault = too_large(self.source, size / 1e6, N_("{n} MB unpacked"), TABLE_BYTES / 1e6)
                    raise FileError([fault])
            whole = pa.Table.from_batches(batches, self._schema)
            frame: pd.DataFrame = _representable(whole).to_pandas(integer_object_nulls=True)
        return frame

    def _batches(self) -> "Iterator[pa.RecordBatch]":
        """Yield batches of a bounded size.

        Text that the file contains only once is read as such. If it takes too much memory in all rows of a
        batch, the batch is split.
        """
        import pyarrow as pa

        n_rows, size, parts = 0, 0, []
        for part in self._parquet.iter_batches(self._batch_rows):
            n_rows += part.num_rows
            if n_rows > self.n_rows:
                break
            part.validate(full=True)  # else text that is not UTF-8 raises an error wherever it is used first
            parts.append(_cast(part, self._joinable))  # a part ends where a row group with repeated text does
            size += part.nbytes
            if n_rows % self._batch_rows and n_rows < self.n_rows and size < BATCH_BYTES:
                continue
            joined = [table.combine_chunks() for table in _with_one_dictionary(pa.Table.from_batches(parts))]
            size, parts = 0, []
            for batch in chain.from_iterable(table.to_batches() for table in joined):
                n = min(batch.num_rows, max(1, int(BATCH_BYTES / _bytes_per_row(batch))))
                for start in range(0, batch.num_rows, n):
                    yield _cast(batch.slice(start, n), self._schema)
        if n_rows != self.n_rows:
            rows = number(self.n_rows)
            raise ValueError(_("its metadata has another number of rows: {n}", n=rows))

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
            self._waiting = self._schema.empty_table()
        table = pa.Table.from_pandas(typed, self._schema, preserve_index=False)
        self._waiting = pa.concat_tables([self._waiting, table])
        if self._waiting.num_rows >= _GROUP_ROWS or self._waiting.nbytes >= BATCH_BYTES:
            self._finish()

    def _finish(self) -> None:
        """Write the rows that wait as one row group, or as few as their dictionaries allow."""
        if self._writer is not None and self._waiting.num_rows:
            import pyarrow as pa

            for table in _with_one_dictionary(self._waiting):
                self._writer.write_table(table)
            self._waiting = self._schema.empty_table()
            del table
            pa.default_memory_pool().release_unused()  # else it keeps what these batches took

    def __exit__(self, kind: object, *rest: object) -> None:
        try:
            super().__exit__(kind, *rest)
        finally:
            if self._writer is not None:
                with suppress(*([Exception] if kind else [])):  # after an error the file is discarded
                    self._writer.close()


def _open(path: str | Path) -> "tuple[ParquetFile, pa.Schema, int]":
    """Open a file, and check the names of its columns.

    Returns
    -------
    file : ParquetFile
        Reads repeated text as it is stored, once.
    schema : Schema
        The types of the columns.
    rows : int
        Number of rows to read at once.
    """
    if not read_start(path, 1):
        raise FileError([Fault("the file is empty", source=str(path))])
    from pyarrow import OSFile, parquet

    with _pyarrow_errors_as_faults(path):
        # with pre_buffer, pyarrow keeps every row group that it has read in memory
        file_ = parquet.ParquetFile(OSFile(str(path)), pre_buffer=False)
        if faults := header_faults(file_.schema_arrow.names, path) or _type_faults(file_.schema_arrow, path):
            file_.close(force=True)
            raise FileError(faults)
        repeated, others = _columns_of_repeated_text(file_)
        schema, rows = file_.schema_arrow, _SMALL_BATCH_ROWS if others else _BATCH_ROWS
        if repeated:
            file_.close(force=True)
            file_ = parquet.ParquetFile(
                OSFile(str(path)), metadata=file_.metadata, pre_buffer=False, read_dictionary=repeated
            )
        return file_, schema, rows


def _type_faults(schema: "pa.Schema", path: str | Path) -> list[Fault]:
    """Report list views: pyarrow reads them without their sizes, so that using them ends the process."""
    views = [field.name for field in schema if "list_view" in str(field.type)]
    problem, remedy = N_("a column of list views, which cannot be read"), N_("leave it out, or store lists")
    return [Fault(problem, str(path), field=clip(name).strip("'"), remedy=remedy) for name in views]


def _columns_of_repeated_text(file: "ParquetFile") -> tuple[list[str], list[str]]:
    """Find the columns whose text may be larger than their part of the file.

    Returns
    -------
    dictionaries, others : list of str
        Text stored once for many rows; text in lists or objects, or stored as what differs between rows.
    """
    flat = {*file.schema_arrow.names}
    dictionaries, others = set[str](), set[str]()
    for group in range(file.metadata.num_row_groups):
        chunks = file.metadata.row_group(group)
        for chunk in map(chunks.column, range(chunks.num_columns)):
            if chunk.physical_type == "BYTE_ARRAY":
                if "DELTA_BYTE_ARRAY" in chunk.encodings or chunk.path_in_schema not in flat:
                    others.add(chunk.path_in_schema)
                elif _DICTIONARY.intersection(chunk.encodings):
                    dictionaries.add(chunk.path_in_schema)
    return sorted(dictionaries - others), sorted(others)


def _bytes_per_row(batch: "pa.RecordBatch") -> float:
    """Compute the mean size of a row, with text in full."""
    import pyarrow as pa
    import pyarrow.compute as pc

    size = 1
    for column in batch.columns:
        size += column.nbytes
        kind = column.type.value_type if pa.types.is_dictionary(column.type) else None
        if kind in (pa.string(), pa.binary()):
            lengths = pc.binary_length(column.dictionary)
            size += pc.sum(lengths.take(column.indices.drop_null())).as_py() or 0
    return float(size / max(batch.num_rows, 1))


def _without_views(schema: "pa.Schema") -> "pa.Schema":
    """Replace the view types, which Polars writes and pandas does not support, by plain ones."""
    import pyarrow as pa

    plain_types = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    return pa.schema([field.with_type(plain_types.get(field.type, field.type)) for field in schema])


def _with_dictionaries_of(schema: "pa.Schema", read: "pa.Schema") -> "pa.Schema":
    """Replace the types in which dictionaries are read by those of the file, with their index and order."""
    import pyarrow as pa

    pairs = zip(schema, read, strict=True)
    return pa.schema([mine if pa.types.is_dictionary(mine.type) else other for mine, other in pairs])


def _cast(batch: "pa.RecordBatch", schema: "pa.Schema") -> "pa.RecordBatch":
    """Cast only if the types differ."""
    return batch if batch.schema.equals(schema) else batch.cast(schema)


def _with_one_dictionary(table: "pa.Table") -> "Iterator[pa.Table]":
    """Yield the table with one dictionary per column; in parts if an index is too small for all values."""
    import pyarrow as pa

    try:
        unified = table.unify_dictionaries()
    except pa.ArrowInvalid:
        batches = [batch for batch in table.to_batches() if batch.num_rows]
        half = len(batches) // 2
        for part in (batches[:half], batches[half:]):
            yield from _with_one_dictionary(pa.Table.from_batches(part))
    else:
        yield unified


def _frame(arrow: "pa.Table | pa.RecordBatch") -> "pd.DataFrame":
    """Convert to a frame with Arrow's types; pandas' metadata could change them."""
    import pandas as pd

    frame: pd.DataFrame = _representable(arrow).to_pandas(types_mapper=pd.ArrowDtype, ignore_metadata=True)
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
