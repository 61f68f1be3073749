"""Tables on Spark: finding their files, reading every cell with its file and position, replacing folders."""

import csv
import io
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from ...data.errors import Fault, FileError, Remedy, clip
from ...data.files import is_stream, report_write_errors, resolve_target
from ...data.language import _
from ...data.name_matching import fold
from ...data.tables.base import header_faults
from ...data.tables.csv_table import detect_delimiter
from ...data.tables.formats import format_of, table_suffixes

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession


_COMPRESSED = (".gz", ".bz2", ".zst", ".snappy")
SOURCE, BLOCK, TORN = "source", "block", "torn"
_TORN = "_torn_of_offerodds"  # unlikely to be the name of a column


def spark_format(name: str) -> str | None:
    """Find Spark's name for the format of a file, by its suffix; None if Spark does not read it.

    Examples
    --------
    >>> spark_format("part-0.snappy.parquet"), spark_format("a.csv.gz"), spark_format("notes.txt")
    ('parquet', 'csv', None)
    """
    path = PurePosixPath(name.lower())
    table_format = format_of(path.stem if path.suffix in _COMPRESSED else path.name)
    return table_format.spark.get("format") if table_format else None


def find_tables(spark: "SparkSession", paths: Sequence[str]) -> tuple[list[str], str]:
    """Find all files of some paths, in order, and their common format.

    Parameters
    ----------
    spark : SparkSession
    paths : sequence of str
        Files, folders or patterns, on this disk or anywhere that Hadoop reads. As in Spark, names that begin
        with ``.`` or ``_`` are ignored.

    Raises
    ------
    FileError
        A file does not exist, or they are not all of one format; every fault is listed.
    """
    found: list[str] = []
    faults: list[Fault] = []
    for path in paths:
        try:
            files = sorted(_files(spark, path))
        except Exception as error:
            faults.append(Fault("cannot be read", path, seen=clip(_java_message(error), 200)))
            continue
        if not files:
            faults.append(Fault("no such file", path))
        found += files
    unknown = [file for file in found if spark_format(file) is None]
    suffixes = ", ".join(table_suffixes(on_spark=True))
    expected = _("{suffixes}, or a folder of such files", suffixes=suffixes)
    faults += [Fault("not a table by its name", file, expected=expected) for file in unknown]
    formats = {name for file in found if (name := spark_format(file))}
    if len(formats) > 1:
        one, *_others, other = sorted(formats)
        faults.append(
            Fault("tables of two formats", seen=_("{one} and {other}", one=one, other=other), expected="one")
        )
    if faults:
        raise FileError(faults)
    return found, formats.pop()


@contextmanager
def replacing_folder(spark: "SparkSession", path: str) -> Iterator[str]:
    """Create a temporary folder to write to, and move it to a path once it is complete.

    Parameters
    ----------
    spark : SparkSession
    path : str
        A folder. An existing one is deleted last, and restored if the move fails.

    Raises
    ------
    FileError
        The folder cannot be written, or a file on this disk is there that must not be replaced.
    """
    target = _hadoop_path(spark, path)
    if target.toUri().getScheme() == "file":
        target = _hadoop_path(spark, _resolve_links(target.toUri().getPath(), path))
    system = _file_system(spark, target)
    unique = uuid.uuid4().hex[:12]
    scratch, backup = _sibling(spark, target, f"{unique}.new"), _sibling(spark, target, f"{unique}.old")
    try:
        system.mkdirs(scratch)
    except Exception as error:
        raise FileError([Fault("cannot be written", path, seen=clip(_java_message(error), 200))]) from None
    try:
        yield scratch.toString()
        _replace(system, scratch, target, backup)
    except OSError as error:
        raise FileError([Fault("cannot be written", path, seen=str(error))]) from None
    finally:
        with suppress(Exception):  # Java may be gone
            system.delete(scratch, True)


def _resolve_links(local_path: str, path: str) -> str:
    """Follow the symbolic links of a path on this disk; a device or a pipe is a fault."""
    with report_write_errors(path):
        if Path(local_path).is_dir():
            return Path(local_path).resolve().as_uri()
        target = resolve_target(local_path)
        if is_stream(target):
            raise FileError([Fault("not a folder", path, remedy=Remedy.NAME_FOLDER)])
        return target.absolute().as_uri()


def _replace(system: Any, new: Any, target: Any, backup: Any) -> None:
    """Replace a folder by another; Hadoop cannot rename onto an existing folder."""
    exists = system.exists(target)
    if exists and not system.rename(target, backup):
        raise OSError(_("{folder} cannot be moved", folder=target))
    if not system.rename(new, target):
        if exists:
            system.rename(backup, target)
        raise OSError(_("{folder} cannot be moved to {target}", folder=new, target=target))
    if exists:
        system.delete(backup, True)


def _sibling(spark: "SparkSession", path: Any, suffix: str) -> Any:
    """Build a path beside another, with an underscore so that Spark ignores it when it reads the folder."""
    return _hadoop(spark).Path(path.getParent(), f"_{path.getName()}.{suffix}")


def _hadoop_path(spark: "SparkSession", path: str) -> Any:
    unqualified = _hadoop(spark).Path(path)
    return _file_system(spark, unqualified).makeQualified(unqualified)


def _hadoop(spark: "SparkSession") -> Any:
    """Look up Hadoop's package of file systems in the Java of the session."""
    java: Any = spark._jvm
    return java.org.apache.hadoop.fs


def _file_system(spark: "SparkSession", path: Any) -> Any:
    return path.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())


def _files(spark: "SparkSession", path: str) -> Iterator[str]:
    """Yield every file of a path that contains rows."""
    qualified = _hadoop_path(spark, path)
    system = _file_system(spark, qualified)
    for status in system.globStatus(qualified) or ():
        if status.isFile():
            yield status.getPath().toString()
            continue
        files = system.listFiles(status.getPath(), True)
        while files.hasNext():
            file = files.next().getPath()
            parts = file.toString().removeprefix(status.getPath().toString()).split("/")
            if not any(part.startswith((".", "_")) for part in parts):
                yield file.toString()


def _java_message(error: Exception) -> str:
    """Extract the message of a Java error, without its stack."""
    java = getattr(error, "java_exception", None)
    return str(java.getMessage() if java is not None else error)


@dataclass(frozen=True)
class Table:
    """A table on Spark.

    Parameters
    ----------
    frame : DataFrame
        ``source`` (the file of a row), ``block`` (the byte of it at which the worker's split begins),
        ``torn`` (the text of a row with a wrong number of cells), then the cells as ``c0``, ``c1``, …, since
        Spark allows few characters in names.
    names : tuple of str
        The columns of the file, in that order.
    files : tuple of str
        In the order of the paths given, by name within a folder.
    delimiter : str
        Between the cells of CSV; empty for other formats.
    """

    frame: Any  # a DataFrame, or None on a worker
    names: tuple[str, ...]
    files: tuple[str, ...]
    delimiter: str = ""

    @property
    def source(self) -> str:
        """The file, if there is only one; else empty."""
        return self.files[0] if len(self.files) == 1 else ""

    @property
    def cell_names(self) -> list[str]:
        """The columns of the cells in the frame."""
        return [f"c{i}" for i in range(len(self.names))]

    @property
    def cells(self) -> "DataFrame":
        """The cells, without file and position."""
        frame: DataFrame = self.frame
        return frame.select(self.cell_names)

    @property
    def schema(self) -> "Table":
        """The table without its rows, which a worker receives separately."""
        return replace(self, frame=None, files=())

    def with_text(self, name: str) -> "Table":
        """Convert a column, named in any spelling, to text; other columns and tables stay as they are.

        A worker receives whole numbers beside blanks as 4.0, which is another name than 4.
        """
        frame = self.frame
        for cell_name, column in zip(self.cell_names, self.names, strict=True):
            if fold(column) == fold(name):
                frame = frame.withColumn(cell_name, frame[cell_name].cast("string"))
        return replace(self, frame=frame)

    def with_constants(self, given: Mapping[str, Any]) -> "Table":
        """Set some columns, which may be new, to one value in every row."""
        from pyspark.sql import functions as F  # noqa: N812

        frame, names = self.frame, self.names
        for name, value in given.items():
            if name not in names:
                names = (*names, name)
            frame = frame.withColumn(f"c{names.index(name)}", F.lit(value))
        return Table(frame, names, self.files, self.delimiter)


def read_spark_table(spark: "SparkSession", paths: Sequence[str]) -> Table:
    """Open a table, and check its column names; Spark reads the rows later.

    CSV is UTF-8 with a header in each file, and comma, semicolon or tab between cells. A cell must not
    contain a line break, since Spark splits files at line breaks.

    Parameters
    ----------
    spark : SparkSession
    paths : sequence of str
        Files, folders or patterns.

    Raises
    ------
    FileError
        A file does not exist, or a column has no name or that of another; every fault is listed.
    """
    files, table_format = find_tables(spark, paths)
    return _read_csv(spark, files) if table_format == "csv" else _read_typed(spark, files, table_format)


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
        enforceSchema=False,  # Spark raises an error if a file has other columns, or another order
        escape='"',
        mode="PERMISSIVE",
        columnNameOfCorruptRecord=_TORN,
        maxCharsPerColumn=-1,  # no limit
    )
    cells = frame.select(*_positions(frame), F.col(_TORN).alias(TORN), *_cells(frame, names))
    return Table(cells, tuple(name.strip() for name in names), tuple(files), delimiter)


def _read_typed(spark: "SparkSession", files: list[str], table_format: str) -> Table:
    from pyspark.sql import functions as F  # noqa: N812

    frame = spark.read.load(files, format=table_format)
    names = frame.columns
    if faults := header_faults(names, files[0]):
        raise FileError(faults)
    torn = F.lit(None).cast("string").alias(TORN)
    cells = frame.select(*_positions(frame), torn, *_cells(frame, names))
    return Table(cells, tuple(names), tuple(files))


def _cells(frame: "DataFrame", names: Sequence[str]) -> Iterator["Column"]:
    """Yield each column under its number, as ``c0``, ``c1`` and so on."""
    for i, name in enumerate(names):
        yield frame[f"`{name.replace('`', '``')}`"].alias(f"c{i}")


def _positions(frame: "DataFrame") -> tuple["Column", "Column"]:
    """Build the columns with the file of each row, and the byte of it at which its split begins."""
    return (
        frame["_metadata.file_path"].alias(SOURCE),
        frame["_metadata.file_block_start"].alias(BLOCK),
    )
