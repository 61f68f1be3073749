"""Scoring on Spark: the probability and interval of every row, and the rows that cannot be scored."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.answers.fields import resolve_names
from ...data.answers.observations import observe_frame, observe_table
from ...data.answers.parsing import check_probability
from ...data.errors import Fault, FileError, InputError
from ...data.tables.base import SCORE_COLUMNS, TableFormat
from ...data.tables.formats import format_of, table_suffixes
from ...data.tables.parquet import PARQUET
from ...data.tables.rejected_rows import fault_text_by_row, rejection_columns
from ...model.offer_model import OfferModel
from ..streaming.score_tables import Scored, unfit_for_scores
from .input import Table, read, replaced
from .monitor import watched
from .partitions import Located, Pieces, shown
from .session import LOCAL, session

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pyspark.sql import DataFrame


_TOLD = "told string"


def look(table: Table, model: OfferModel) -> Located:
    """Return what is wrong with the rows, and how many there are."""
    found = table.frame.mapInPandas(partial(_looked, table=table.plain, model=model), _TOLD).collect()
    return Located((row[0] for row in found), table.files)


def _looked(batches: "Iterator[pd.DataFrame]", table: Table, model: OfferModel) -> "Iterator[pd.DataFrame]":
    """Yield at the end what was seen."""
    import pandas as pd

    pieces = Pieces(table)
    for batch in batches:
        for part in pieces.parts(batch):
            pieces.faults(part, partial(observe_frame, model.catalogue))
    yield pd.DataFrame({"told": [json.dumps(pieces.told())]})


def scores(table: Table, model: OfferModel, level: float, *, some_bad: bool) -> "DataFrame":
    """Return the table with its scores, without rows that have faults."""
    from pyspark.sql.types import DoubleType, StructField, StructType

    cells = table.cells.schema.fields
    schema = StructType([*cells, *(StructField(name, DoubleType()) for name in SCORE_COLUMNS)])
    work = partial(_scored, table=table.plain, model=model, level=level, some_bad=some_bad)
    frame: DataFrame = table.frame.mapInArrow(work, schema)
    return frame.toDF(*table.names, *SCORE_COLUMNS)


def _scored(
    batches: "Iterator[pa.RecordBatch]", table: Table, model: OfferModel, level: float, some_bad: bool
) -> "Iterator[pa.RecordBatch]":
    """Yield batches with their scores; Arrow leaves the cells as they are, where pandas would not."""
    import pyarrow as pa

    pieces = Pieces(table)
    for batch in batches:
        scores = np.full((len(SCORE_COLUMNS), batch.num_rows), np.nan)
        for part in pieces.parts(batch.to_pandas()):
            faults = pieces.faults(part, partial(observe_frame, model.catalogue)) if some_bad else []
            good = ~np.isin(np.arange(len(part.place)) + 1, [fault.row or 0 for fault in faults])
            scored = model.predict_frame(part.cells[good] if faults else part.cells, level)
            scores[:, part.place[good]] = scored[list(SCORE_COLUMNS)].to_numpy().T
        cells = batch.select(table.numbered)
        columns = [*cells.columns, *map(pa.array, scores)]
        whole = pa.RecordBatch.from_arrays(columns, names=[*cells.schema.names, *SCORE_COLUMNS])
        yield whole.filter(pa.array(~np.isnan(scores[0]))) if some_bad else whole


def aside(table: Table, model: OfferModel, located: Located) -> "DataFrame":
    """Return the rows that have faults, with file, row and faults before their cells."""
    from pyspark.sql.types import LongType, StringType, StructField, StructType

    kinds = StringType(), LongType(), StringType()
    names = rejection_columns(table.names)
    told = [StructField(name, kind) for name, kind in zip(names, kinds, strict=True)]
    schema = StructType([*told, *table.cells.schema.fields])
    work = partial(_put_aside, table=table.plain, model=model, firsts=located.firsts())
    frame: DataFrame = table.frame.mapInArrow(work, schema)
    return frame.toDF(*names, *table.names)


def _put_aside(
    batches: "Iterator[pa.RecordBatch]",
    table: Table,
    model: OfferModel,
    firsts: Mapping[tuple[str, int], int],
) -> "Iterator[pa.RecordBatch]":
    """Yield the rows that have faults."""
    import pyarrow as pa

    pieces = Pieces(table)
    for batch in batches:
        for part in pieces.parts(batch.to_pandas()):
            before = firsts[part.piece.source, part.piece.block] + part.first
            why = fault_text_by_row(pieces.faults(part, partial(observe_frame, model.catalogue)))
            rows = np.array([*why], dtype=np.int64)
            cells = batch.select(table.numbered).take(pa.array(part.place[rows - 1]))
            told = [pa.array([shown(part.piece.source)] * len(why), pa.string()), pa.array(rows + before)]
            told += [pa.array(why.values(), pa.string()), *cells.columns]
            yield pa.RecordBatch.from_arrays(
                told, names=[*rejection_columns(table.names), *cells.schema.names]
            )


def predict_spark(
    model: OfferModel,
    tables: str | Sequence[str],
    out: str,
    *,
    level: float = 0.90,
    given: Mapping[str, Any] | None = None,
    skip_bad: str | None = None,
    master: str = LOCAL,
    patience: float | None = None,
) -> Scored:
    """Write a table with the probability and interval of every row, on Spark.

    Every cell is checked before anything is written. Rows keep their columns, types included;
    ``probability``, ``low`` and ``high`` come last, as `OfferModel.predict_frame` gives them. Several
    files may come out in another order, as Spark shares them out: match rows by a column of yours, not by
    place.

    Parameters
    ----------
    model : OfferModel
    tables : str or sequence of str
        CSV or Parquet, as in `train_spark`.
    out : str
        A folder of files that Spark writes, in the format that its suffix names; Parquet without a suffix.
        What is there is replaced only once the new folder is complete.
    level : float
        Coverage of the interval, between 0 and 1.
    given : mapping of str to object, optional
        Fields that are the same for every row.
    skip_bad : str, optional
        A folder for rows with faults: file, row and faults, then their cells. Without one a fault is an
        error.
    master, patience
        As in `train_spark`.

    Returns
    -------
    Scored

    Raises
    ------
    InputError
        No such table, columns that cannot be scored, or cells that are no answers: all are counted, the
        first twenty named with file and row. Nothing was written.
    MissingExtraError
        pyspark or Java is not installed.
    ClusterError
        The cluster does not answer, or was lost. Nothing was written.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736.
    """
    check_probability("level", level)
    for place in filter(None, (out, skip_bad)):
        _format(place)
    with session(master) as spark, watched(spark, patience):
        table = _with_given(read(spark, [tables] if isinstance(tables, str) else tables), model, given or {})
        _check_columns(table, model)
        located = look(table, model)
        if skip_bad is None:
            located.check()
        else:
            _write(aside(table, model, located), skip_bad)
        _write(scores(table, model, level, some_bad=located.bad > 0), out)
    return Scored(located.rows - located.bad, located.bad)


def _format(place: str) -> TableFormat:
    """Find the format that the suffix of a folder names."""
    suffix = PurePosixPath(place).suffix
    found = format_of(place) if suffix else PARQUET
    if found is None or not found.spark:
        expected = f"a folder, with {', '.join(table_suffixes(on_spark=True))} at the end or nothing"
        raise FileError([Fault("cannot write this format", place, seen=suffix, expected=expected)])
    return found


def _with_given(table: Table, model: OfferModel, given: Mapping[str, Any]) -> Table:
    """Return the table with what is the same for every row, in the column of that field."""
    named = {field: name for name, field in resolve_names(model.catalogue, table.names).items()}
    return table.with_constants({named.get(field, field): value for field, value in given.items()})


def _check_columns(table: Table, model: OfferModel) -> None:
    """Find out whether the columns can be scored."""
    faults = unfit_for_scores(list(table.names), model.catalogue)
    try:
        observe_table(model.catalogue, {name: np.empty(0) for name in table.names}, 0)
    except InputError as error:
        faults = [*error.faults, *faults]
    if faults:
        raise InputError(faults).in_source(table.source)


def _write(frame: "DataFrame", place: str) -> None:
    """Write a folder whole or not at all."""
    with replaced(frame.sparkSession, place) as scratch:
        frame.write.save(scratch, mode="overwrite", **_format(place).spark)
