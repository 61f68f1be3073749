"""Scoring a table of any size: the probability and interval of every row, some thousand rows at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...data.answers.fields import resolve_names
from ...data.answers.observations import observe, observe_frame
from ...data.answers.parsing import check_probability
from ...data.catalogue.catalogue import Catalogue
from ...data.errors import AnswerError, Fault, FileError, InputError, Remedy
from ...data.spelling import fold, is_misspelt
from ...data.tables.base import SCORE_COLUMNS, Batch, Progress, TableReader, TableWriter
from ...data.tables.formats import open_table, writing_tables
from ...data.tables.rejected_rows import FaultCollector, rejected_frame
from ...data.targets import check_targets
from ...model.offer_model import OfferModel

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Scored:
    """What scoring gave.

    Parameters
    ----------
    n : int
        Interviews scored.
    n_bad : int
        Rows put aside.
    remarks : tuple of str
        How the table was read where that is not plain.
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
    progress: Progress | None = None,
) -> Scored:
    r"""Write a table with the probability and interval of every row, whatever its size.

    Rows are read, checked, scored and written a batch at a time. They keep their columns, types
    of Parquet included; ``probability``, ``low`` and ``high`` come last, as `OfferModel.predict_frame` gives
    them.

    Parameters
    ----------
    model : OfferModel
    table : str or Path
        In any format that `read_table` takes.
    out : str or Path
        The suffix names the format, as for `read_table`. What is there is replaced only once the new table
        is complete.
    level : float
        Coverage of the interval, between 0 and 1.
    given : mapping of str to object, optional
        Fields that are the same for every row.
    skip_bad : str or Path, optional
        A table for rows with faults: file, row and faults, then their cells. Without one a fault is an
        error.
    progress : callable, optional
        Called after each batch with the rows gone through and their share of the table.

    Returns
    -------
    Scored

    Raises
    ------
    InputError
        No such table, columns that cannot be scored, cells that are no answers, or places that cannot be
        written: all are counted, the first twenty named with their rows. Nothing was written.
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
    Scored(n=1, n_bad=1)
    >>> paths[1].read_text()  # doctest: +ELLIPSIS
    'rapport,probability,low,high\n5,0.33...,0.06...,0.73...\n'

    References
    ----------
    MacKay (1992), The evidence framework applied to classification networks, Neural Computation
    4(5):720-736.
    """
    check_probability("level", level)
    observe(model.catalogue, given or {})
    places = [out] if skip_bad is None else [out, skip_bad]
    written = {"out": (out, "the scored table"), "skip_bad": (skip_bad, "the bad rows")}
    check_targets({table: "the table"}, written)
    with open_table(table, known=model.catalogue.questions) as batches, writing_tables(places) as writers:
        return _Scoring(model, level, given or {}, batches, *writers).run(progress)


def unfit_for_scores(columns: Sequence[str], catalogue: Catalogue) -> list[Fault]:
    """Return what keeps a table of these columns from being scored.

    Examples
    --------
    >>> [str(fault) for fault in unfit_for_scores(["rapport", "low"], Catalogue.built_in())]
    ['low: the table has this column already; rename it']
    """
    faults = [
        Fault("the table has this column already", field=name, remedy=Remedy.RENAME_COLUMN)
        for name in SCORE_COLUMNS
        if name in columns
    ]
    known = {fold(field) for field in catalogue.questions}
    slips = any(is_misspelt(name, catalogue.questions) for name in columns)  # which are told of anyway
    if not slips and not known.intersection(map(fold, columns)):
        faults.append(Fault("no column is a field of the catalogue", remedy=Remedy.SHOW_COLUMNS))
    return faults


class _Scoring:
    """The scoring of one table, from its first batch to its last.

    After a fault nothing more is scored or written, unless bad rows are put aside: the rest is checked alone,
    so that every fault is counted.
    """

    def __init__(
        self,
        model: OfferModel,
        level: float,
        given: Mapping[str, Any],
        table: TableReader,
        out: TableWriter,
        aside: TableWriter | None = None,
    ) -> None:
        self._model, self._level, self._table, self._out, self._aside = model, level, table, out, aside
        named = {field: name for name, field in resolve_names(model.catalogue, table.names).items()}
        self._constants = {named.get(field, field): value for field, value in given.items()}
        self._faults = FaultCollector()
        self._scored = self._bad = 0

    def run(self, progress: Progress | None) -> Scored:
        """Go through the table."""
        done = 0
        try:
            for batch in self._table:
                self._take(batch, first=not done)
                done += len(batch.rows) + len(batch.ragged)
                if progress is not None:
                    progress(done, self._table.fraction_read)
        except FileError as error:
            if not self._faults.count:
                raise
            self._faults.add(error.faults)
        self._faults.check()
        return Scored(self._scored, self._bad, self._table.remarks)

    def _take(self, batch: Batch, *, first: bool) -> None:
        """Score, check or put aside the rows of a batch."""
        frame = batch.frame.assign(**self._constants)
        scores, faults = self._scores(frame)
        faults = batch.locate_faults(faults, self._table.source)
        if first:
            self._check_columns(faults)
        if self._aside is None:
            self._faults.add(faults)
        elif faults or first:
            aside = rejected_frame(batch, faults, self._table.source, self._table.delimiter)
            self._aside.write(aside)
            self._bad += len(aside)
            frame = frame[~np.isin(batch.rows, [fault.row or 0 for fault in faults])]
            scores, _ = self._scores(frame)
        if scores is not None and not self._faults.count:
            self._out.write(frame.assign(**{name: scores[name] for name in SCORE_COLUMNS}))
            self._scored += len(frame)

    def _scores(self, frame: "pd.DataFrame") -> "tuple[pd.DataFrame | None, Sequence[Fault]]":
        """Return the scores of rows, if they are still wanted and all have them, and else their faults."""
        try:
            if not self._faults.count:
                return self._model.predict_frame(frame, self._level), []
            observe_frame(self._model.catalogue, frame)
        except AnswerError as error:
            return None, error.faults
        return None, []

    def _check_columns(self, faults: list[Fault]) -> None:
        """Raise at once what is wrong with the columns, which no row can mend, and with the first rows."""
        unfit = unfit_for_scores([*self._table.names, *self._constants], self._model.catalogue)
        wrong = [replace(fault, source=self._table.source) for fault in unfit]
        if wrong or any(fault.row is None for fault in faults):
            raise InputError(sorted([*faults, *wrong], key=lambda fault: fault.row or 0))
