"""Scoring a table of any size: the probability and interval of every row, batch by batch."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.answers.fields import resolve_names
from ...data.answers.observations import observe, observe_frame
from ...data.answers.parsing import check_probability
from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.question_schema import SILENCE_FIELD
from ...data.errors import AnswerError, Fault, FileError, InputError, Remedy
from ...data.files import check_targets
from ...data.language import N_, _
from ...data.name_matching import fold, is_misspelt
from ...data.tables.base import (
    SCORE_COLUMNS,
    Batch,
    FaultCollector,
    Progress,
    TableReader,
    TableWriter,
    rejected_frame,
)
from ...data.tables.formats import open_table, writing_tables
from ...model.offer_model import OfferModel

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ScoringSummary:
    """The number of rows scored and rejected.

    Parameters
    ----------
    n : int
        Interviews scored.
    n_bad : int
        Rows with faults, written to another table.
    remarks : tuple of str
        What was unusual about the table: lines skipped, columns without a name, the encoding, unused days.
    """

    n: int
    n_bad: int
    remarks: tuple[str, ...] = field(default=(), repr=False)


def score_table(
    model: OfferModel,
    table: str | Path,
    out: str | Path,
    *,
    level: float = 0.90,
    given: Mapping[str, Any] | None = None,
    skip_bad: str | Path | None = None,
    sheet: str | None = None,
    progress: Progress | None = None,
) -> ScoringSummary:
    r"""Write a table with the probability and interval of every row, whatever its size.

    Rows are read, checked, scored and written a batch at a time. They keep their columns, including the
    types of Parquet; ``probability``, ``low`` and ``high`` come last, as computed by
    `OfferModel.predict_frame`.

    Parameters
    ----------
    model : OfferModel
    table : str or Path
        In any format that `read_table` reads.
    out : str or Path
        The suffix names the format, as for `read_table`. An existing file is replaced only once the new
        table is complete.
    level : float
        Coverage of the interval, between 0 and 1.
    given : mapping of str to object, optional
        Fields that are the same for every row.
    skip_bad : str or Path, optional
        A table for rows with faults: file, row and faults, then their cells. Without one a fault is an
        error.
    sheet : str, optional
        The sheet of a workbook, as for `read_table`.
    progress : callable, optional
        Called after each batch with the rows done and their share of the table.

    Returns
    -------
    Scored

    Raises
    ------
    InputError
        The table does not exist, its columns cannot be scored, cells are not valid answers, or a file cannot
        be written. Faults are counted, and the first twenty shown with their rows. Nothing was written.
    MissingExtraError
        The package that reads or writes a format is not installed.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from offerodds import OfferModel
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> _ = (folder / "mine.csv").write_text("rapport\n5\nwarmish\n")
    >>> paths = [folder / name for name in ("mine.csv", "scored.csv", "bad.csv")]
    >>> score_table(OfferModel.default(), *paths[:2], skip_bad=paths[2])
    ScoringSummary(n=1, n_bad=1)
    >>> paths[1].read_text()  # doctest: +ELLIPSIS
    'rapport,probability,low,high\n5,0.34...,0.09...,0.68...\n'

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736.
    """
    check_probability("level", level)
    observe(model.catalogue, given or {})
    destinations = [out] if skip_bad is None else [out, skip_bad]
    targets = {"out": (out, N_("the scored table")), "skip_bad": (skip_bad, N_("the bad rows"))}
    check_targets({table: N_("the table")}, targets)
    with (
        open_table(table, known=model.catalogue.questions, sheet=sheet) as batches,
        writing_tables(destinations) as writers,
    ):
        return _TableScorer(model, level, given or {}, batches, *writers).run(progress)


def scoring_column_faults(columns: Sequence[str], catalogue: Catalogue) -> list[Fault]:
    """Find the faults that keep a table of these columns from being scored.

    Examples
    --------
    >>> [str(fault) for fault in scoring_column_faults(["rapport", "low"], Catalogue.built_in())]
    ['low: the table has this column already; rename it']
    """
    faults = [
        Fault("the table has this column already", field=name, remedy=Remedy.RENAME_COLUMN)
        for name in SCORE_COLUMNS
        if name in columns
    ]
    any_misspelt = any(is_misspelt(name, catalogue.questions) for name in columns)  # these are faults already
    if not any_misspelt and catalogue.questions.keys().isdisjoint(resolve_names(catalogue, columns).values()):
        faults.append(Fault("no column is a field of the catalogue", remedy=Remedy.SHOW_COLUMNS))
    return faults


def unused_day_remarks(columns: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    """Remark on days of interviews: they are not used, as a wait may have ended since.

    Examples
    --------
    >>> unused_day_remarks(["Date", "rapport"], Catalogue.built_in())
    ('Date is not used: the days without an answer belong in a column days_since_interview',)
    """
    if (
        SILENCE_FIELD not in catalogue.questions
        or SILENCE_FIELD in resolve_names(catalogue, columns).values()
    ):
        return ()
    text = N_("{column} is not used: the days without an answer belong in a column {field}")
    days = [name for name in columns if fold(name) in ("date", "interview_date")]
    return tuple(_(text, column=name, field=SILENCE_FIELD) for name in days)


class _TableScorer:
    """Scores one table, from its first batch to its last.

    After a fault nothing more is scored or written, unless there is a table for bad rows: the rest is only
    checked, so that every fault is counted.
    """

    def __init__(
        self,
        model: OfferModel,
        level: float,
        given: Mapping[str, Any],
        table: TableReader,
        out: TableWriter,
        rejected: TableWriter | None = None,
    ) -> None:
        self._model, self._level = model, level
        self._table, self._out, self._rejected = table, out, rejected
        column_of = {field: name for name, field in resolve_names(model.catalogue, table.names).items()}
        self._constants = {column_of.get(field, field): value for field, value in given.items()}
        self._faults = FaultCollector()
        self._n_scored = self._n_bad = 0

    def run(self, progress: Progress | None) -> ScoringSummary:
        """Score all batches."""
        done = 0
        try:
            for batch in self._table:
                self._process(batch, first=not done)
                done += len(batch.rows) + len(batch.ragged)
                if self._faults.is_full:
                    break
                if progress is not None:
                    progress(done, self._table.fraction_read)
        except FileError as error:  # the file breaks off: report it with the faults before
            if not self._faults.count:
                raise
            self._faults.add(error.faults)
        self._faults.check()
        empty = () if done else (_("the table has no interviews, only column names"),)
        unused = unused_day_remarks([*self._table.names, *self._constants], self._model.catalogue)
        return ScoringSummary(self._n_scored, self._n_bad, (*self._table.remarks, *unused, *empty))

    def _process(self, batch: Batch, *, first: bool) -> None:
        """Score, check or reject the rows of a batch."""
        frame = batch.frame.assign(**self._constants)
        scores, faults = self._score(frame)
        faults = batch.locate_faults(faults, self._table.source)
        if first:
            self._check_columns(faults)
        if self._rejected is None or not all(fault.is_skippable for fault in faults):
            self._faults.add(faults)
        elif faults or first:  # the first batch gives even an empty table its columns
            rejected = rejected_frame(batch, faults, self._table.source, self._table.delimiter)
            self._rejected.write(rejected)
            self._n_bad += len(rejected)
            frame = frame[~np.isin(batch.rows, [fault.row or 0 for fault in faults])]
            scores, _ = self._score(frame)
        if scores is not None and not self._faults.count:
            self._out.write(frame.assign(**{name: scores[name] for name in SCORE_COLUMNS}))
            self._n_scored += len(frame)

    def _score(self, frame: "pd.DataFrame") -> "tuple[pd.DataFrame | None, Sequence[Fault]]":
        """Score rows, or find their faults; after the first fault of the table only the latter."""
        try:
            if not self._faults.count:
                return self._model.predict_frame(frame, self._level), []
            observe_frame(self._model.catalogue, frame, self._model.employers.group)
        except AnswerError as error:
            return None, error.faults
        return None, []

    def _check_columns(self, faults: list[Fault]) -> None:
        """Raise faults of the columns at once, with those of the first rows: no later row can mend them."""
        columns = [*self._table.names, *self._constants]
        unfit = scoring_column_faults(columns, self._model.catalogue)
        unfit = [replace(fault, source=self._table.source) for fault in unfit]
        if unfit or any(fault.row is None for fault in faults):
            raise InputError(sorted([*faults, *unfit], key=lambda fault: fault.row or 0))
