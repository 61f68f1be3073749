"""A table as Spark reads it: every cell as it stands in the file, and where each row stands."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ...data.errors import Fault, FileError
from ...data.tables.header import delimiter_of, header_faults
from .places import tables_at

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

SOURCE, BLOCK, TORN = "source", "block", "torn"
_TORN = "_torn_of_offerodds"  # no column is called so


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
        Between cells of CSV; empty for Parquet.
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
    """Return a table of CSV or Parquet; nothing but its columns is looked at yet.

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
    return _read_csv(spark, files) if kind == "csv" else _read_parquet(spark, files)


def _read_csv(spark: "SparkSession", files: list[str]) -> Table:
    from pyspark.sql import functions as F  # noqa: N812
    from pyspark.sql.types import StringType, StructField, StructType

    first = spark.read.text(files[0]).where(F.trim("value") != "").first()
    if first is None:
        raise FileError([Fault("the file is empty", source=files[0])])
    header = str(first[0]).removeprefix("\ufeff")
    delimiter = delimiter_of(header)
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


def _read_parquet(spark: "SparkSession", files: list[str]) -> Table:
    from pyspark.sql import functions as F  # noqa: N812

    frame = spark.read.parquet(*files)
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
