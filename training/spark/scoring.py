"""Scoring on workers: what is wrong with the rows, those that can be scored, and those that cannot."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...data.answers.frames import observe_frame
from ...data.tables.rejected_rows import aside_names, faults_by_row
from ...data.tables.scorable import SCORES
from ...model.offer_model import OfferModel
from .input import Table
from .partitions import Located, Pieces, shown

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
    schema = StructType([*cells, *(StructField(name, DoubleType()) for name in SCORES)])
    work = partial(_scored, table=table.plain, model=model, level=level, some_bad=some_bad)
    frame: DataFrame = table.frame.mapInArrow(work, schema)
    return frame.toDF(*table.names, *SCORES)


def _scored(
    batches: "Iterator[pa.RecordBatch]", table: Table, model: OfferModel, level: float, some_bad: bool
) -> "Iterator[pa.RecordBatch]":
    """Yield batches with their scores; Arrow leaves the cells as they are, where pandas would not."""
    import pyarrow as pa

    pieces = Pieces(table)
    for batch in batches:
        scores = np.full((len(SCORES), batch.num_rows), np.nan)
        for part in pieces.parts(batch.to_pandas()):
            faults = pieces.faults(part, partial(observe_frame, model.catalogue)) if some_bad else []
            good = ~np.isin(np.arange(len(part.place)) + 1, [fault.row or 0 for fault in faults])
            scored = model.predict_frame(part.cells[good] if faults else part.cells, level)
            scores[:, part.place[good]] = scored[list(SCORES)].to_numpy().T
        cells = batch.select(table.numbered)
        columns = [*cells.columns, *map(pa.array, scores)]
        whole = pa.RecordBatch.from_arrays(columns, names=[*cells.schema.names, *SCORES])
        yield whole.filter(pa.array(~np.isnan(scores[0]))) if some_bad else whole


def aside(table: Table, model: OfferModel, located: Located) -> "DataFrame":
    """Return the rows that have faults, with file, row and faults before their cells."""
    from pyspark.sql.types import LongType, StringType, StructField, StructType

    kinds = StringType(), LongType(), StringType()
    names = aside_names(table.names)
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
            why = faults_by_row(pieces.faults(part, partial(observe_frame, model.catalogue)))
            rows = np.array([*why], dtype=np.int64)
            cells = batch.select(table.numbered).take(pa.array(part.place[rows - 1]))
            told = [pa.array([shown(part.piece.source)] * len(why), pa.string()), pa.array(rows + before)]
            told += [pa.array(why.values(), pa.string()), *cells.columns]
            yield pa.RecordBatch.from_arrays(told, names=[*aside_names(table.names), *cells.schema.names])
