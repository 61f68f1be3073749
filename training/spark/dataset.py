"""Datasets of interviews on Spark: each sum over rows is one pass of the workers over their features."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...data.answers.observations import Floats
from ...data.errors import AnswerError, Fault, Remedy
from ...data.language import _, number
from ...model.prior import Prior, WeightedData
from ..fitting.dataset import Combine, Dataset
from ..fitting.employers import Codes, EmployerRows
from ..fitting.pending import with_rows_without_offer
from .features import EMPLOYER, OFFSET, OUTCOME, PENDING, Features, feature_names, number_names

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

MAX_EMPLOYERS = 10_000  # each worker sends 3 MB of sums a pass; Spark's driver accepts 1 GB of all by default
_WEIGHT, _VECTOR = "weight", "features"
_TOLERANCE = 1e-6  # below it MLlib's line search finds no better point, and warns
_MAX_STEPS = 200


@dataclass(frozen=True)
class SparkDataset(Dataset):
    """Interviews distributed over workers; each sum is one pass over their cached features.

    Parameters
    ----------
    frame : DataFrame
        Features, with the columns of `Features`.
    size : int
        ``1 + k``.
    n_rows : int
        Number of interviews.
    start : (1 + k,) array
        Coefficients near the mode, such as of `find_mode`.
    coefficients : (1 + k,) array, optional
        Where the rows of pending interviews match their likelihood (`rows_without_offer`), log-odds per unit
        of each feature; without them such rows have ``u`` in place of an outcome.
    """

    frame: "DataFrame"
    size: int
    n_rows: int
    start: Floats
    coefficients: Floats | None = None

    @property
    def n(self) -> int:
        """Number of interviews."""
        return self.n_rows

    def map_reduce(self, function: Callable[[WeightedData], Floats], combine: Combine = np.add) -> Floats:
        """Apply a function to every batch of rows on the workers, and combine the results on the driver.

        The result is a scalar, (m,) array or (m, n) array, as the function returns it.
        """
        work = partial(_of_rows, function=function, coefficients=self.coefficients)
        frame = self.frame.select(number_names(self.size))
        return _map_reduce(frame, work, function(_no_rows(self.size)), combine)

    def approximate_mode(self, prior: Prior) -> Floats:  # noqa: ARG002 (of so many interviews, any will do)
        """Return the coefficients to start from: (1 + k,) array, log-odds."""
        return self.start


@dataclass(frozen=True)
class SparkEmployerRows(EmployerRows):
    """The rows of each employer on Spark: workers compute the sums of each employer, the driver adds them.

    Parameters
    ----------
    dataset : SparkDataset
        Its frame has the names of the employers.
    names : tuple of str
        The ``g`` employers; another one is unknown.
    """

    dataset: SparkDataset

    def map_reduce(self, function: Callable[[WeightedData, Codes], Floats]) -> Floats:
        """Apply a function to every batch of rows and their employers, and add up the results.

        The result is a scalar, (m,) array or (m, n) array, as the function returns it.
        """
        dataset = self.dataset
        work = partial(
            _of_grouped_rows, function=function, names=self.names, coefficients=dataset.coefficients
        )
        frame = dataset.frame.select(*number_names(dataset.size), EMPLOYER)
        empty = function(_no_rows(dataset.size), np.empty(0, dtype=np.intp))
        return _map_reduce(frame, work, empty, np.add)


def rows_of(batch: "pd.DataFrame", coefficients: Floats | None = None) -> WeightedData:
    """Convert a batch of features to weighted interviews.

    Parameters
    ----------
    batch : DataFrame
        The columns of `number_names`.
    coefficients : (1 + k,) array, optional
        As of `SparkDataset`.
    """
    values = batch.to_numpy(dtype=float)
    rows = WeightedData(values[:, :-3], values[:, -2], np.ones(len(values)), values[:, -3])
    return rows if coefficients is None else with_rows_without_offer(rows, values[:, -1] > 0, coefficients)


def codes_of(batch: "pd.DataFrame", names: tuple[str, ...]) -> Codes:
    """Find the employer of each of ``n`` rows among some names: (n,) array of int, -1 where it is unknown."""
    import pandas as pd

    return np.asarray(pd.Index(names, dtype=object).get_indexer(pd.Index(batch[EMPLOYER], dtype=object)))


def employer_names(features: Features, group: str) -> tuple[str, ...]:
    """Collect the names of the employers of decided interviews, in alphabetical order.

    Raises
    ------
    AnswerError
        There are more than `MAX_EMPLOYERS`.
    """
    named = features.frame.select(EMPLOYER).where(f"{EMPLOYER} is not null").distinct()
    names = [row[EMPLOYER] for row in named.limit(MAX_EMPLOYERS + 1).collect()]
    if len(names) > MAX_EMPLOYERS:
        limit = number(MAX_EMPLOYERS)
        seen, expected = _("more than {limit}", limit=limit), _("at most {limit} on Spark", limit=limit)
        remedy = Remedy.FEWER_EMPLOYERS
        raise AnswerError(
            [Fault("too many employers", field=group, seen=seen, expected=expected, remedy=remedy)]
        )
    return tuple(sorted(names))


def decided_rows(features: Features) -> "DataFrame":
    """Select the interviews with an outcome."""
    return features.frame.where(f"{PENDING} = 0") if features.n_pending else features.frame


def pending_rows(features: Features) -> "DataFrame":
    """Select the pending interviews."""
    return features.frame.where(f"{PENDING} = 1")


def find_mode(features: Features, prior: Prior) -> Floats:
    """Find the posterior mode of the decided interviews with MLlib: (1 + k,) array, log-odds.

    The prior enters as data: its imaginary interviews are rows with weights. MLlib takes no offset, but
    bounds on coefficients, so the offset is a feature whose coefficient is bounded to 1 from both sides.

    Parameters
    ----------
    features : Features
    prior : Prior
    """
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.feature import VectorAssembler
    from pyspark.ml.linalg import DenseMatrix
    from pyspark.sql import functions as F  # noqa: N812

    columns = [*feature_names(features.size), OFFSET]
    real = decided_rows(features).select(*columns, OUTCOME, F.lit(1.0).alias(_WEIGHT))
    rows = real.unionByName(_imaginary_rows(features, prior))
    assembled = VectorAssembler(inputCols=columns, outputCol=_VECTOR).transform(rows)
    upper = np.append(np.full(features.size, np.inf), 1.0)
    lower = np.append(-upper[:-1], 1.0)
    regression = LogisticRegression(
        featuresCol=_VECTOR,
        labelCol=OUTCOME,
        weightCol=_WEIGHT,
        regParam=0.0,
        fitIntercept=False,
        standardization=False,
        tol=_TOLERANCE,
        maxIter=_MAX_STEPS,
        lowerBoundsOnCoefficients=DenseMatrix(1, lower.size, lower.tolist()),
        upperBoundsOnCoefficients=DenseMatrix(1, upper.size, upper.tolist()),
    )
    fitted = regression.fit(assembled.select(_VECTOR, OUTCOME, _WEIGHT))
    return np.asarray(fitted.coefficients.toArray()[:-1])


def _imaginary_rows(features: Features, prior: Prior) -> "DataFrame":
    """Convert the imaginary interviews of a prior to rows of features."""
    data = prior.pseudo_data()
    values = np.column_stack([data.X, data.offset, data.y, data.weight])
    names = [*feature_names(features.size), OFFSET, OUTCOME, _WEIGHT]
    return features.frame.sparkSession.createDataFrame(values.tolist(), names)


def _no_rows(size: int) -> WeightedData:
    """Make a block without rows: the result for it gives the shape, and is the neutral element."""
    return WeightedData(np.empty((0, size)), np.empty(0), np.empty(0), np.empty(0))


def _map_reduce(
    frame: "DataFrame", function: "Callable[[pd.DataFrame], Floats]", empty: Floats, combine: Combine
) -> Floats:
    """Apply a function to every batch of a frame, and combine the results with that of no rows.

    ``empty`` and the result are a scalar, (m,) array or (m, n) array, as the function returns it.
    """
    work = partial(_reduce_partition, function=function, combine=combine)
    for row in frame.mapInPandas(work, "total binary").collect():
        empty = combine(empty, np.frombuffer(row["total"]).reshape(empty.shape))
    return empty


def _reduce_partition(
    batches: "Iterator[pd.DataFrame]", function: "Callable[[pd.DataFrame], Floats]", combine: Combine
) -> "Iterator[pd.DataFrame]":
    """Combine the results of a worker's batches: yields the bytes of one array, scalar or (m, n) array."""
    import pandas as pd

    total: Floats | None = None
    for batch in batches:
        result = function(batch)
        total = result if total is None else combine(total, result)
    if total is not None:
        yield pd.DataFrame({"total": [np.ascontiguousarray(total).tobytes()]})


def _of_rows(
    batch: "pd.DataFrame", function: Callable[[WeightedData], Floats], coefficients: Floats | None
) -> Floats:
    """Apply a function to the rows of a batch: scalar, (m,) array or (m, n) array."""
    return function(rows_of(batch, coefficients))


def _of_grouped_rows(
    batch: "pd.DataFrame",
    function: Callable[[WeightedData, Codes], Floats],
    names: tuple[str, ...],
    coefficients: Floats | None,
) -> Floats:
    """Apply a function to the rows of a batch and their employers: scalar, (m,) array or (m, n) array."""
    return function(rows_of(batch.drop(columns=EMPLOYER), coefficients), codes_of(batch, names))
