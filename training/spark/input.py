"""Tables as Spark reads them: where they lie, every cell as it is in the file, and the row it is in."""

import csv
import io
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ...data.errors import Fault, FileError, Remedy, clip
from ...data.tables.base import header_faults
from ...data.tables.csv import detect_delimiter
from ...data.tables.formats import format_of, table_suffixes
from ...data.targets import is_stream, report_write_errors, resolve_target

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession


_PACKED = (".gz", ".bz2", ".zst", ".snappy")
SOURCE, BLOCK, TORN = "source", "block", "torn"
_TORN = "_torn_of_offerodds"  # no column is called so


def kind_of(name: str) -> str | None:
    """Find how Spark calls the format of a file, by its name; None where Spark does not read it.

    Examples
    --------
    >>> kind_of("part-0.snappy.parquet"), kind_of("a.csv.gz"), kind_of("notes.txt")
    ('parquet', 'csv', None)
    """
    path = PurePosixPath(name.lower())
    found = format_of(path.stem if path.suffix in _PACKED else path.name)
    return found.spark.get("format") if found else None


def tables_at(spark: "SparkSession", places: Sequence[str]) -> tuple[list[str], str]:
    """Return every file of some places, in order, and the one format that they have.

    Parameters
    ----------
    spark : SparkSession
    places : sequence of str
        Files, folders or patterns, on this disk or wherever Hadoop reads. Names that begin with ``.`` or
        ``_`` are left out, as Spark does.

    Raises
    ------
    FileError
        There is no such file, or they are not all of one format; every fault is listed.
    """
    found: list[str] = []
    faults: list[Fault] = []
    for place in places:
        try:
            files = sorted(_files(spark, place))
        except Exception as error:
            faults.append(Fault("cannot be read", place, seen=clip(_said(error), 200)))
            continue
        if not files:
            faults.append(Fault("no such file", place))
        found += files
    strange = [file for file in found if kind_of(file) is None]
    expected = f"{', '.join(table_suffixes(on_spark=True))}, or a folder of such"
    faults += [Fault("not a table by its name", file, expected=expected) for file in strange]
    kinds = {kind for file in found if (kind := kind_of(file))}
    if len(kinds) > 1:
        faults.append(Fault("tables of two formats", seen=" and ".join(sorted(kinds)), expected="one"))
    if faults:
        raise FileError(faults)
    return found, kinds.pop()


@contextmanager
def replaced(spark: "SparkSession", place: str) -> Iterator[str]:
    """Give a folder beside a place to write to, and put it there once it is complete.

    Parameters
    ----------
    spark : SparkSession
    place : str
        A folder; what is there is taken away last, and put back if that fails.

    Raises
    ------
    FileError
        It cannot be put there, or a file on this disk is there that must not be replaced.
    """
    target = _path(spark, place)
    if target.toUri().getScheme() == "file":
        target = _path(spark, _followed(target.toUri().getPath(), place))
    system = _system(spark, target)
    mark = uuid.uuid4().hex[:12]
    scratch, aside = _beside(spark, target, f"{mark}.new"), _beside(spark, target, f"{mark}.old")
    try:
        system.mkdirs(scratch)
    except Exception as error:
        raise FileError([Fault("cannot be written", place, seen=clip(_said(error), 200))]) from None
    try:
        yield scratch.toString()
        _swap(system, scratch, target, aside)
    except OSError as error:
        raise FileError([Fault("cannot be written", place, seen=str(error))]) from None
    finally:
        with suppress(Exception):  # Java gone
            system.delete(scratch, True)


def _followed(path: str, place: str) -> str:
    """Return a place on this disk with symbolic links followed; a device or a pipe is refused."""
    with report_write_errors(place):
        if Path(path).is_dir():
            return Path(path).resolve().as_uri()
        target = resolve_target(path)
        if is_stream(target):
            raise FileError([Fault("not a folder", place, remedy=Remedy.NAME_FOLDER)])
        return target.absolute().as_uri()


def _swap(system: Any, new: Any, target: Any, aside: Any) -> None:
    """Put a folder in the place of another."""
    before = system.exists(target)
    if before and not system.rename(target, aside):
        raise OSError(f"{target} cannot be moved")
    if not system.rename(new, target):
        if before:
            system.rename(aside, target)
        raise OSError(f"{new} cannot be moved to {target}")
    if before:
        system.delete(aside, True)


def _beside(spark: "SparkSession", path: Any, mark: str) -> Any:
    """Return a path beside another that nothing looks at when it reads the folder."""
    return _hadoop(spark).Path(path.getParent(), f"_{path.getName()}.{mark}")


def _path(spark: "SparkSession", place: str) -> Any:
    path = _hadoop(spark).Path(place)
    return _system(spark, path).makeQualified(path)


def _hadoop(spark: "SparkSession") -> Any:
    """Return Hadoop's package of file systems."""
    java: Any = spark._jvm
    return java.org.apache.hadoop.fs


def _system(spark: "SparkSession", path: Any) -> Any:
    return path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())


def _files(spark: "SparkSession", place: str) -> Iterator[str]:
    """Yield every file of a place that holds rows."""
    path = _path(spark, place)
    system = _system(spark, path)
    for status in system.globStatus(path) or ():
        if status.isFile():
            yield status.getPath().toString()
            continue
        within = system.listFiles(status.getPath(), True)
        while within.hasNext():
            file = within.next().getPath()
            parts = file.toString().removeprefix(status.getPath().toString()).split("/")
            if not any(part.startswith((".", "_")) for part in parts):
                yield file.toString()


def _said(error: Exception) -> str:
    """Return what Java says of an error, without its stack."""
    java = getattr(error, "java_exception", None)
    return str(java.getMessage() if java is not None else error)


@dataclass(frozen=True)
class Table:
    """A table on Spark.

    Parameters
    ----------
    frame : DataFrame
        ``source`` (the file of a row), ``block`` (where in it the piece begins that one worker reads at
        once), ``torn`` (the row as it stands, if it is no row of the table), then the cells as ``c0``,
        ``c1``, … since Spark is particular about names.
    names : tuple of str
        The columns of the file, in that order.
    files : tuple of str
        In the order of the places given, by name in a folder.
    delimiter : str
        Between cells of CSV; empty for other formats.
    """

    frame: Any  # a DataFrame, and nothing on a worker
    names: tuple[str, ...]
    files: tuple[str, ...]
    delimiter: str = ""

    @property
    def source(self) -> str:
        """The file, where there is one."""
        return self.files[0] if len(self.files) == 1 else ""

    @property
    def numbered(self) -> list[str]:
        """The names that the cells have here."""
        return [f"c{i}" for i in range(len(self.names))]

    @property
    def cells(self) -> "DataFrame":
        """The cells alone."""
        frame: DataFrame = self.frame
        return frame.select(self.numbered)

    @property
    def plain(self) -> "Table":
        """What workers are told of the table; the rows come to them apart."""
        return replace(self, frame=None, files=())

    def with_constants(self, given: Mapping[str, Any]) -> "Table":
        """Return the table with one value in every row of some columns, which may be new."""
        from pyspark.sql import functions as F  # noqa: N812

        frame, names = self.frame, self.names
        for name, value in given.items():
            if name not in names:
                names = (*names, name)
            frame = frame.withColumn(f"c{names.index(name)}", F.lit(value))
        return Table(frame, names, self.files, self.delimiter)


def read(spark: "SparkSession", places: Sequence[str]) -> Table:
    """Return a table; nothing but its columns is looked at yet.

    CSV is UTF-8 with a header in each file, and comma, semicolon or tab between cells. A cell may not hold a
    line break, since Spark reads pieces of a file that begin at one.

    Parameters
    ----------
    spark : SparkSession
    places : sequence of str
        Files, folders or patterns.

    Raises
    ------
    FileError
        No such file, or columns without a name or of one name; every fault is listed.
    """
    files, kind = tables_at(spark, places)
    return _read_csv(spark, files) if kind == "csv" else _read_typed(spark, files, kind)


def _read_csv(spark: "SparkSession", files: list[str]) -> Table:
    from pyspark.sql import functions as F  # noqa: N812
    from pyspark.sql.types import StringType, StructField, StructType

    first = spark.read.text(files[0]).where(F.trim("value") != "").first()
    if first is None:
        raise FileError([Fault("the file is empty", source=files[0])])
    header = str(first[0]).removeprefix("\ufeff")
    delimiter = detect_delimiter(header)
    names = next(csv.reader(io.StringIO(header), delimiter=delimiter))
    if faults := header_faults(names, files[0]):
        raise FileError(faults)
    frame = spark.read.csv(
        files,
        schema=StructType([StructField(name, StringType()) for name in (*names, _TORN)]),
        sep=delimiter,
        header=True,
        enforceSchema=False,  # every file has these columns in this order, or Spark says so
        escape='"',
        mode="PERMISSIVE",
        columnNameOfCorruptRecord=_TORN,
        maxCharsPerColumn=-1,
    )
    cells = frame.select(*_places(frame), F.col(_TORN).alias(TORN), *_numbered(frame, names))
    return Table(cells, tuple(name.strip() for name in names), tuple(files), delimiter)


def _read_typed(spark: "SparkSession", files: list[str], kind: str) -> Table:
    from pyspark.sql import functions as F  # noqa: N812

    frame = spark.read.load(files, format=kind)
    names = frame.columns
    if faults := header_faults(names, files[0]):
        raise FileError(faults)
    torn = F.lit(None).cast("string").alias(TORN)
    cells = frame.select(*_places(frame), torn, *_numbered(frame, names))
    return Table(cells, tuple(names), tuple(files))


def _numbered(frame: "DataFrame", names: Sequence[str]) -> Iterator["Column"]:
    """Yield the cells of each column under their number."""
    for i, name in enumerate(names):
        yield frame[f"`{name.replace('`', '``')}`"].alias(f"c{i}")


def _places(frame: "DataFrame") -> tuple["Column", "Column"]:
    """Return the file of each row, and where in it the piece begins that is read at once."""
    return (
        frame["_metadata.file_path"].alias(SOURCE),
        frame["_metadata.file_block_start"].alias(BLOCK),
    )
