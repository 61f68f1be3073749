"""Training on Spark: from a table too large for one machine to a trained model.

Each sum over interviews is a pass of the workers over the features that they store.
"""

import operator
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from ...data.catalogue.catalogue import Catalogue
from ...model.offer_model import OfferModel, TrainingSummary
from ...model.prior import concatenate
from ..fitting.dataset import in_memory
from ..fitting.fit import QUADRATIC_FROM, starting_prior
from ..fitting.pending import Point
from ..labelled_data import repeated_remarks
from ..result import TrainingResult
from ..train import (
    ExtractedRows,
    build_result,
    data_summary,
    fit_interviews,
    resolve_prior_model,
    train_on_dataset,
)
from .dataset import (
    SparkDataset,
    all_rows,
    count_repeated,
    decided_rows,
    employer_names,
    map_reduce,
    no_rows,
    pending_rows,
)
from .features import Features, check_columns, spark_features
from .input import read_spark_table
from .monitor import monitored
from .session import LOCAL, session


def train_spark(
    tables: str | Sequence[str],
    outcome: str = "outcome",
    prior: OfferModel | None = None,
    catalogue: Catalogue | None = None,
    group: str | None = None,
    *,
    master: str = LOCAL,
    patience: float | None = None,
) -> TrainingResult:
    """Train a model on Spark, as `offerodds.train` does in memory.

    Each worker checks its rows and computes their features with the same code as on one machine. From there
    on each step is a pass over the features, with the same code too: for the mode, for the posterior under
    each prior of the grid, for the levels of employers, and for pending interviews. No part of the method is
    left out, or approximated more than there.

    Parameters
    ----------
    tables : str or sequence of str
        CSV or Parquet: files, folders or patterns, on this disk or anywhere that Hadoop reads (``hdfs://…``,
        ``s3a://…``). All of one format, with the same columns in the same order.
    outcome : str
        Column that holds the outcomes.
    prior : OfferModel, optional
        The model to start from, by default that of the catalogue.
    catalogue : Catalogue, optional
        By default that of the prior, or the built-in one.
    group : str, optional
        Column that names the employer of each interview, as of `offerodds.train`. From 50,000 interviews on,
        at most 10,000 employers.
    master : str
        Spark's master. A session that is already active is used instead, and stays open.
    patience : float, optional
        Seconds that work may wait without a single worker, by default 60.

    Returns
    -------
    TrainingResult
        As of `offerodds.train`. From 50,000 interviews, pending ones included, they stay on the cluster, so
        there is no validation: evaluate the model on interviews left out of the training. Of more than a
        million, a remark on repeated rows is an estimate from a sample.

    Raises
    ------
    InputError
        A table or column does not exist, cells are not valid answers or outcomes, or there are too many
        employers. Faults are counted, and the first twenty shown with file and row.
    MissingExtraError
        pyspark or Java is not installed.
    ClusterError
        The cluster does not respond, or was lost.

    References
    ----------
    Zaharia et al. (2012), Resilient distributed datasets: a fault-tolerant abstraction for in-memory cluster
    computing, NSDI, 15-28. The method is that of `offerodds.train`.
    """
    prior_model = resolve_prior_model(prior, catalogue)
    with session(master) as spark, monitored(spark, patience):
        table = read_spark_table(spark, [tables] if isinstance(tables, str) else tables)
        ignored_columns = check_columns(table, outcome, prior_model, group or "")
        extract = partial(spark_features, table, outcome, prior_model, group or "")
        features = extract(np.float32)
        if few := features.n + features.n_pending < QUADRATIC_FROM:
            features.release()
            features = extract(np.float64)
        train_on = _train_on_driver if few else _train_on_workers
        try:
            result, n_repeated = train_on(features, prior_model, ignored_columns, group or "")
        finally:
            features.release()
    remarks = (*result.remarks, *features.remarks, *repeated_remarks(features.n, n_repeated))
    return replace(result, remarks=remarks).with_synthetic_count(features.n_synthetic)


def _train_on_driver(
    features: Features, prior_model: OfferModel, ignored_columns: tuple[str, ...], group: str
) -> tuple[TrainingResult, int]:
    """Train as in memory, and count repeated rows: few interviews take some ten megabytes."""
    none: list[ExtractedRows] = []
    blocks = map_reduce(features.blocks, lambda block: [block], none, operator.add)
    names = tuple(sorted({name for block in blocks for name in block.employers or ()}))
    blocks = [block.with_employers(names) for block in blocks]
    dataset, silent = (
        in_memory(concatenate([no_rows(features.size), *map(select, blocks)]))
        for select in (decided_rows, pending_rows)
    )
    employers = names if group else None
    summary = _summary(features, prior_model)
    result = train_on_dataset(dataset, silent, summary, prior_model, ignored_columns, employers, group)
    return result, count_repeated(features)


def _train_on_workers(
    features: Features, prior_model: OfferModel, ignored_columns: tuple[str, ...], group: str
) -> tuple[TrainingResult, int]:
    """Train with the interviews left where they are, and count repeated rows.

    Each sum over rows is one pass of the workers over their features.
    """
    employers = employer_names(features, group) if group else None
    of = partial(SparkDataset, features.blocks, features.size, names=employers or ())
    decided, pending = of(features.n, decided_rows), of(features.n_pending, pending_rows)
    start = decided.approximate_mode(starting_prior(prior_model))
    decided = replace(decided, start=start)

    def joined(point: Point) -> SparkDataset:
        rows = partial(all_rows, point=point)
        return of(features.n + features.n_pending, rows, point.coefficients)

    fitted = fit_interviews(decided, pending, joined, prior_model, employers, start)
    summary = _summary(features, prior_model)
    result = build_result(fitted, summary, prior_model, ignored_columns, None, group)
    return result, count_repeated(features)


def _summary(features: Features, prior_model: OfferModel) -> TrainingSummary:
    counts = features.n_offer, features.n_no_offer, features.n_pending, features.n_ignored
    return data_summary(prior_model.catalogue, *counts, features.answered, features.fingerprint)
