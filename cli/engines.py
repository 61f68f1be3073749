"""The options of Spark, for the commands that can leave their work to it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..data.errors import Fault, InputError

if TYPE_CHECKING:
    from ..model.offer_model import OfferModel
    from ..training.result import TrainingResult

HERE, SPARK = "local", "spark"


def check_engine(engine: str, needed: Mapping[str, object], refused: Mapping[str, object]) -> None:
    """Refuse options that do not go with what does the work.

    Parameters
    ----------
    engine : {"local", "spark"}
    needed : mapping
        By name, what has to be given on Spark.
    refused : mapping
        By name, what cannot be given there.
    """
    if engine == HERE:
        return
    faults = [Fault(f"--engine spark needs {name}") for name, value in needed.items() if not value]
    faults += [Fault(f"{name} does not go with --engine spark") for name, value in refused.items() if value]
    if faults:
        raise InputError(faults)


def refuse_without_spark(engine: str, options: Mapping[str, object]) -> None:
    """Refuse options that only Spark has."""
    given = [name for name, value in options.items() if value]
    if engine == HERE and given:
        raise InputError(Fault(f"{name} goes with --engine spark alone") for name in given)


def train_on_spark(
    tables: list[str], outcome: str, prior: "OfferModel", master: str | None
) -> "TrainingResult":
    """Return what tables teach."""
    from ..training.spark.session import LOCAL
    from ..training.spark.train import train_spark

    return train_spark(tables, outcome, prior, master=master or LOCAL)


def predict_on_spark(
    model: "OfferModel",
    table: str,
    given: dict[str, Any],
    out: str,
    level: float,
    master: str | None,
    skip_bad: str | None,
) -> None:
    """Write a table with its scores, and say how many there are."""
    from ..training.spark.score import predict_spark
    from ..training.spark.session import LOCAL
    from .predict_table import say_scored

    found = predict_spark(
        model, table, out, level=level, given=given, skip_bad=skip_bad, master=master or LOCAL
    )
    say_scored(found, out, skip_bad)
