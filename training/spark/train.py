"""Training on Spark: from a table too large for one machine to a trained model.

MLlib's logistic regression finds the mode; passes over the partitions compute the other sums over interviews.
"""

from collections.abc import Sequence
from dataclasses import replace

from ...data.answers.observations import Floats
from ...data.catalogue.catalogue import Catalogue
from ...model.offer_model import OfferModel, TrainingSummary
from ..fitting.dataset import in_memory
from ..fitting.employers import LocalEmployerRows
from ..fitting.fit import QUADRATIC_FROM, starting_prior
from ..labelled_data import repeated_remarks
from ..result import TrainingResult
from ..train import build_result, data_summary, fit_interviews, resolve_prior_model, train_on_dataset
from .dataset import (
    SparkDataset,
    SparkEmployerRows,
    decided_rows,
    employer_names,
    find_mode,
    pending_rows,
    rows_of,
)
from .features import (
    EMPLOYER,
    HASH,
    PENDING,
    Features,
    check_columns,
    count_repeated,
    number_names,
    spark_features,
)
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

    Each worker checks its rows and computes their features with the same code as on one machine. MLlib's
    logistic regression finds the mode over decided and imaginary interviews. From there on each step is a
    pass over the features, with the same code too: for the posterior under each prior of the grid, for the
    levels of employers, and for pending interviews. No part of the method is left out, or approximated more
    than there.

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
    Meng et al. (2016), MLlib: machine learning in Apache Spark, Journal of Machine Learning Research
    17(34):1-7. The method is that of `offerodds.train`.
    """
    prior_model = resolve_prior_model(prior, catalogue)
    with session(master) as spark, monitored(spark, patience):
        table = read_spark_table(spark, [tables] if isinstance(tables, str) else tables)
        ignored_columns = check_columns(table, outcome, prior_model, group or "")
        features = spark_features(table, outcome, prior_model, group or "")
        few = features.n + features.n_pending < QUADRATIC_FROM
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
    import pandas as pd

    # toPandas fails with pandas 3; hashes beside nulls stay whole
    frame = features.frame.toArrow().to_pandas(integer_object_nulls=True)
    numbers, pending = frame[number_names(features.size)], frame[PENDING] > 0
    dataset, silent = (in_memory(rows_of(numbers[used])) for used in (~pending, pending))
    employers = None
    if group:
        codes, names = pd.factorize(frame.loc[~pending, EMPLOYER].astype(object), sort=True)
        employers = LocalEmployerRows(dataset, tuple(names), codes)
    summary = _summary(features, prior_model)
    result = train_on_dataset(dataset, silent, summary, prior_model, ignored_columns, employers, group)
    return result, int(frame[HASH].dropna().duplicated().sum())


def _train_on_workers(
    features: Features, prior_model: OfferModel, ignored_columns: tuple[str, ...], group: str
) -> tuple[TrainingResult, int]:
    """Train with the interviews left where they are, and count repeated rows.

    Each sum over rows is one pass of the workers over their features.
    """
    names = employer_names(features, group) if group else ()
    mode = find_mode(features, starting_prior(prior_model))
    decided = SparkDataset(decided_rows(features), features.size, features.n, mode)
    pending = replace(decided, frame=pending_rows(features), n_rows=features.n_pending)
    everything = replace(decided, frame=features.frame, n_rows=features.n + features.n_pending)

    def joined(coefficients: Floats) -> SparkDataset:
        return replace(everything, start=coefficients, coefficients=coefficients)

    employers = SparkEmployerRows(decided, names) if group else None
    fitted = fit_interviews(decided, pending, joined, prior_model, employers, start=mode)
    summary = _summary(features, prior_model)
    result = build_result(fitted, summary, prior_model, ignored_columns, None, group)
    return result, count_repeated(features)


def _summary(features: Features, prior_model: OfferModel) -> TrainingSummary:
    counts = features.n_offer, features.n_no_offer, features.n_pending, features.n_ignored
    return data_summary(prior_model.catalogue, *counts, features.answered, features.fingerprint)
