"""Features on Spark: read, checked and computed batch by batch with the same code as in memory."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...model.offer_model import OfferModel
from ...model.prior import WeightedData
from ..fitting.fingerprint import Fingerprint, fingerprint
from ..labelled_data import read_examples, synthetic_rows
from ..train import extract_features
from .input import Table
from .partitions import SplitChecker, SplitSummary

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

OFFSET, OUTCOME = "offset", "outcome"
_SUMMARY = "summary"  # JSON in the last row of each partition, null in rows of features


@dataclass(frozen=True)
class Features:
    """The features of interviews with an outcome, and what was counted as they were computed.

    Parameters
    ----------
    frame : DataFrame
        ``x0`` (the intercept) to ``xk``, ``offset`` and ``outcome``; cached by the workers.
    size : int
        ``1 + k``.
    n_offer, n_no_offer, n_ignored, n_synthetic : int
        Number with an offer, without one, without an outcome, and made up among the first two.
    answered : (k,) array of int
        Number of interviews with an outcome and an answer to each signal.
    fingerprint : Fingerprint
    cached : DataFrame
        Cached by the workers until `release`.
    """

    frame: "DataFrame"
    size: int
    n_offer: int
    n_no_offer: int
    n_ignored: int
    n_synthetic: int
    answered: npt.NDArray[np.intp]
    fingerprint: Fingerprint
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


def spark_features(table: Table, outcome: str, prior_model: OfferModel) -> Features:
    """Compute the features of a table, and check every row.

    Parameters
    ----------
    table : Table
    outcome : str
        Column that holds the outcomes.
    prior_model : OfferModel
        Its catalogue and base rate define features and offsets.

    Raises
    ------
    InputError
        Cells are not valid answers or outcomes: faults are counted, and the first shown.
    """
    size = 1 + len(prior_model.catalogue.ids)
    columns = ", ".join(f"{name} double" for name in (*feature_names(size), OFFSET, OUTCOME))
    extract = partial(_extract_batches, table=table.schema, outcome=outcome, prior_model=prior_model)
    cached = table.frame.mapInPandas(extract, f"{columns}, {_SUMMARY} string").persist()
    rows = cached.where(f"{_SUMMARY} is not null").select(_SUMMARY).collect()
    summaries = [json.loads(row[_SUMMARY]) for row in rows]
    splits = SplitSummary((json.dumps(summary["splits"]) for summary in summaries), table.files)
    try:
        splits.check()
    except BaseException:
        cached.unpersist()
        raise
    n_offer, n_no_offer = (sum(summary[name] for summary in summaries) for name in ("offers", "others"))
    answered = sum(
        (np.array(summary["answered"]) for summary in summaries), np.zeros(size - 1, dtype=np.intp)
    )
    return Features(
        cached.where(f"{_SUMMARY} is null").drop(_SUMMARY),
        size,
        n_offer,
        n_no_offer,
        splits.n_rows - n_offer - n_no_offer,
        sum(summary["synthetic"] for summary in summaries),
        np.asarray(answered),
        sum((Fingerprint(tuple(summary["fingerprint"])) for summary in summaries), Fingerprint()),
        cached,
    )


def rows_of(batch: "pd.DataFrame") -> WeightedData:
    """Convert a batch of features to weighted interviews, each of weight 1."""
    values = batch.to_numpy(dtype=float)
    return WeightedData(values[:, :-2], values[:, -1], np.ones(len(values)), values[:, -2])


def _extract_batches(
    batches: "Iterator[pd.DataFrame]", table: Table, outcome: str, prior_model: OfferModel
) -> "Iterator[pd.DataFrame]":
    """Yield the features of each batch on a worker, then one row with the summary of the partition."""
    import pandas as pd

    k = len(prior_model.catalogue.ids)
    columns = [*feature_names(1 + k), OFFSET, OUTCOME]
    checker, answered = SplitChecker(table), np.zeros(k, dtype=np.intp)
    n_offer = n_no_offer = n_synthetic = 0
    hashes = Fingerprint()
    check = partial(read_examples, outcome=outcome, catalogue=prior_model.catalogue)
    for batch in batches:
        for rows in checker.by_split(batch):
            if checker.check(rows, check):
                continue  # after a fault there is no training, only further checks
            data, counts, has_outcome, of_rows = _extract(rows.cells, outcome, prior_model)
            answered, hashes = answered + counts, hashes + of_rows
            n_synthetic += int(np.count_nonzero(synthetic_rows(rows.cells) & has_outcome))
            n_offer += int(data.y.sum())
            n_no_offer += int((data.y == 0).sum())
            values = np.column_stack([data.X, data.offset, data.y])
            yield pd.DataFrame(values, columns=columns).assign(**{_SUMMARY: None})
    summary = {
        "splits": checker.to_data(),
        "answered": answered.tolist(),
        "fingerprint": hashes.sums,
        "offers": n_offer,
        "others": n_no_offer,
        "synthetic": n_synthetic,
    }
    yield pd.DataFrame({name: [np.nan] for name in columns} | {_SUMMARY: [json.dumps(summary)]})


def _extract(
    cells: "pd.DataFrame", outcome: str, prior_model: OfferModel
) -> tuple[WeightedData, npt.NDArray[np.intp], npt.NDArray[np.bool_], Fingerprint]:
    """Compute the features of ``n`` rows.

    Returns
    -------
    data : WeightedData
        The interviews with an outcome.
    answered : (k,) array of int
        Number of them with an answer to each signal.
    has_outcome : (n,) array of bool
    hashes : Fingerprint
    """
    observations, outcomes = read_examples(cells, outcome, prior_model.catalogue)
    has_outcome = ~np.isnan(outcomes)
    offers = outcomes[has_outcome]
    data, answered = extract_features(observations, has_outcome, offers, prior_model)
    return data, answered, has_outcome, fingerprint(observations, has_outcome, offers)


def check_columns(table: Table, outcome: str, prior_model: OfferModel) -> tuple[str, ...]:
    """Check the columns of a table, and list those that the catalogue does not have.

    Raises
    ------
    AnswerError
        Columns are misspelt or repeated, or none has the outcomes; every fault is listed.
    """
    empty: dict[str, Floats] = {name: np.empty(0) for name in table.names}
    return read_examples(empty, outcome, prior_model.catalogue)[0].ignored
