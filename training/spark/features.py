"""Interviews as features on Spark: the same reading, checks and features as in memory, batch by batch."""

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
from ..labelled_data import read_examples
from ..synthetic import made_up
from ..train import features_of
from .input import Table
from .partitions import Located, Pieces

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

OFFSET, OUTCOME, TOLD = "offset", "outcome", "told"


@dataclass(frozen=True)
class Features:
    """Interviews with an outcome, as a logistic regression takes them.

    Parameters
    ----------
    frame : DataFrame
        ``x0`` (the intercept) to ``xk``, ``offset`` and ``outcome``; kept by the workers once reckoned.
    size : int
        ``1 + k``.
    n_offer, n_no_offer, n_ignored, n_synthetic : int
        The last of the first two.
    answered : (k,) array of int
        How many of the interviews with an outcome answered each signal.
    fingerprint : Fingerprint
    kept : DataFrame
        What the workers keep until `release`.
    """

    frame: "DataFrame"
    size: int
    n_offer: int
    n_no_offer: int
    n_ignored: int
    n_synthetic: int
    answered: npt.NDArray[np.intp]
    fingerprint: Fingerprint
    kept: "DataFrame"

    def release(self) -> None:
        """Let the workers forget."""
        self.kept.unpersist()

    @property
    def n(self) -> int:
        """Interviews with an outcome."""
        return self.n_offer + self.n_no_offer


def names_of(size: int) -> list[str]:
    """Return the columns of so many features."""
    return [f"x{i}" for i in range(size)]


def features_on_spark(table: Table, outcome: str, start: OfferModel) -> Features:
    """Return the features of a table, whose every row has been checked.

    Parameters
    ----------
    table : Table
    outcome : str
        Column that holds the outcomes.
    start : OfferModel

    Raises
    ------
    InputError
        Cells that are no answers or no outcomes: all are counted, the first shown.
    """
    size = 1 + len(start.catalogue.ids)
    columns = ", ".join(f"{name} double" for name in (*names_of(size), OFFSET, OUTCOME))
    reckon = partial(_reckoned, table=table.plain, outcome=outcome, start=start)
    every = table.frame.mapInPandas(reckon, f"{columns}, {TOLD} string").persist()
    told = [json.loads(row[TOLD]) for row in every.where(f"{TOLD} is not null").select(TOLD).collect()]
    located = Located((json.dumps(each["pieces"]) for each in told), table.files)
    try:
        located.check()
    except BaseException:
        every.unpersist()
        raise
    offers, others = (sum(each[name] for each in told) for name in ("offers", "others"))
    answered = sum((np.array(each["answered"]) for each in told), np.zeros(size - 1, dtype=np.intp))
    return Features(
        every.where(f"{TOLD} is null").drop(TOLD),
        size,
        offers,
        others,
        located.rows - offers - others,
        sum(each["synthetic"] for each in told),
        np.asarray(answered),
        sum((Fingerprint(tuple(each["fingerprint"])) for each in told), Fingerprint()),
        every,
    )


def rows_of(batch: "pd.DataFrame") -> WeightedData:
    """Return a batch of features as interviews."""
    numbers = batch.to_numpy(dtype=float)
    return WeightedData(numbers[:, :-2], numbers[:, -1], np.ones(len(numbers)), numbers[:, -2])


def _reckoned(
    batches: "Iterator[pd.DataFrame]", table: Table, outcome: str, start: OfferModel
) -> "Iterator[pd.DataFrame]":
    """Yield the features of each batch on a worker, and at last a row that tells what was seen."""
    import pandas as pd

    columns = [*names_of(1 + len(start.catalogue.ids)), OFFSET, OUTCOME]
    pieces, answered = Pieces(table), np.zeros(len(start.catalogue.ids), dtype=np.intp)
    offers = others = synthetic = 0
    read = Fingerprint()
    for batch in batches:
        for part in pieces.parts(batch):
            if pieces.faults(part, partial(read_examples, outcome=outcome, catalogue=start.catalogue)):
                continue  # one fault is enough: nothing will be learned
            real, counts, known, of_part = _learned_from(part.cells, outcome, start)
            answered, read = answered + counts, read + of_part
            synthetic += int(np.count_nonzero(made_up(part.cells) & known))
            offers, others = offers + int(real.y.sum()), others + int((real.y == 0).sum())
            numbers = np.column_stack([real.X, real.offset, real.y])
            yield pd.DataFrame(numbers, columns=columns).assign(**{TOLD: None})
    counted = {"offers": offers, "others": others, "synthetic": synthetic}
    told = {"pieces": pieces.told(), "answered": answered.tolist(), "fingerprint": read.sums, **counted}
    yield pd.DataFrame({name: [np.nan] for name in columns} | {TOLD: [json.dumps(told)]})


def _learned_from(
    cells: "pd.DataFrame", outcome: str, start: OfferModel
) -> tuple[WeightedData, npt.NDArray[np.intp], npt.NDArray[np.bool_], Fingerprint]:
    """Return the interviews with an outcome, how many answered each signal, which, and their fingerprint."""
    seen, outcomes = read_examples(cells, outcome, start.catalogue)
    known = ~np.isnan(outcomes)
    offers = outcomes[known]
    return *features_of(seen, known, offers, start), known, fingerprint(seen, known, offers)


def check_columns(table: Table, outcome: str, start: OfferModel) -> tuple[str, ...]:
    """Return the columns that the catalogue does not have, once all columns are found right.

    Raises
    ------
    AnswerError
        Misspelt or repeated columns, or none with the outcomes; every fault is listed.
    """
    blank: dict[str, Floats] = {name: np.empty(0) for name in table.names}
    return read_examples(blank, outcome, start.catalogue)[0].ignored
