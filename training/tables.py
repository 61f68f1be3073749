"""Tables of interviews with outcomes: read as one, or batch by batch so that their size does not matter."""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..data.batch import Batch
from ..data.batches import open_table
from ..data.catalogue import Catalogue
from ..data.errors import AnswerError, Fault, InputError
from ..data.fault_count import FaultCount
from ..data.fields import spelling
from ..data.names import fold
from ..data.observations import Floats, Observations
from ..data.tables import read_table
from ..model.offer_model import OfferModel
from .examples import read_examples
from .here import Stored
from .result import TrainingResult
from .train import features_of, learn_here

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, float], None]


def read_all(tables: Sequence[Path], outcome: str, catalogue: Catalogue) -> "pd.DataFrame":
    """Return all tables as one.

    Parameters
    ----------
    tables : sequence of Path
    outcome : str
        Column that holds the outcomes, in any spelling.
    catalogue : Catalogue

    Raises
    ------
    InputError
        The faults of all tables at once, each with its file.
    """
    import pandas as pd

    frames: list[pd.DataFrame] = []
    faults: list[Fault] = []
    for path in tables:
        try:
            frame = read_table(path)
            read_examples(frame, outcome, catalogue)
            spelt = spelling(catalogue, frame.columns)
            spelt |= {name: outcome for name in frame.columns if fold(str(name)) == fold(outcome)}
            frames.append(frame.rename(columns=spelt))
        except InputError as error:
            faults += error.in_source(str(path)).faults
    if faults:
        raise InputError(faults)
    return pd.concat(frames, ignore_index=True)


class Examples:
    """Interviews with outcomes of which only the features are kept, as tables are read.

    Parameters
    ----------
    outcome : str
        Column that holds the outcomes, in any spelling.
    start : OfferModel
        What training starts from.
    """

    def __init__(self, outcome: str, start: OfferModel) -> None:
        self._outcome, self._start = outcome, start
        self._interviews = Stored(1 + len(start.catalogue.ids))
        self._answered = np.zeros(len(start.catalogue.ids), dtype=np.intp)
        self._faults = FaultCount()
        self._ignored: dict[str, None] = {}
        self._rows = 0

    def read(self, path: Path, progress: Progress | None = None, size: int | None = None) -> None:
        """Read a table; after the first fault of any table the rest is only checked.

        Parameters
        ----------
        path : Path
        progress : callable, optional
            Told after every batch how many rows were read, of all tables, and which share of this one.
        size : int, optional
            Rows of a batch; as suits the format when left out.
        """
        try:
            with open_table(path, size) as table:
                for batch in table:
                    if any(fault.row is None for fault in self._take(batch, table.source)):
                        return  # what is wrong with columns is wrong in every batch
                    if progress is not None:
                        progress(self._rows, table.share)
        except InputError as error:
            self._faults.add(error.in_source(str(path)).faults)

    def check(self) -> None:
        """Find out whether all could be read.

        Raises
        ------
        InputError
            The faults of all tables: the first twenty, and how many there are.
        """
        self._faults.check()

    def learn(self) -> TrainingResult:
        """Learn from all tables, after which they are forgotten."""
        with closing(self._interviews) as interviews:
            n_ignored = self._rows - interviews.n
            return learn_here(interviews, self._answered, n_ignored, self._start, tuple(self._ignored))

    def close(self) -> None:
        """Forget all."""
        self._interviews.close()

    def _take(self, batch: Batch, source: str) -> list[Fault]:
        """Keep the features of a batch, or its faults, which are returned."""
        self._rows += len(batch.rows) + len(batch.torn)
        try:
            seen, outcomes = read_examples(batch.frame, self._outcome, self._start.catalogue)
        except AnswerError as error:
            found: Sequence[Fault] = error.faults
        else:
            found = ()
            self._ignored |= dict.fromkeys(seen.ignored)
        faults = batch.placed(found, source)
        self._faults.add(faults)
        if not self._faults.count:
            self._keep(seen, outcomes)
        return faults

    def _keep(self, seen: Observations, outcomes: Floats) -> None:
        known = ~np.isnan(outcomes)
        rows, answered = features_of(seen, known, outcomes[known], self._start)
        self._interviews.add(rows)
        self._answered += answered


def examples_of(
    tables: Sequence[Path], outcome: str, start: OfferModel, progress: Progress | None = None
) -> Examples:
    """Return what tables of any size teach, once every row has been read and checked.

    CSV and Parquet are read batch by batch; JSON and JSON lines whole.

    Parameters
    ----------
    tables : sequence of Path
    outcome : str
        Column that holds the outcomes, in any spelling.
    start : OfferModel
        What training starts from.
    progress : callable, optional
        Told after every batch how many rows were read, and which share of all tables.

    Raises
    ------
    InputError
        The faults of all tables: the first twenty, each with its file and row, and how many there are.
    MissingExtraError
        A table is Parquet and pyarrow is not installed.
    """
    found = Examples(outcome, start)
    try:
        for i, path in enumerate(tables):
            found.read(path, progress and partial(_share_of_all, progress, i, len(tables)))
        found.check()
    except BaseException:
        found.close()
        raise
    return found


def _share_of_all(progress: Progress, before: int, tables: int, rows: int, share: float) -> None:
    progress(rows, (before + share) / tables)
