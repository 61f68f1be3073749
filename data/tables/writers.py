"""Writing a table piece by piece (CSV, JSON, JSON lines, Parquet), and whether it has room for scores."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ..answers.parsing import is_blank
from ..catalogue.catalogue import Catalogue
from ..errors import Fault, FileError, Remedy, clip
from ..files import replacing_all
from ..spelling import fold, misspelt
from .parquet import missing

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd
    import pyarrow as pa


SCORES = ("probability", "low", "high")


def unfit_for_scores(columns: Sequence[str], catalogue: Catalogue) -> list[Fault]:
    """Return what keeps a table of these columns from being scored.

    Examples
    --------
    >>> [str(fault) for fault in unfit_for_scores(["rapport", "low"], Catalogue.built_in())]
    ['low: the table has this column already; rename it']
    """
    faults = [
        Fault("the table has this column already", field=name, remedy=Remedy.RENAME_COLUMN)
        for name in SCORES
        if name in columns
    ]
    known = {fold(field) for field in catalogue.questions}
    slips = any(misspelt(name, catalogue.questions) for name in columns)  # which are told of anyway
    if not slips and not known.intersection(map(fold, columns)):
        faults.append(Fault("no column is a field of the catalogue", remedy=Remedy.SHOW_COLUMNS))
    return faults


class TableWriter(ABC):
    """What writes a table to a file, some rows after the others; the first fix what columns it has.

    Parameters
    ----------
    file : binary file
        Which stays open.
    source : str
        How to call it where its format has no room for some cells.
    """

    def __init__(self, file: BinaryIO, source: str) -> None:
        self._file, self._source, self._begun = file, source, False

    def write(self, frame: "pd.DataFrame") -> None:
        """Write rows, which may be none.

        Raises
        ------
        FileError
            The file cannot be written, or cells do not go with its format.
        """
        try:
            self._write(frame)
        except FileError:
            raise
        except (ValueError, TypeError, NotImplementedError) as error:  # of pandas or pyarrow
            seen = clip(str(error).splitlines()[0], 100)
            raise FileError([Fault("cannot be written in this format", self._source, seen=seen)]) from None
        self._begun = True

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self._finish()

    @abstractmethod
    def _write(self, frame: "pd.DataFrame") -> None: ...

    def _finish(self) -> None:  # noqa: B027 (most formats have none)
        """Write what stands at the end."""


class CsvWriter(TableWriter):
    """UTF-8, with commas."""

    def _write(self, frame: "pd.DataFrame") -> None:
        text = frame.to_csv(index=False, lineterminator="\n", header=not self._begun)
        self._file.write(text.encode())


class JsonLinesWriter(TableWriter):
    """An object a line."""

    def _write(self, frame: "pd.DataFrame") -> None:
        if len(frame):
            text = frame.to_json(orient="records", lines=True, double_precision=15, date_format="iso")
            self._file.write(text.encode())


class JsonWriter(TableWriter):
    """A list of objects."""

    _empty = True

    def _write(self, frame: "pd.DataFrame") -> None:
        if len(frame):
            text = frame.to_json(orient="records", indent=1, double_precision=15, date_format="iso")
            self._file.write(b"[" if self._empty else b",")
            self._file.write(text.removeprefix("[").removesuffix("\n]").encode())
            self._empty = False

    def _finish(self) -> None:
        self._file.write(b"[]\n" if self._empty else b"\n]\n")


class ParquetWriter(TableWriter):
    """Columns of objects become text, since a column of Parquet is of one type."""

    _writer: Any = None

    def _write(self, frame: "pd.DataFrame") -> None:
        import pyarrow as pa
        from pyarrow import parquet

        typed = frame.apply(_as_text_if_mixed)
        if self._writer is None:
            self._schema = _schema(typed)
            repeated = [name for name in self._schema.names if name not in SCORES]  # others hardly ever are
            self._writer = parquet.ParquetWriter(self._file, self._schema, use_dictionary=repeated)
        self._writer.write_table(pa.Table.from_pandas(typed, self._schema, preserve_index=False))

    def _finish(self) -> None:
        self._writer.close()

    def __exit__(self, kind: object, *rest: object) -> None:
        super().__exit__(kind, *rest)
        if self._writer is not None:
            with suppress(Exception):  # what is written now is thrown away, or closed already
                self._writer.close()


def writer_of(path: str | Path) -> Callable[[BinaryIO], TableWriter]:
    r"""Return what makes a writer of the format that a name says.

    Raises
    ------
    FileError
        The name says no format we write.
    MissingExtraError
        It is Parquet and pyarrow is not installed.

    Examples
    --------
    >>> import io, pandas as pd
    >>> with writer_of("mine.csv")(file := io.BytesIO()) as writer:
    ...     for rapport in (4, 5):
    ...         writer.write(pd.DataFrame({"rapport": [rapport]}))
    >>> file.getvalue()
    b'rapport\n4\n5\n'
    """
    kind = _WRITERS.get(suffix := Path(path).suffix.lower())
    if kind is None:
        expected = ".csv, .json, .jsonl or .parquet"
        raise FileError([Fault("cannot write this format", str(path), seen=suffix, expected=expected)])
    if kind is ParquetWriter:
        try:
            import pyarrow as pa  # noqa: F401
        except ImportError:
            raise missing() from None
    return partial(kind, source=str(path))


@contextmanager
def writing_tables(paths: Sequence[str | Path]) -> Iterator[list[TableWriter]]:
    """Give a writer for each place; the tables take their places together, once all are complete.

    Raises
    ------
    FileError
        A name says no format we write, or a place cannot be written; what was there before is untouched.
    MissingExtraError
        One is Parquet and pyarrow is not installed.
    """
    makers = [writer_of(path) for path in paths]
    with replacing_all(paths) as files, ExitStack() as stack:
        yield [stack.enter_context(make(file)) for make, file in zip(makers, files, strict=True)]


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
    if column.dtype != object:
        return column
    return column.map(lambda cell: None if is_blank(cell) else str(cell))


_WRITERS: Mapping[str, type[TableWriter]] = {
    ".csv": CsvWriter,
    ".jsonl": JsonLinesWriter,
    ".ndjson": JsonLinesWriter,
    ".json": JsonWriter,
    ".parquet": ParquetWriter,
    ".pq": ParquetWriter,
}
