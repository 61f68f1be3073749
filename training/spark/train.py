"""Training on Spark: from a table that no one machine holds to a model of one's own."""

from collections.abc import Sequence

from ...data.catalogue.catalogue import Catalogue
from ...model.offer_model import OfferModel
from ..result import TrainingResult
from ..synthetic import marked
from ..train import Counts, result_of, starting_point
from .features import check_columns, features_on_spark
from .fit import learned_on_spark
from .input import read
from .monitor import watched
from .session import LOCAL, session


def train_spark(
    tables: str | Sequence[str],
    outcome: str = "outcome",
    prior: OfferModel | None = None,
    catalogue: Catalogue | None = None,
    *,
    master: str = LOCAL,
    patience: float | None = None,
) -> TrainingResult:
    """Learn from interviews with outcomes on Spark, as `offerodds.train` does in memory.

    Each worker checks its rows and makes features of them with the code that one machine runs. MLlib's
    logistic regression finds the mode over real and imaginary interviews; a pass over the features gives
    the curvature there, and from it follows the posterior under each prior of the grid.

    Parameters
    ----------
    tables : str or sequence of str
        CSV or Parquet: files, folders or patterns, on this disk or wherever Hadoop reads (``hdfs://…``,
        ``s3a://…``). All of one format, with the same columns in the same order.
    outcome : str
        Column that holds the outcomes.
    prior : OfferModel, optional
        What to start from: the default model of the catalogue unless told.
    catalogue : Catalogue, optional
        The prior's, or the built-in one.
    master : str
        Spark's; a session that is active is used instead, and left open.
    patience : float, optional
        Seconds that work may wait without a single worker, 60 unless told.

    Returns
    -------
    TrainingResult
        As of `offerodds.train`. From 50,000 outcomes the interviews stay on the cluster, so that there is no
        validation: judge the model by interviews held back.

    Raises
    ------
    InputError
        No such table or column, or cells that are no answers or outcomes. All are counted; the first twenty
        are named with file and row.
    MissingExtraError
        pyspark or Java is not installed.
    ClusterError
        The cluster does not answer, or was lost.

    References
    ----------
    Meng et al. (2016), MLlib: machine learning in Apache Spark, Journal of Machine Learning Research
    17(34):1-7. The method is that of `offerodds.train`.
    """
    start = starting_point(prior, catalogue)
    with session(master) as spark, watched(spark, patience):
        table = read(spark, [tables] if isinstance(tables, str) else tables)
        ignored = check_columns(table, outcome, start)
        features = features_on_spark(table, outcome, start)
        learned, real = learned_on_spark(features, start)
        counts = Counts(
            features.n_offer,
            features.n_no_offer,
            features.n_ignored,
            features.answered,
            str(features.fingerprint),
        )
        features.release()
        return marked(result_of(learned, counts, start, ignored, real), features.n_synthetic)
