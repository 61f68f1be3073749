"""Tables of interviews with outcomes, read batch by batch so that their size does not matter."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats, Observations
from ...data.errors import AnswerError, Fault, InputError, Remedy
from ...data.tables.base import Batch, Progress, TableReader, TableWriter
from ...data.tables.formats import open_table, writing_tables
from ...data.tables.rejected_rows import FaultCollector, rejected_frame
from ...model.offer_model import OfferModel
from ..fitting.dataset import Stored
from ..fitting.fingerprint import Fingerprint, fingerprint
from ..labelled_data import read_examples
from ..result import TrainingResult
from ..synthetic import made_up, marked
from ..train import features_of, learn_here

_Read = tuple[Observations, Floats, npt.NDArray[np.bool_]]


class Examples:
    """Interviews with outcomes of which only the features are kept, as tables are read.

    Parameters
    ----------
    outcome : str
        Column that holds the outcomes, in any spelling.
    start : OfferModel
        What training starts from.
    aside : TableWriter, optional
        Where rows with faults go; without it a fault is an error.
    """

    def __init__(self, outcome: str, start: OfferModel, aside: TableWriter | None = None) -> None:
        self.n_bad = 0
        self._outcome, self._start, self._aside = outcome, start, aside
        self._known = (outcome, *start.catalogue.questions)
        self._interviews = Stored(1 + len(start.catalogue.ids))
        self._answered = np.zeros(len(start.catalogue.ids), dtype=np.intp)
        self._faults = FaultCollector()
        self._ignored: dict[str, None] = {}
        self._remarks: list[str] = []
        self._rows = self._offers = 0
        self._fingerprint = Fingerprint()
        self.n_synthetic = 0

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
            with open_table(path, size, self._known) as table:
                self._remarks += [f"{path}: {remark}" for remark in table.remarks]
                for batch in table:
                    if not self._take(batch, table):
                        return  # what is wrong with columns is wrong in every batch
                    if progress is not None:
                        progress(self._rows, table.fraction_read)
        except InputError as error:
            self._faults.add(error.in_source(str(path)).faults, of_rows=False)

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
            n_ignored = self._rows - self.n_bad - interviews.n
            counts = self._offers, n_ignored, self._answered, self._fingerprint
            result = learn_here(interviews, *counts, self._start, tuple(self._ignored))
        return replace(marked(result, self.n_synthetic), remarks=tuple(self._remarks))

    def close(self) -> None:
        """Forget all."""
        self._interviews.close()

    def _take(self, batch: Batch, table: TableReader) -> bool:
        """Keep the features of a batch, and count its faults or put their rows aside.

        Returns
        -------
        bool
            Whether the columns are right.
        """
        self._rows += len(batch.rows) + len(batch.ragged)
        read, found = self._looked_at(batch)
        faults = batch.locate_faults(found, table.source)
        right = all(fault.row is not None for fault in faults)
        if self._aside is None or not right:
            self._faults.add(faults)
        else:
            self._aside.write(rejected_frame(batch, faults, table.source, table.delimiter))
            bad = {fault.row for fault in faults}
            self.n_bad += len(bad)
            if read is None:
                read, _ = self._looked_at(batch.drop_rows(bad))
        if read is not None and not self._faults.count:
            self._keep(*read)
        return right

    @property
    def n_outcomes(self) -> int:
        """Interviews with an outcome that teaches."""
        return self._interviews.n

    def _looked_at(self, batch: Batch) -> tuple[_Read | None, Sequence[Fault]]:
        """Return answers and outcomes of a batch and which are made up, or its faults."""
        try:
            read = read_examples(batch.frame, self._outcome, self._start.catalogue)
            return (*read, made_up(batch.frame)), ()
        except AnswerError as error:
            return None, error.faults

    def _keep(self, seen: Observations, outcomes: Floats, synthetic: npt.NDArray[np.bool_]) -> None:
        known = ~np.isnan(outcomes)
        self.n_synthetic += int(np.count_nonzero(synthetic & known))
        rows, answered = features_of(seen, known, outcomes[known], self._start)
        self._interviews.add(rows)
        self._offers += int(rows.y.sum())
        self._fingerprint += fingerprint(seen, known, outcomes[known])
        self._answered += answered
        self._ignored |= dict.fromkeys(seen.ignored)


def examples_of(
    tables: Sequence[Path],
    outcome: str,
    start: OfferModel,
    *,
    skip_bad: Path | None = None,
    progress: Progress | None = None,
) -> Examples:
    """Return what tables of any size teach, once every row has been read and checked.

    Parameters
    ----------
    tables : sequence of Path
    outcome : str
        Column that holds the outcomes, in any spelling.
    start : OfferModel
        What training starts from.
    skip_bad : Path, optional
        A table for rows with faults: file, row and faults, then their cells. Without one a fault is an
        error.
    progress : callable, optional
        Told after every batch how many rows were read, and which share of all tables.

    Raises
    ------
    InputError
        The faults of all tables: the first twenty, each with its file and row, and how many there are.
    MissingExtraError
        The package that reads or writes a format is not installed.
    """
    if skip_bad is not None:
        _check_columns(tables, (outcome, *start.catalogue.questions))
    with ExitStack() as stack:
        writers = stack.enter_context(writing_tables([skip_bad] if skip_bad else []))
        found = Examples(outcome, start, *writers)
        with ExitStack() as failed:
            failed.callback(found.close)
            for i, path in enumerate(tables):
                found.read(path, progress and partial(_share_of_all, progress, i, len(tables)))
            found.check()
            failed.pop_all()
        return found


def _check_columns(tables: Sequence[Path], known: Sequence[str]) -> None:
    """Find out whether rows of all tables can be put aside in one; what cannot be read is told later."""
    columns: set[tuple[str, ...]] = set()
    for path in tables:
        try:
            with open_table(path, known=known) as table:
                columns.add(table.names)
        except InputError:
            continue
    if len(columns) > 1:
        problem = "bad rows of tables with different columns do not go into one table"
        raise InputError([Fault(problem, remedy=Remedy.SAME_COLUMNS)])


def _share_of_all(progress: Progress, before: int, tables: int, rows: int, share: float) -> None:
    progress(rows, (before + share) / tables)
