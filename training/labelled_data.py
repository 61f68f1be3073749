"""Labelled data: interviews with outcomes, read from tables, and remarks on what is unusual about them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ..data.answers.fields import resolve_names
from ..data.answers.observations import (
    FactorizedColumn,
    Floats,
    Observations,
    map_columns,
    normalized,
    observe_table,
    split_columns,
)
from ..data.answers.outcomes import find_pending, read_outcomes
from ..data.catalogue.catalogue import Catalogue
from ..data.catalogue.question_schema import SILENCE_FIELD
from ..data.errors import AnswerError, Fault, InputError, Remedy, clip
from ..data.language import N_, _, number, plural
from ..data.name_matching import fold, nearest
from ..data.tables.formats import read_table
from ..model.offer_model import OfferModel

if TYPE_CHECKING:
    import pandas as pd


SYNTHETIC = "synthetic"  # column of a table that marks made-up interviews, as `simulate` writes it
_TRUE = frozenset(["true", "yes", "y", "1", "1.0"])
_MIN_ANSWERS = 5  # to one sign, before one value is remarkable
_MIN_ANSWERS_OF_ROW = 5  # rows with fewer are often equal by chance
_MIN_REPEATED_SHARE = 0.01  # of the rows: in large tables some full rows are equal by chance
MAX_COMPARED_ROWS = 1_000_000  # compared with each other: 9 MB
_MAX_COMPARED_PROCESSES = 100_000  # of larger tables the first ones
_MAX_NAMED = 3
_LISTED_COLUMNS = 10
_MAX_TABLE = 255  # of a byte; further tables count as one


def read_examples(
    frame: "pd.DataFrame | Mapping[str, Any]", outcome: str, catalogue: Catalogue, group: str = ""
) -> tuple[Observations, Floats]:
    """Read the answers and outcomes of a table.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells
        One interview a row.
    outcome : str
        Column that holds the outcomes, in any spelling.
    catalogue : Catalogue
    group : str
        Column that names the employers; none by default.

    Returns
    -------
    observations : Observations
    outcomes : (n,) array
        1 for an offer, 0 for none, NaN where training uses no outcome.

    Raises
    ------
    AnswerError
        The faults of answers and outcomes at once.
    """
    columns, n = split_columns(frame)
    outcome_columns = [name for name in columns if fold(name) == fold(outcome)]
    faults: list[Fault] = []
    outcomes = np.empty(0)
    if len(outcome_columns) > 1:
        faults.append(Fault("given twice", field=outcome, seen=_join(outcome_columns)))
    elif not outcome_columns:
        problem, remedy = N_("no outcome column"), Remedy.NAME_OUTCOME
        faults.append(missing_column_fault(problem, outcome, list(columns), remedy))
    else:
        column = outcome_columns[0]
        try:
            outcomes = read_outcomes(columns[column], column)
        except AnswerError as error:
            faults += error.faults
    try:
        columns = {name: cells for name, cells in columns.items() if name not in outcome_columns}
        observations = observe_table(catalogue, columns, n, group)
    except AnswerError as error:
        faults += error.faults
    if group and fold(group) == fold(outcome):
        faults.append(
            Fault("the outcome cannot be the employer", field=group, expected="a column with their names")
        )
    elif group and not any(fold(str(name)) == fold(group) for name in columns):
        faults.append(missing_column_fault(N_("no such column"), group, list(split_columns(frame)[0])))
    if faults:
        raise AnswerError(faults)
    return observations, outcomes


def missing_column_fault(
    problem: str, name: str, columns: Sequence[object], remedy: Remedy | None = None
) -> Fault:
    """Describe a column that is missing: the most similar one, or else the first of those that there are.

    Examples
    --------
    >>> print(missing_column_fault("no such column", "firm", ["company", "firms"]))
    firm: no such column; did you mean `firms`?
    >>> print(missing_column_fault("no such column", "firm", [f"c{i}" for i in range(12)]))
    firm: no such column; seen c0, c1, c2, c3, c4, c5, c6, c7, c8, c9 and 2 more
    """
    names = [str(column) for column in columns]
    if similar := nearest(name, names):
        return Fault(problem, field=name, nearest=similar)
    listed = ", ".join(names[:_LISTED_COLUMNS]) or _("no columns")
    if more := len(names[_LISTED_COLUMNS:]):
        listed = _("{listed} and {n} more", listed=listed, n=number(more))
    return Fault(problem, field=name, seen=listed, remedy=remedy)


def silent_rows(
    frame: "pd.DataFrame | Mapping[str, Any]", outcome: str, observations: Observations
) -> npt.NDArray[np.bool_]:
    """Find the pending interviews with a known number of days without an answer: (n,) array of bool.

    Without such days a pending interview is no evidence. A blank outcome does not mean pending.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells
        A table without faults (`read_examples`).
    outcome : str
        Column that holds the outcomes, in any spelling.
    observations : Observations
        The answers of its ``n`` interviews.

    Examples
    --------
    >>> frame = {"days_since_interview": [9, None, 9], "outcome": ["pending", "pending", "rejected"]}
    >>> silent_rows(frame, "outcome", read_examples(frame, "outcome", Catalogue.built_in())[0]).tolist()
    [True, False, False]
    """
    columns, _ = split_columns(frame, outcome)
    (cells,) = columns.values()
    return find_pending(cells) & (observations[SILENCE_FIELD] > 0)


def read_labelled_tables(tables: Sequence[Path], outcome: str, catalogue: Catalogue) -> "pd.DataFrame":
    """Read several tables as one; ``attrs["remarks"]`` has the remarks of `read_table`, each with its file.

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

    known = (outcome, *catalogue.questions)
    frames: list[pd.DataFrame] = []
    remarks: list[str] = []
    faults: list[Fault] = []
    for path in tables:
        try:
            frame = read_table(path, known)
            remarks += [f"{path}: {remark}" for remark in frame.attrs.pop("remarks", ())]
            read_examples(frame, outcome, catalogue)  # for its faults
            canonical = resolve_names(catalogue, frame.columns)
            canonical |= {name: outcome for name in frame.columns if fold(str(name)) == fold(outcome)}
            frames.append(frame.rename(columns=canonical))
        except InputError as error:
            faults += error.in_source(str(path)).faults
    if faults:
        raise InputError(faults)
    combined = pd.concat(frames, ignore_index=True)
    combined.attrs["remarks"] = remarks
    return combined


def synthetic_rows(frame: "pd.DataFrame | Mapping[str, Any]") -> npt.NDArray[np.bool_]:
    """Find the rows that the column ``synthetic`` marks as made up: (n,) array of bool.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells

    Examples
    --------
    >>> synthetic_rows({"rapport": [5, 4, 3], "Synthetic": ["True", "no", None]}).tolist()
    [True, False, False]
    """
    columns, n = split_columns(frame, SYNTHETIC)
    synthetic = np.zeros(n, dtype=bool)
    for cells in columns.values():
        coded = FactorizedColumn.from_cells(cells)
        true = [fold(str(cell)) in _TRUE for cell in coded.uniques]
        # blank cells have place -1, which picks the False added at the end
        synthetic |= np.array([*true, False])[coded.codes]
    return synthetic


def process_names(frame: "pd.DataFrame | Mapping[str, Any]") -> list[str]:
    """Name the job of each interview by company, role and client, if the table has columns for the first two.

    Parameters
    ----------
    frame : DataFrame, or mapping of column to cells

    Returns
    -------
    list of str
        For each of the ``n`` rows, blank without company or role; empty without those columns.

    Examples
    --------
    >>> process_names({"Company": ["Acme", "ACME", ""], "role": ["Dev", "dev ", "Dev"]})
    ['acme, dev', 'acme, dev', '']
    """
    columns, _n = split_columns(frame, "company")
    roles, _n = split_columns(frame, "role")
    if not columns or not roles:
        return []
    clients, _n = split_columns(frame, "client")
    parts = []
    for cells in (columns | roles | clients).values():
        coded = FactorizedColumn.from_cells(cells)
        words = [normalized(cell) for cell in coded.uniques]
        parts.append([words[code] if code >= 0 else "" for code in coded.codes])  # -1 is blank
    return [", ".join(filter(None, row)) if all(row[:2]) else "" for row in zip(*parts, strict=True)]


def check_training_data(n_outcomes: int, n_synthetic: int, *, synthetic: bool) -> None:
    """Check that training data can make the model that predictions use.

    `train` computes the posterior of any data, even of silences alone; only outcomes tell whether to use it.

    Raises
    ------
    InputError
        There is no outcome, or there are made-up interviews without permission.
    """
    if not n_outcomes:
        raise InputError([Fault("no outcome to learn from", remedy=Remedy.RECORD_OUTCOMES)])
    if n_synthetic and not synthetic:
        n, of = number(n_synthetic), number(n_outcomes)
        seen = _("{n} of {of} outcomes", n=n, of=of)
        fault = Fault("made-up interviews", field=SYNTHETIC, seen=seen, remedy=Remedy.ALLOW_SYNTHETIC)
        raise InputError([fault])


class AnswerRanges:
    """The range of the answers to each sign, of interviews with an outcome: enough to see whether any differ.

    Examples
    --------
    >>> from offerodds.data.answers.observations import observe_frame
    >>> catalogue = Catalogue.built_in()
    >>> ranges = AnswerRanges(catalogue)
    >>> ranges.add(observe_frame(catalogue, {"met_team": ["yes"] * 5 + [None]}), np.ones(6, dtype=bool))
    >>> ranges.one_valued()
    ('Only one answer was ever given to met_team; if a blank means "no", enter "no"',)
    """

    def __init__(self, catalogue: Catalogue) -> None:
        k = len(catalogue.ids)
        self._ids = catalogue.ids
        self._is_yes_no = np.array([signal.kind == "yes_no" for signal in catalogue.signals])
        self._low, self._high = np.full(k, np.inf), np.full(k, -np.inf)
        self._answered, self._n = np.zeros(k, dtype=np.intp), 0

    def add(self, observations: Observations, has_outcome: npt.NDArray[np.bool_]) -> None:
        """Add ``n`` interviews; ``has_outcome`` is an (n,) array of bool.

        Once two answers to a sign differ, it is not read any further.
        """
        self._n += int(np.count_nonzero(has_outcome))
        asked = [i for i, signal in enumerate(self._ids) if signal in observations.answers]
        for block in observations.row_blocks():
            rows = slice(block.start, block.stop)
            asked = [i for i in asked if not self._low[i] < self._high[i]]
            for i in asked:
                answers = observations[self._ids[i]][rows][has_outcome[rows]]
                self._low[i] = np.fmin.reduce(answers, initial=self._low[i])
                self._high[i] = np.fmax.reduce(answers, initial=self._high[i])
                self._answered[i] += np.count_nonzero(~np.isnan(answers))

    def to_data(self) -> list[list[float]]:
        """Convert to plain data, which a Spark worker can send to the driver."""
        return [self._low.tolist(), self._high.tolist(), self._answered.tolist(), [self._n]]

    def add_data(self, data: list[list[float]]) -> None:
        """Add the interviews of the result of `to_data`."""
        low, high, answered, (n,) = data
        self._low, self._high = np.minimum(self._low, low), np.maximum(self._high, high)
        self._answered += np.array(answered, dtype=np.intp)
        self._n += int(n)

    def one_valued(self) -> tuple[str, ...]:
        """Name the signs answered only by yes or not at all: then a blank may mean no."""
        only_yes = self._is_yes_no & (self._low == 1) & (self._high == 1)
        one = only_yes & (self._answered >= _MIN_ANSWERS) & (self._answered < self._n)
        if not one.any():
            return ()
        signs = _named([self._ids[i] for i in np.flatnonzero(one)])
        text = N_('Only one answer was ever given to {signs}; if a blank means "no", enter "no"')
        return (_(text, signs=signs),)


class DataRemarks:
    """Collects what is unusual about training data, batch by batch."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._ranges, self._n = AnswerRanges(catalogue), 0
        self._table = 0
        self._hashes: list[npt.NDArray[np.uint64]] = []
        self._table_of: list[npt.NDArray[np.uint8]] = []
        self._n_compared = 0
        self._processes: Counter[str] = Counter()

    def start_table(self) -> None:
        """Begin another table; interviews in two tables are counted apart from those twice in one."""
        self._table = min(self._table + 1, _MAX_TABLE)

    def add(
        self,
        observations: Observations,
        has_outcome: npt.NDArray[np.bool_],
        hashes: npt.NDArray[np.uint64],
        n_answers: npt.NDArray[np.uint16],
    ) -> None:
        """Add interviews.

        Parameters
        ----------
        observations : Observations
            Of ``n`` interviews.
        has_outcome : (n,) array of bool
        hashes, n_answers : (m,) array
            The `row_hashes` of those that have one.
        """
        self._n += hashes.size
        self._ranges.add(observations, has_outcome)
        if self._n_compared < MAX_COMPARED_ROWS:
            full = hashes[is_comparable(n_answers)][: MAX_COMPARED_ROWS - self._n_compared]
            self._hashes.append(full)
            self._table_of.append(np.full(full.size, self._table, dtype=np.uint8))
            self._n_compared += full.size

    def add_processes(self, names: Sequence[str], has_outcome: npt.NDArray[np.bool_]) -> None:
        """Add the `process_names` of interviews.

        Only those with an outcome, an (n,) array of bool, are compared.
        """
        if self._processes.total() < _MAX_COMPARED_PROCESSES:
            self._processes.update(
                name for name, counts in zip(names, has_outcome, strict=False) if counts and name
            )

    def all(self) -> tuple[str, ...]:
        """List all remarks, without full stops."""
        return self._ranges.one_valued() + self._repeated() + self._rounds()

    def _rounds(self) -> tuple[str, ...]:
        """Remark on jobs with several outcomes, each of which counts here."""
        several = [name for name, n in self._processes.items() if n > 1]
        if not several:
            return ()
        others = [_("{n} more", n=number(len(several) - _MAX_NAMED))] if len(several) > _MAX_NAMED else []
        jobs = "; ".join([*map(clip, several[:_MAX_NAMED]), *others])
        text = N_("several outcomes of one job all count ({jobs}); a journal counts only its last round")
        return (_(text, jobs=jobs),)

    def _repeated(self) -> tuple[str, ...]:
        if not self._n_compared:
            return ()
        hashes, table_of = np.concatenate(self._hashes), np.concatenate(self._table_of)
        by_table = sum(_n_distinct(hashes[table_of == table]) for table in range(self._table + 1))
        n_distinct = _n_distinct(hashes) if self._table else by_table
        return repeated_remarks(self._n, hashes.size - by_table, by_table - n_distinct)


def _n_distinct(hashes: npt.NDArray[np.uint64]) -> int:
    """Count different numbers: (n,) array. Sorting takes a fraction of the time of `numpy.unique`."""

    def count(in_upper_half: bool) -> int:
        ordered = np.sort(hashes[(hashes >= np.uint64(2**63)) == in_upper_half])
        return int(np.count_nonzero(np.diff(ordered))) + bool(ordered.size)

    return sum(map_columns(count, (False, True), hashes.size))


def is_comparable(n_answers: npt.NDArray[np.uint16]) -> npt.NDArray[np.bool_]:
    """Test whether interviews have enough answers to be compared with others: (m,) array to (m,) array."""
    return np.asarray(n_answers >= _MIN_ANSWERS_OF_ROW)


def repeated_remarks(n: int, n_twice: int, n_shared: int = 0) -> tuple[str, ...]:
    """Remark on interviews that equal another one in all answers, five or more, and in the outcome.

    Of ``n`` interviews, ``n_twice`` equal an earlier one of the same table, ``n_shared`` one of another.
    """
    least = max(1.0, _MIN_REPEATED_SHARE * min(n, MAX_COMPARED_ROWS))
    remarks = []
    if n_twice >= least:
        remarks.append(
            plural(
                n_twice,
                "{n} row is equal to an earlier one in answers and outcome, and counts again",
                "{n} rows are equal to an earlier one in answers and outcome, and count again",
            )
        )
    if n_shared >= least:
        remarks.append(
            plural(
                n_shared,
                "{n} row is in more than one table, and counts again",
                "{n} rows are in more than one table, and count again",
            )
        )
    return tuple(remarks)


def same_data_remarks(prior: OfferModel, fingerprint: str) -> tuple[str, ...]:
    """Remark if the model to start from was trained on these same interviews."""
    if prior.learned is None or prior.learned.fingerprint != fingerprint:
        return ()
    return (_("The model to start from was trained on these same interviews, so they count twice"),)


def _named(ids: Sequence[str]) -> str:
    """Name a few signs, and count the others.

    Examples
    --------
    >>> _named(["a", "b"]), _named(["a", "b", "c", "d", "e"])
    ('a and b', '5 signs (a, b, c, …)')
    """
    if len(ids) > _MAX_NAMED:
        names = ", ".join(ids[:_MAX_NAMED])
        return plural(len(ids), "{n} sign ({names}, …)", "{n} signs ({names}, …)", names=names)
    return _join(ids)


def _join(names: Sequence[str]) -> str:
    *others, last = names
    return _("{others} and {last}", others=", ".join(others), last=last) if others else last
