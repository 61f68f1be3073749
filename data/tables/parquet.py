"""Parquet, whole or in batches."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..errors import Fault, FileError, MissingExtraError, clip
from ..files import opened
from .base import Batch, Batches, header_faults

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

_SIZE = 65_536  # rows; with fewer, pyarrow takes longer


class ParquetBatches(Batches):
    """A Parquet file; cells keep their types, as pandas' ``ArrowDtype``.

    Parameters
    ----------
    path : str or Path
    size : int, optional
        Rows of a batch at most.
    known : iterable of str
        Of no concern: the file names its columns.
    """

    def __init__(self, path: str | Path, size: int | None, known: Iterable[str] = ()) -> None:  # noqa: ARG002
        self.source, self._size, self._read = str(path), size or _SIZE, 0
        self._parquet = _open(path)
        self._schema = _without_views(self._parquet.schema_arrow)
        self.names = tuple(self._schema.names)
        self._rows: int = self._parquet.metadata.num_rows

    def __iter__(self) -> Iterator[Batch]:
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
    def share(self) -> float:
        """By rows."""
        return self._read / max(self._rows, 1)

    def close(self) -> None:
        """Close the file."""
        self._parquet.close(force=True)


def read_parquet(path: str | Path) -> "pd.DataFrame":
    """Return a whole table, as pandas does; but whole numbers stay whole where there are blanks."""
    with _open(path) as file, _refusals(path):
        whole: pd.DataFrame = file.read().to_pandas(integer_object_nulls=True)
    return whole


def missing() -> MissingExtraError:
    """Return the error of a Python without pyarrow."""
    return MissingExtraError("Parquet needs pyarrow: pip install 'offerodds[parquet]'")


def _open(path: str | Path) -> "ParquetFile":
    """Return an opened file whose columns have names."""
    with opened(path) as file:
        if not file.read(1):
            raise FileError([Fault("the file is empty", source=str(path))])
    try:
        from pyarrow import OSFile, parquet
    except ImportError:
        raise missing() from None
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
