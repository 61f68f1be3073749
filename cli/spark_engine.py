"""Check the options of Spark, and run `train` and `predict` on it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..data.errors import Fault, InputError

if TYPE_CHECKING:
    from ..model.offer_model import OfferModel
    from ..training.result import TrainingResult

IN_PROCESS, SPARK = "local", "spark"


def check_engine(engine: str, needed: Mapping[str, object], refused: Mapping[str, object]) -> None:
    """Reject options that do not fit the engine.

    Parameters
    ----------
    engine : {"local", "spark"}
    needed : mapping of str to object
        Name to value of the options that Spark requires.
    refused : mapping of str to object
        Name to value of the options that Spark does not support.
    """
    if engine == IN_PROCESS:
        return
    faults = [Fault(f"--engine spark needs {name}") for name, value in needed.items() if not value]
    faults += [
        Fault(f"{name} cannot be used with --engine spark") for name, value in refused.items() if value
    ]
    if faults:
        raise InputError(faults)


def reject_spark_options(engine: str, options: Mapping[str, object]) -> None:
    """Reject options of Spark that are given without it."""
    names = [name for name, value in options.items() if value]
    if engine == IN_PROCESS and names:
        raise InputError(Fault(f"{name} works only with --engine spark") for name in names)


def train_on_spark(
    tables: list[str], outcome: str, group: str | None, prior: "OfferModel", master: str | None
) -> "TrainingResult":
    """Train on tables with Spark."""
    from ..training.spark.session import LOCAL
    from ..training.spark.train import train_spark
    from .console import print_remarks

    result = train_spark(tables, outcome, prior, group=group, master=master or LOCAL)
    print_remarks(result.remarks)
    return result


def predict_on_spark(
    model: "OfferModel",
    table: str,
    context: dict[str, Any],
    out: str,
    level: float,
    master: str | None,
    skip_bad: str | None,
) -> None:
    """Score a table with Spark, and print how many rows were written."""
    from ..training.spark.score import predict_spark
    from ..training.spark.session import LOCAL
    from .predict_table import print_row_counts

    scored = predict_spark(
        model, table, out, level=level, given=context, skip_bad=skip_bad, master=master or LOCAL
    )
    print_row_counts(scored, out, skip_bad)
