"""Scoring on Spark: the probability and interval of every row, and a table of rows with faults."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.answers.fields import resolve_names
from ...data.answers.observations import observe_frame, observe_table
from ...data.answers.parsing import check_probability
from ...data.errors import Fault, FileError, InputError
from ...data.language import N_, _
from ...data.tables.base import SCORE_COLUMNS, TableFormat, fault_text_by_row, rejection_columns
from ...data.tables.formats import format_of, table_suffixes
from ...data.tables.parquet import PARQUET
from ...model.offer_model import OfferModel
from ..streaming.score_tables import ScoringSummary, scoring_column_faults, unused_day_remarks
from .input import Table, read_spark_table, replacing_folder
from .monitor import monitored
from .partitions import SplitChecker, SplitSummary, display_path
from .session import LOCAL, session

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pyspark.sql import DataFrame


def check_rows(table: Table, model: OfferModel) -> SplitSummary:
    """Count the rows of a table, and find their faults."""
    work = partial(_check_batches, table=table.schema, model=model)
    rows = table.frame.mapInPandas(work, "splits string").collect()
    return SplitSummary((row["splits"] for row in rows), table.files)


def _check_batches(
    batches: "Iterator[pd.DataFrame]", table: Table, model: OfferModel
) -> "Iterator[pd.DataFrame]":
    """Check all batches of a worker, then yield one row with the result as JSON."""
    import pandas as pd

    checker = SplitChecker(table)
    for batch in batches:
        for rows in checker.by_split(batch):
            checker.check(rows, _reader(model))
    yield pd.DataFrame({"splits": [json.dumps(checker.to_data())]})


def _reader(model: OfferModel) -> "Callable[[pd.DataFrame], object]":
    """Build the function that reads the answers of cells, and the employers that the model knows."""
    return partial(observe_frame, model.catalogue, group=model.employers.group)


def score_rows(table: Table, model: OfferModel, level: float, *, any_bad: bool) -> "DataFrame":
    """Add the scores to a table, without the rows that have faults.

    Parameters
    ----------
    table : Table
    model : OfferModel
    level : float
        Coverage of the interval.
    any_bad : bool
        Whether any row has faults; if none has, rows are not checked again.
    """
    from pyspark.sql.types import DoubleType, StructField, StructType

    cells = table.cells.schema.fields
    schema = StructType([*cells, *(StructField(name, DoubleType()) for name in SCORE_COLUMNS)])
    work = partial(_score_batches, table=table.schema, model=model, level=level, any_bad=any_bad)
    frame: DataFrame = table.frame.mapInArrow(work, schema)
    return frame.toDF(*table.names, *SCORE_COLUMNS)


def _score_batches(
    batches: "Iterator[pa.RecordBatch]", table: Table, model: OfferModel, level: float, any_bad: bool
) -> "Iterator[pa.RecordBatch]":
    """Yield batches with their scores, as Arrow: pandas would change the types of cells."""
    import pyarrow as pa

    checker = SplitChecker(table)
    for batch in batches:
        # whole numbers beside blanks stay whole: an employer 4 is not an employer 4.0
        frame = batch.to_pandas(integer_object_nulls=True)
        scores = np.full((len(SCORE_COLUMNS), batch.num_rows), np.nan)  # NaN marks rows with faults
        for rows in checker.by_split(frame):
            faults = checker.check(rows, _reader(model)) if any_bad else []
            good = ~np.isin(np.arange(len(rows.positions)) + 1, [fault.row or 0 for fault in faults])
            predictions = model.predict_frame(rows.cells[good] if faults else rows.cells, level)
            scores[:, rows.positions[good]] = predictions[list(SCORE_COLUMNS)].to_numpy().T
        cells = batch.select(table.cell_names)
        columns = [*cells.columns, *map(pa.array, scores)]
        scored = pa.RecordBatch.from_arrays(columns, names=[*cells.schema.names, *SCORE_COLUMNS])
        yield scored.filter(pa.array(~np.isnan(scores[0]))) if any_bad else scored


def rejected_rows(table: Table, model: OfferModel, splits: SplitSummary) -> "DataFrame":
    """Select the rows that have faults, with file, row and faults before their cells."""
    from pyspark.sql.types import LongType, StringType, StructField, StructType

    kinds = StringType(), LongType(), StringType()
    names = rejection_columns(table.names)
    added = [StructField(name, kind) for name, kind in zip(names, kinds, strict=True)]
    schema = StructType([*added, *table.cells.schema.fields])
    work = partial(_reject_batches, table=table.schema, model=model, rows_before=splits.rows_before())
    frame: DataFrame = table.frame.mapInArrow(work, schema)
    return frame.toDF(*names, *table.names)


def _reject_batches(
    batches: "Iterator[pa.RecordBatch]",
    table: Table,
    model: OfferModel,
    rows_before: Mapping[tuple[str, int], int],
) -> "Iterator[pa.RecordBatch]":
    """Yield the rows that have faults."""
    import pyarrow as pa

    checker = SplitChecker(table)
    for batch in batches:
        for rows in checker.by_split(batch.to_pandas()):
            before = rows_before[rows.split.source, rows.split.block] + rows.n_before
            faults = fault_text_by_row(checker.check(rows, _reader(model)))
            numbers = np.array([*faults], dtype=np.int64)
            cells = batch.select(table.cell_names).take(pa.array(rows.positions[numbers - 1]))
            sources = pa.array([display_path(rows.split.source)] * len(faults), pa.string())
            reasons = pa.array(faults.values(), pa.string())
            columns = [sources, pa.array(numbers + before), reasons, *cells.columns]
            yield pa.RecordBatch.from_arrays(
                columns, names=[*rejection_columns(table.names), *cells.schema.names]
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
) -> ScoringSummary:
    """Write a table with the probability and interval of every row, on Spark.

    Every cell is checked before anything is written. Rows keep their columns and types; ``probability``,
    ``low`` and ``high`` come last, as computed by `OfferModel.predict_frame`. Rows of several files may come
    out in another order: match them by a column of your own, not by position.

    Parameters
    ----------
    model : OfferModel
    tables : str or sequence of str
        CSV or Parquet, as in `train_spark`.
    out : str
        A folder of files that Spark writes, in the format that its suffix names; Parquet without a suffix.
        An existing folder is replaced only once the new one is complete.
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
        The table does not exist, its columns cannot be scored, or cells are not valid answers. Faults are
        counted, and the first twenty shown with file and row. Nothing was written.
    MissingExtraError
        pyspark or Java is not installed.
    ClusterError
        The cluster does not respond, or was lost. Nothing was written.

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736.
    """
    check_probability("level", level)
    for folder in filter(None, (out, skip_bad)):
        _folder_format(folder)
    with session(master) as spark, monitored(spark, patience):
        table = read_spark_table(spark, [tables] if isinstance(tables, str) else tables)
        table = _with_given(table, model, given or {})
        _check_columns(table, model)
        splits = check_rows(table, model)
        if skip_bad is None or not splits.is_skippable:
            splits.check()
        else:
            _write(rejected_rows(table, model, splits), skip_bad)
        _write(score_rows(table, model, level, any_bad=splits.n_bad > 0), out)
        remarks = unused_day_remarks(table.names, model.catalogue)
    return ScoringSummary(splits.n_rows - splits.n_bad, splits.n_bad, remarks)


def _folder_format(folder: str) -> TableFormat:
    """Find the format that the suffix of a folder names."""
    suffix = PurePosixPath(folder).suffix
    table_format = format_of(folder) if suffix else PARQUET
    if table_format is None or not table_format.spark:
        text = N_("a folder whose name ends in {suffixes} or has no suffix")
        expected = _(text, suffixes=", ".join(table_suffixes(on_spark=True)))
        raise FileError([Fault("cannot write this format", folder, seen=suffix, expected=expected)])
    return table_format


def _with_given(table: Table, model: OfferModel, given: Mapping[str, Any]) -> Table:
    """Set fields that are the same for every row, in the column of that field if there is one."""
    column_of = {field: name for name, field in resolve_names(model.catalogue, table.names).items()}
    return table.with_constants({column_of.get(field, field): value for field, value in given.items()})


def _check_columns(table: Table, model: OfferModel) -> None:
    """Check that the columns can be scored."""
    faults = scoring_column_faults(list(table.names), model.catalogue)
    try:
        observe_table(model.catalogue, {name: np.empty(0) for name in table.names}, 0, model.employers.group)
    except InputError as error:
        faults = [*error.faults, *faults]
    if faults:
        raise InputError(faults).in_source(table.source)


def _write(frame: "DataFrame", folder: str) -> None:
    """Write a folder completely or not at all."""
    with replacing_folder(frame.sparkSession, folder) as scratch:
        frame.write.save(scratch, mode="overwrite", **_folder_format(folder).spark)
