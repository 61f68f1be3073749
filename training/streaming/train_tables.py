"""Training on tables of any size, read batch by batch."""

from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats, Groups, Observations
from ...data.errors import AnswerError, Fault, InputError, Remedy
from ...data.language import N_
from ...data.parallel import parallel_map
from ...data.tables.base import Batch, FaultCollector, Progress, TableReader, TableWriter, rejected_frame
from ...data.tables.formats import open_table, writing_tables
from ...model.employers import UNKNOWN
from ...model.features import measurements
from ...model.offer_model import OfferModel
from ..fitting.dataset import DiskDataset, Extracted
from ..fitting.fingerprint import (
    UNUSED_FIELDS,
    Fingerprint,
    fingerprint_pending,
    row_hashes,
    sum_of_hashes,
)
from ..fitting.fit import feature_precision
from ..fitting.pending import silence_updates
from ..labelled_data import DataRemarks, process_names, read_examples, silent_rows, synthetic_rows
from ..result import TrainingResult
from ..train import answers_for_training, data_summary, score_for_training, train_on_dataset


class _Examples(NamedTuple):
    """The ``n`` interviews of a batch: answers; outcomes, whether silent, whether made up; their jobs."""

    observations: Observations
    outcomes: Floats
    silent: npt.NDArray[np.bool_]
    synthetic: npt.NDArray[np.bool_]
    processes: list[str]


class TableTrainer:
    """Reads tables batch by batch, stores only the answers of interviews, and trains on them.

    Parameters
    ----------
    outcome : str
        Column that holds the outcomes, in any spelling.
    prior_model : OfferModel
        The model that training starts from.
    rejected : TableWriter, optional
        Destination of rows with faults; without it a fault is an error.
    group : str
        Column that names the employers, in any spelling; none by default.
    """

    def __init__(
        self, outcome: str, prior_model: OfferModel, rejected: TableWriter | None = None, group: str = ""
    ) -> None:
        self.n_bad = 0
        self.n_synthetic = 0
        self._outcome, self._prior_model, self._rejected = outcome, prior_model, rejected
        self._fields = (outcome, *filter(None, [group]), *prior_model.catalogue.questions)
        self._group = group
        self._code_of: dict[str, int] = {}  # of employers
        self._stored = [field for field in prior_model.catalogue.questions if field not in UNUSED_FIELDS]
        n_stored = len(self._stored) + bool(group)
        self._dataset, self._pending = (DiskDataset(n_stored, self._extract) for _ in range(2))
        self._answered = np.zeros(len(prior_model.catalogue.ids), dtype=np.intp)
        self._faults = FaultCollector()
        self._ignored_columns: dict[str, None] = {}  # as a set in order of first appearance
        self._remarks: list[str] = []
        self._n_rows = self._n_offer = 0
        self._fingerprint = Fingerprint()
        self._data_remarks = DataRemarks(prior_model.catalogue)

    @property
    def n_outcomes(self) -> int:
        """Number of interviews with an outcome that training uses."""
        return self._dataset.n

    def read(
        self,
        path: Path,
        progress: Progress | None = None,
        size: int | None = None,
        sheet: str | None = None,
    ) -> None:
        """Read a table; after the first fault in any table, further rows are only checked.

        Parameters
        ----------
        path : Path
        progress : callable, optional
            Called after every batch with the rows read of all tables, and the share of this table.
        size : int, optional
            Rows of a batch, by default as suits the format.
        sheet : str, optional
            The sheet of a workbook, as for `read_table`.
        """
        self._data_remarks.start_table()
        try:
            with open_table(path, size, self._fields, sheet) as table:
                self._remarks += [f"{path}: {remark}" for remark in table.remarks]
                for batch in table:
                    if not self._add(batch, table) or self._faults.is_full:
                        return  # a fault in the columns would repeat in every batch
                    if progress is not None:
                        progress(self._n_rows, table.fraction_read)
        except InputError as error:
            self._faults.add(error.in_source(str(path)).faults, skippable=False)

    def check(self) -> None:
        """Raise the faults of all tables, if there are any.

        Raises
        ------
        InputError
            The first twenty faults, and their number.
        """
        self._faults.check()

    def train(self) -> TrainingResult:
        """Train on the tables read, then delete the answers."""
        with closing(self):
            dataset, pending = self._dataset, self._pending
            n_ignored = self._n_rows - self.n_bad - dataset.n - pending.n
            counts = self._n_offer, dataset.n - self._n_offer, pending.n, n_ignored
            catalogue = self._prior_model.catalogue
            summary = data_summary(catalogue, *counts, self._answered, self._fingerprint)
            employers = tuple(self._code_of) if self._group else None
            ignored = tuple(self._ignored_columns)
            result = train_on_dataset(
                dataset, pending, summary, self._prior_model, ignored, employers, self._group
            )
        remarks = (*self._remarks, *result.remarks, *self._data_remarks.all())
        return replace(result.with_synthetic_count(self.n_synthetic), remarks=remarks)

    def close(self) -> None:
        """Delete the answers."""
        self._dataset.close()
        self._pending.close()

    def _add(self, batch: Batch, table: TableReader) -> bool:
        """Store the answers of a batch, and count its faults or write their rows to the rejected ones.

        Returns
        -------
        bool
            Whether the columns are right.
        """
        self._n_rows += len(batch.rows) + len(batch.ragged)
        examples, found = self._read_examples(batch)
        faults = batch.locate_faults(found, table.source)
        columns_right = all(fault.row is not None for fault in faults)
        if self._rejected is None or not all(fault.is_skippable for fault in faults):
            self._faults.add(faults)
        else:
            self._rejected.write(rejected_frame(batch, faults, table.source, table.delimiter))
            bad_rows = {fault.row for fault in faults}
            self.n_bad += len(bad_rows)
            if examples is None:
                examples, _ = self._read_examples(batch.drop_rows(bad_rows))
        if examples is not None and not self._faults.count:
            self._store(examples)
        return columns_right

    def _read_examples(self, batch: Batch) -> tuple[_Examples | None, Sequence[Fault]]:
        """Read the labelled interviews of a batch, or else its faults."""
        try:
            observations, outcomes = read_examples(
                batch.frame, self._outcome, self._prior_model.catalogue, self._group
            )
            silent = silent_rows(batch.frame, self._outcome, observations)
            marks = silent, synthetic_rows(batch.frame), process_names(batch.frame)
            return _Examples(observations, outcomes, *marks), ()
        except AnswerError as error:
            return None, error.faults

    def _store(self, examples: _Examples) -> None:
        observations, outcomes, silent, synthetic, processes = examples
        has_outcome = ~np.isnan(outcomes)
        offers = outcomes[has_outcome]
        decided = observations if has_outcome.all() else observations.select_rows(has_outcome)
        pending = observations.select_rows(silent)
        self._dataset.add(self._answers(decided), offers)
        self._pending.add(self._answers(pending), silence_updates(pending))
        self._n_offer += int(offers.sum())
        self.n_synthetic += int(np.count_nonzero(synthetic & (has_outcome | silent)))
        hashes, n_answers = row_hashes(observations, has_outcome, offers)
        self._fingerprint += sum_of_hashes(hashes) + fingerprint_pending(pending)
        self._data_remarks.add(observations, has_outcome, hashes, n_answers)
        self._data_remarks.add_processes(processes, has_outcome)
        self._answered += _count_answers(decided)
        self._ignored_columns |= dict.fromkeys(observations.ignored)

    def _answers(self, observations: Observations) -> list[Floats]:
        """List the answers of ``n`` interviews to the stored fields, and their employers: (n,) arrays."""
        answers, blank = answers_for_training(observations), np.full(observations.n, np.nan)
        stored = [answers.get(field, blank) for field in self._stored]
        if groups := observations.employers and observations.employers.select(np.arange(observations.n)):
            codes = [self._code_of.setdefault(name, len(self._code_of)) for name in groups.names]
            stored.append(np.array([*codes, UNKNOWN], dtype=float)[groups.codes])  # code -1 picks the last
        return stored

    def _extract(self, columns: Sequence[Floats]) -> Extracted:
        """Compute features, offsets and employers of ``m`` arrays of stored answers, (n,)."""
        named, n = zip(self._stored, columns, strict=False), columns[0].size  # the employers come last
        answers = {field: each for field, each in named if not np.isnan(each).all()}
        codes = columns[-1].astype(np.intp) if self._group else None
        employers = None if codes is None else Groups((), np.full(n, UNKNOWN))
        observations = Observations(self._prior_model.catalogue, answers, n, employers=employers)
        X, offset = score_for_training(observations, self._prior_model).averaged_over_employers()
        precision = feature_precision(self._dataset.n + self._pending.n)
        return X.astype(precision, copy=False), offset, codes


def _count_answers(observations: Observations) -> npt.NDArray[np.intp]:
    """Count the answers to each signal: (k,) array."""

    def of_block(rows: range) -> npt.NDArray[np.intp]:
        """Count those of some rows."""
        blank = np.isnan(measurements(observations.slice_rows(rows))).T  # each signal is contiguous in memory
        return len(rows) - np.array([np.count_nonzero(each) for each in blank])

    return np.asarray(np.sum(list(parallel_map(of_block, observations.row_blocks())), axis=0))


def read_training_tables(
    tables: Sequence[Path],
    outcome: str,
    prior_model: OfferModel,
    *,
    group: str = "",
    skip_bad: Path | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> TableTrainer:
    """Read and check every row of tables of any size, ready for training.

    Parameters
    ----------
    tables : sequence of Path
    outcome : str
        Column that holds the outcomes, in any spelling.
    prior_model : OfferModel
        The model that training starts from.
    group : str
        Column that names the employers, in any spelling; none by default.
    skip_bad : Path, optional
        A table for rows with faults: file, row and faults, then their cells. Without one a fault is an
        error.
    sheet : str, optional
        The sheet of workbooks, as for `read_table`.
    progress : callable, optional
        Called after every batch with the rows read, and the share of all tables.

    Raises
    ------
    InputError
        The first twenty faults of all tables, each with its file and row, and their number.
    MissingExtraError
        The package that reads or writes a format is not installed.
    """
    if skip_bad is not None:
        _check_same_columns(tables, (outcome, *prior_model.catalogue.questions), sheet)
    with ExitStack() as stack:
        writers = stack.enter_context(writing_tables([skip_bad] if skip_bad else []))
        trainer = TableTrainer(outcome, prior_model, next(iter(writers), None), group)
        with ExitStack() as on_error:
            on_error.callback(trainer.close)
            for i, path in enumerate(tables):
                share = progress and partial(_report_share, progress, i, len(tables))
                trainer.read(path, share, sheet=sheet)
            trainer.check()
            on_error.pop_all()  # no error: the trainer stays open
        return trainer


def _check_same_columns(tables: Sequence[Path], fields: Sequence[str], sheet: str | None) -> None:
    """Check that bad rows of all tables fit into one table; unreadable tables are reported later."""
    columns: set[tuple[str, ...]] = set()
    for path in tables:
        try:
            with open_table(path, known=fields, sheet=sheet) as table:
                columns.add(table.names)
        except InputError:
            continue
    if len(columns) > 1:
        problem = N_("bad rows of tables with different columns cannot go into one table")
        raise InputError([Fault(problem, remedy=Remedy.SAME_COLUMNS)])


def _report_share(progress: Progress, tables_before: int, n_tables: int, rows: int, share: float) -> None:
    """Turn the share of one table into that of all tables."""
    progress(rows, (tables_before + share) / n_tables)
