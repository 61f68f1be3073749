"""Features on Spark: read, checked and computed batch by batch with the same code as in memory."""

import json
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...model.offer_model import OfferModel
from ..fitting.fingerprint import Fingerprint
from ..labelled_data import AnswerRanges, read_examples, silent_rows, synthetic_rows
from ..train import ExtractedRows, extract_rows
from .input import Table
from .partitions import SplitChecker, SplitSummary

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.core.rdd import RDD
    from pyspark.sql import DataFrame

Block = ExtractedRows | dict[str, Any]
_BLOCK = "block"


@dataclass(frozen=True)
class Features:
    """The features of decided and pending interviews, and what was counted as they were computed.

    Parameters
    ----------
    blocks : RDD
        `ExtractedRows` of each batch, and the summary of each partition, a dict. Cached by the workers until
        `release`, pickled: numpy reads their numbers without converting them.
    size : int
        ``1 + k``.
    n_offer, n_no_offer, n_pending, n_ignored, n_synthetic : int
        Number with an offer, without one, pending with days of silence, not used, and made up among those
        used.
    answered : (k,) array of int
        Number of interviews with an outcome and an answer to each signal.
    fingerprint : Fingerprint
    remarks : tuple of str
        On signs answered by yes only.
    """

    blocks: "RDD[Block]"
    size: int
    n_offer: int
    n_no_offer: int
    n_pending: int
    n_ignored: int
    n_synthetic: int
    answered: npt.NDArray[np.intp]
    fingerprint: Fingerprint
    remarks: tuple[str, ...]

    def release(self) -> None:
        """Free the memory of the workers."""
        self.blocks.unpersist()

    @property
    def n(self) -> int:
        """Number of interviews with an outcome."""
        return self.n_offer + self.n_no_offer


def spark_features(
    table: Table,
    outcome: str,
    prior_model: OfferModel,
    group: str = "",
    precision: npt.DTypeLike = np.float64,
) -> Features:
    """Compute the features of a table, and check every row.

    Parameters
    ----------
    table : Table
    outcome : str
        Column that holds the outcomes.
    prior_model : OfferModel
        Its catalogue and base rate define features and offsets.
    group : str
        Column that names the employers, in any spelling; none by default.
    precision : type
        Of the features, as of `feature_precision`.

    Raises
    ------
    InputError
        Cells are not valid answers or outcomes: faults are counted, and the first shown.
    """
    table = table.with_text(group) if group else table
    extract = partial(
        extract_batches,
        table=table.schema,
        outcome=outcome,
        prior_model=prior_model,
        group=group,
        precision=precision,
    )
    blocks = _cached_objects(table.frame.mapInPandas(extract, f"{_BLOCK} binary"))
    try:
        summaries = blocks.filter(lambda block: isinstance(block, dict)).collect()
        splits = SplitSummary((summary["splits"] for summary in summaries), table.files)
        splits.check()
        return _features(blocks, splits.n_rows, summaries, prior_model)
    except BaseException:
        blocks.unpersist()
        raise


def _cached_objects(frame: "DataFrame") -> "RDD[Any]":
    """Cache the objects pickled in the only column of a frame.

    Java passes on their bytes as they are. As a frame they would be converted to Arrow in each pass, which
    takes five times as long.
    """
    from pyspark import StorageLevel
    from pyspark.core.rdd import RDD
    from pyspark.serializers import CPickleSerializer

    spark, rows = frame.sparkSession, frame._jdf
    java: Any = spark._jvm
    pickled = getattr(rows, "as")(java.org.apache.spark.sql.Encoders.BINARY()).toJavaRDD()
    return RDD(pickled, spark.sparkContext, CPickleSerializer()).persist(StorageLevel.MEMORY_AND_DISK_DESER)


def _features(
    blocks: "RDD[Block]", n_rows: int, summaries: list[dict[str, Any]], prior_model: OfferModel
) -> Features:
    """Add up the summaries of all partitions."""
    names = ("offers", "others", "pending", "synthetic")
    n_offer, n_no_offer, n_pending, n_synthetic = (sum(each[name] for each in summaries) for name in names)
    catalogue = prior_model.catalogue
    ranges, answered = AnswerRanges(catalogue), np.zeros(len(catalogue.ids), dtype=np.intp)
    for summary in summaries:
        ranges.add_data(summary["ranges"])
        answered += np.array(summary["answered"], dtype=np.intp)
    n = n_offer + n_no_offer
    return Features(
        blocks,
        1 + answered.size,
        n_offer,
        n_no_offer,
        n_pending,
        n_rows - n - n_pending,
        n_synthetic,
        answered,
        sum((Fingerprint(tuple(summary["fingerprint"])) for summary in summaries), Fingerprint()),
        ranges.one_valued(),
    )


def extract_batches(
    batches: "Iterator[pd.DataFrame]",
    table: Table,
    outcome: str,
    prior_model: OfferModel,
    group: str,
    precision: npt.DTypeLike = np.float64,
) -> "Iterator[pd.DataFrame]":
    """Yield the features of each batch on a worker, then the summary of the partition, all pickled."""
    checker, extractor = SplitChecker(table), _Extractor(outcome, prior_model, group, precision)
    for batch in batches:
        for rows in checker.by_split(batch):
            if not checker.check(
                rows, extractor.read
            ):  # after a fault there is no training, only further checks
                yield extractor.extract(rows.cells)
    yield extractor.summary(checker)


class _Extractor:
    """Extracts the features of the rows of one partition, and counts them."""

    def __init__(self, outcome: str, prior_model: OfferModel, group: str, precision: npt.DTypeLike) -> None:
        self._outcome, self._prior_model, self._group = outcome, prior_model, group
        self._precision = precision
        self._answered = np.zeros(len(prior_model.catalogue.ids), dtype=np.intp)
        self._n_offer = self._n_no_offer = self._n_pending = self._n_synthetic = 0
        self._hashes, self._ranges = Fingerprint(), AnswerRanges(prior_model.catalogue)

    def read(self, cells: "pd.DataFrame") -> None:
        """Read the answers and outcomes of rows, or raise their faults."""
        self._examples = read_examples(cells, self._outcome, self._prior_model.catalogue, self._group)

    def extract(self, cells: "pd.DataFrame") -> "pd.DataFrame":
        """Compute the features of the rows that were read last, as one block."""
        import pandas as pd

        observations, outcomes = self._examples
        has_outcome, silent = ~np.isnan(outcomes), silent_rows(cells, self._outcome, observations)
        offers, pending = outcomes[has_outcome], observations.select_rows(silent)
        rows = extract_rows(observations, has_outcome, offers, self._prior_model, pending, self._precision)
        self._answered, self._hashes = self._answered + rows.answered, self._hashes + rows.fingerprint
        self._ranges.add(observations, has_outcome)
        self._n_offer += int(offers.sum())
        self._n_no_offer += int((offers == 0).sum())
        self._n_pending += pending.n
        self._n_synthetic += int(np.count_nonzero(synthetic_rows(cells) & (has_outcome | silent)))
        return pd.DataFrame({_BLOCK: [pickle.dumps(rows)]})

    def summary(self, checker: SplitChecker) -> "pd.DataFrame":
        """Build the last row of the partition."""
        import pandas as pd

        summary = {
            "splits": json.dumps(checker.to_data()),
            "answered": self._answered.tolist(),
            "fingerprint": self._hashes.sums,
            "ranges": self._ranges.to_data(),
            "offers": self._n_offer,
            "others": self._n_no_offer,
            "pending": self._n_pending,
            "synthetic": self._n_synthetic,
        }
        return pd.DataFrame({_BLOCK: [pickle.dumps(summary)]})


def check_columns(table: Table, outcome: str, prior_model: OfferModel, group: str = "") -> tuple[str, ...]:
    """Check the columns of a table, and list those that the catalogue does not have.

    Raises
    ------
    AnswerError
        Columns are misspelt or repeated, or none has the outcomes or the employers; every fault is listed.
    """
    empty = {name: np.empty(0) for name in table.names}
    return read_examples(empty, outcome, prior_model.catalogue, group)[0].ignored
