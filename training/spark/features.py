"""Features on Spark: read, checked and computed batch by batch with the same code as in memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...model.offer_model import OfferModel
from ...model.prior import WeightedData
from ..fitting.fingerprint import Fingerprint
from ..labelled_data import (
    MAX_COMPARED_ROWS,
    AnswerRanges,
    is_comparable,
    read_examples,
    silent_rows,
    synthetic_rows,
)
from ..train import extract_rows
from .input import Table
from .partitions import SplitChecker, SplitSummary

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

OFFSET, OUTCOME, PENDING, EMPLOYER = "offset", "outcome", "pending", "employer"
HASH = "hash"
_SUMMARY = "summary"  # JSON in the last row of each partition, null in rows of features


@dataclass(frozen=True)
class Features:
    """The features of decided and pending interviews, and what was counted as they were computed.

    Parameters
    ----------
    frame : DataFrame
        ``x0`` (the intercept) to ``xk``, ``offset``, ``outcome`` and ``pending`` (1 or 0) as numbers;
        ``employer``, the name, null where it is unknown; ``hash``, null where an interview is not compared
        with others. Pending interviews have ``u``, the log-odds that their silence adds, in place of an
        outcome, and neither employer nor hash. Cached by the workers.
    size : int
        ``1 + k``.
    n_offer, n_no_offer, n_pending, n_ignored, n_synthetic : int
        Number with an offer, without one, pending with days of silence, not used, and made up among those
        used.
    answered : (k,) array of int
        Number of interviews with an outcome and an answer to each signal.
    fingerprint : Fingerprint
    remarks : tuple of str
        On signs with one answer only.
    cached : DataFrame
        Cached by the workers until `release`.
    """

    frame: "DataFrame"
    size: int
    n_offer: int
    n_no_offer: int
    n_pending: int
    n_ignored: int
    n_synthetic: int
    answered: npt.NDArray[np.intp]
    fingerprint: Fingerprint
    remarks: tuple[str, ...]
    cached: "DataFrame"

    def release(self) -> None:
        """Free the memory of the workers."""
        self.cached.unpersist()

    @property
    def n(self) -> int:
        """Number of interviews with an outcome."""
        return self.n_offer + self.n_no_offer


def feature_names(size: int) -> list[str]:
    """Name the columns of ``size`` features, the intercept first."""
    return [f"x{i}" for i in range(size)]


def number_names(size: int) -> list[str]:
    """Name the columns of numbers: ``size`` features, offset, outcome, and whether pending."""
    return [*feature_names(size), OFFSET, OUTCOME, PENDING]


def spark_features(table: Table, outcome: str, prior_model: OfferModel, group: str = "") -> Features:
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

    Raises
    ------
    InputError
        Cells are not valid answers or outcomes: faults are counted, and the first shown.
    """
    size = 1 + len(prior_model.catalogue.ids)
    numbers = ", ".join(f"{name} double" for name in number_names(size))
    schema = f"{numbers}, {EMPLOYER} string, {HASH} long, {_SUMMARY} string"
    table = table.with_text(group) if group else table
    extract = partial(
        _extract_batches, table=table.schema, outcome=outcome, prior_model=prior_model, group=group
    )
    cached = table.frame.mapInPandas(extract, schema).persist()
    try:
        rows = cached.where(f"{_SUMMARY} is not null").select(_SUMMARY).collect()
        summaries = [json.loads(row[_SUMMARY]) for row in rows]
        splits = SplitSummary((json.dumps(summary["splits"]) for summary in summaries), table.files)
        splits.check()
        return _features(cached, size, splits.n_rows, summaries, prior_model)
    except BaseException:
        cached.unpersist()
        raise


def _features(
    cached: "DataFrame", size: int, n_rows: int, summaries: list[dict[str, Any]], prior_model: OfferModel
) -> Features:
    """Add up the summaries of all partitions."""
    names = ("offers", "others", "pending", "synthetic")
    n_offer, n_no_offer, n_pending, n_synthetic = (sum(each[name] for each in summaries) for name in names)
    ranges, answered = AnswerRanges(prior_model.catalogue), np.zeros(size - 1, dtype=np.intp)
    for summary in summaries:
        ranges.add_data(summary["ranges"])
        answered += np.array(summary["answered"], dtype=np.intp)
    n = n_offer + n_no_offer
    return Features(
        cached.where(f"{_SUMMARY} is null").drop(_SUMMARY),
        size,
        n_offer,
        n_no_offer,
        n_pending,
        n_rows - n - n_pending,
        n_synthetic,
        answered,
        sum((Fingerprint(tuple(summary["fingerprint"])) for summary in summaries), Fingerprint()),
        ranges.one_valued(),
        cached,
    )


def count_repeated(features: Features) -> int:
    """Count the interviews that equal another one; of more than a million, estimate it from a sample.

    The sample is of hashes, so it has all copies of an interview or none.
    """
    from pyspark.sql import functions as F  # noqa: N812

    step = -(-max(features.n, 1) // MAX_COMPARED_ROWS)
    sample = features.frame.where(f"pmod({HASH}, {step}) = 0")
    n_compared, n_distinct = sample.agg(F.count(HASH), F.count_distinct(HASH)).first() or (0, 0)
    return int(n_compared - n_distinct) * step


def _extract_batches(
    batches: "Iterator[pd.DataFrame]", table: Table, outcome: str, prior_model: OfferModel, group: str
) -> "Iterator[pd.DataFrame]":
    """Yield the features of each batch on a worker, then one row with the summary of the partition."""
    checker, extractor = SplitChecker(table), _Extractor(outcome, prior_model, group)
    check = partial(read_examples, outcome=outcome, catalogue=prior_model.catalogue, group=group)
    for batch in batches:
        for rows in checker.by_split(batch):
            if not checker.check(rows, check):  # after a fault there is no training, only further checks
                yield extractor.extract(rows.cells)
    yield extractor.summary(checker)


class _Extractor:
    """Extracts the features of the rows of one partition, and counts them."""

    def __init__(self, outcome: str, prior_model: OfferModel, group: str) -> None:
        self._outcome, self._prior_model, self._group = outcome, prior_model, group
        self._names = number_names(1 + len(prior_model.catalogue.ids))
        self._answered = np.zeros(len(prior_model.catalogue.ids), dtype=np.intp)
        self._n_offer = self._n_no_offer = self._n_pending = self._n_synthetic = 0
        self._hashes, self._ranges = Fingerprint(), AnswerRanges(prior_model.catalogue)

    def extract(self, cells: "pd.DataFrame") -> "pd.DataFrame":
        """Compute the features of rows without faults, decided ones before pending ones."""
        import pandas as pd

        observations, outcomes = read_examples(cells, self._outcome, self._prior_model.catalogue, self._group)
        has_outcome, silent = ~np.isnan(outcomes), silent_rows(cells, self._outcome, observations)
        offers, pending = outcomes[has_outcome], observations.select_rows(silent)
        rows = extract_rows(observations, has_outcome, offers, self._prior_model, pending)
        self._answered, self._hashes = self._answered + rows.answered, self._hashes + rows.fingerprint
        self._ranges.add(observations, has_outcome)
        self._n_offer += int(offers.sum())
        self._n_no_offer += int((offers == 0).sum())
        self._n_pending += pending.n
        self._n_synthetic += int(np.count_nonzero(synthetic_rows(cells) & (has_outcome | silent)))
        decided, undecided = _numbers(rows.decided, 0.0), _numbers(rows.pending, 1.0)
        masked = pd.arrays.IntegerArray(rows.hashes.view(np.int64), ~is_comparable(rows.n_answers))
        names = np.full(offers.size, None, dtype=object)
        if groups := rows.employers:
            names = np.array([*groups.names, None], dtype=object)[groups.codes]  # code -1 picks the last
        frame = pd.DataFrame(np.concatenate([decided, undecided]), columns=self._names)
        added = {EMPLOYER: pd.Series(names, dtype=object), HASH: pd.Series(masked), _SUMMARY: None}
        return frame.assign(**added)  # null in the rows of pending interviews, which come last

    def summary(self, checker: SplitChecker) -> "pd.DataFrame":
        """Build the last row of the partition."""
        import pandas as pd

        summary = {
            "splits": checker.to_data(),
            "answered": self._answered.tolist(),
            "fingerprint": self._hashes.sums,
            "ranges": self._ranges.to_data(),
            "offers": self._n_offer,
            "others": self._n_no_offer,
            "pending": self._n_pending,
            "synthetic": self._n_synthetic,
        }
        empty = {name: [np.nan] for name in self._names} | {EMPLOYER: [None]}
        return pd.DataFrame(empty | {HASH: pd.array([None], "Int64"), _SUMMARY: [json.dumps(summary)]})


def _numbers(rows: WeightedData, pending: float) -> Floats:
    """Put the numbers of ``n`` rows side by side, in the order of `number_names`: (n, 4 + k) array."""
    return np.column_stack([rows.X, rows.offset, rows.y, np.full(rows.y.size, pending)])


def check_columns(table: Table, outcome: str, prior_model: OfferModel, group: str = "") -> tuple[str, ...]:
    """Check the columns of a table, and list those that the catalogue does not have.

    Raises
    ------
    AnswerError
        Columns are misspelt or repeated, or none has the outcomes or the employers; every fault is listed.
    """
    empty: dict[str, Floats] = {name: np.empty(0) for name in table.names}
    return read_examples(empty, outcome, prior_model.catalogue, group)[0].ignored
