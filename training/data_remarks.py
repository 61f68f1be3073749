"""Remarks on training data: answers that never vary, and interviews that seem to be entered twice."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ..data.answers.observations import Floats, Observations
from ..data.catalogue.catalogue import Catalogue
from ..model.offer_model import OfferModel
from .fitting.fingerprint import row_hashes

_MIN_ANSWERS = 5  # to one sign, before one value is remarkable
_MIN_ANSWERS_OF_ROW = 5  # rows with fewer are often equal by chance
_MIN_REPEATED_SHARE = 0.01  # of the rows: in large tables some full rows are equal by chance
MAX_COMPARED_ROWS = 1_000_000  # compared with each other: 9 MB
_MAX_NAMED = 3
_MAX_TABLE = 255  # of a byte; further tables count as one


class AnswerRanges:
    """The smallest and largest answer to each sign, of interviews with an outcome.

    Parameters
    ----------
    catalogue : Catalogue

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
        self._low, self._high = np.full(k, np.inf), np.full(k, -np.inf)
        self._answered, self._n = np.zeros(k, dtype=np.intp), 0

    def add(self, observations: Observations, has_outcome: npt.NDArray[np.bool_]) -> None:
        """Add ``n`` interviews; ``has_outcome`` is an (n,) array of bool."""
        self._n += int(np.count_nonzero(has_outcome))
        for i, signal in enumerate(self._ids):
            if signal in observations.answers:
                values = observations[signal][has_outcome]
                values = values[~np.isnan(values)]
                self._answered[i] += values.size
                self._low[i] = min(self._low[i], values.min(initial=np.inf))
                self._high[i] = max(self._high[i], values.max(initial=-np.inf))

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
        """Name the signs with one answer only and blanks: then the blanks may be answers too."""
        blanks = self._answered < self._n
        one = (self._answered >= _MIN_ANSWERS) & blanks & (self._low == self._high)
        if not one.any():
            return ()
        signs = _named([self._ids[i] for i in np.flatnonzero(one)])
        return (f'Only one answer was ever given to {signs}; if a blank means "no", enter "no"',)


class DataRemarks:
    """Collects what is unusual about training data, batch by batch.

    Parameters
    ----------
    catalogue : Catalogue
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._ranges, self._n = AnswerRanges(catalogue), 0
        self._table = 0
        self._hashes: list[npt.NDArray[np.uint64]] = []
        self._table_of: list[npt.NDArray[np.uint8]] = []
        self._n_compared = 0

    def start_table(self) -> None:
        """Begin another table; interviews in two tables are counted apart from those twice in one."""
        self._table = min(self._table + 1, _MAX_TABLE)

    def add(self, observations: Observations, has_outcome: npt.NDArray[np.bool_], offers: Floats) -> None:
        """Add interviews.

        Parameters
        ----------
        observations : Observations
            Of ``n`` interviews.
        has_outcome : (n,) array of bool
        offers : (m,) array of 0 and 1
            The outcomes of those that have one.
        """
        self._n += offers.size
        self._ranges.add(observations, has_outcome)
        if self._n_compared < MAX_COMPARED_ROWS:
            hashes, compared = comparable_hashes(observations, has_outcome, offers)
            full = hashes[compared][: MAX_COMPARED_ROWS - self._n_compared]
            self._hashes.append(full)
            self._table_of.append(np.full(full.size, self._table, dtype=np.uint8))
            self._n_compared += full.size

    def all(self) -> tuple[str, ...]:
        """List all remarks, without full stops."""
        return self._ranges.one_valued() + self._repeated()

    def _repeated(self) -> tuple[str, ...]:
        if not self._n_compared:
            return ()
        hashes, table_of = np.concatenate(self._hashes), np.concatenate(self._table_of)
        by_table = sum(_n_distinct(hashes[table_of == table]) for table in range(self._table + 1))
        n_distinct = _n_distinct(hashes) if self._table else by_table
        return repeated_remarks(self._n, hashes.size - by_table, by_table - n_distinct)


def _n_distinct(hashes: npt.NDArray[np.uint64]) -> int:
    """Count different numbers: (n,) array. Sorting takes a fraction of the time of `numpy.unique`."""
    return int(np.count_nonzero(np.diff(np.sort(hashes)))) + bool(hashes.size)


def comparable_hashes(
    observations: Observations, has_outcome: npt.NDArray[np.bool_], offers: Floats
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.bool_]]:
    """Compute a hash of each interview, and whether it has enough answers to be compared with others.

    Parameters
    ----------
    observations : Observations
        Of ``n`` interviews.
    has_outcome : (n,) array of bool
    offers : (m,) array of 0 and 1
        The outcomes of those that have one.

    Returns
    -------
    hashes : (m,) array of uint64
    compared : (m,) array of bool
    """
    hashes, answers = row_hashes(observations, has_outcome, offers)
    return hashes, answers >= _MIN_ANSWERS_OF_ROW


def repeated_remarks(n: int, n_twice: int, n_shared: int = 0) -> tuple[str, ...]:
    """Remark on interviews that equal another one in all answers, five or more, and in the outcome.

    Parameters
    ----------
    n : int
        Number of interviews with an outcome.
    n_twice, n_shared : int
        Number that equal an earlier one of the same table, and of another table.
    """
    least = max(1.0, _MIN_REPEATED_SHARE * min(n, MAX_COMPARED_ROWS))
    remarks = []
    if n_twice >= least:
        remarks.append(f"{_rows(n_twice)} equal to an earlier one in answers and outcome, and count again")
    if n_shared >= least:
        remarks.append(f"{_rows(n_shared)} in more than one table, and count again")
    return tuple(remarks)


def same_data_remarks(prior: OfferModel, fingerprint: str) -> tuple[str, ...]:
    """Remark if the model to start from was trained on these same interviews.

    Parameters
    ----------
    prior : OfferModel
    fingerprint : str
        Of the interviews.
    """
    if prior.learned is None or prior.learned.fingerprint != fingerprint:
        return ()
    return ("The model to start from was trained on these same interviews, so they count twice",)


def _rows(n: int) -> str:
    return "1 row is" if n == 1 else f"{n:,} rows are"


def _named(ids: Sequence[str]) -> str:
    """Name a few signs, and count the others.

    Examples
    --------
    >>> _named(["a", "b"]), _named(["a", "b", "c", "d", "e"])
    ('a and b', '5 signs (a, b, c, …)')
    """
    if len(ids) > _MAX_NAMED:
        return f"{len(ids)} signs ({', '.join(ids[:_MAX_NAMED])}, …)"
    return " and ".join(filter(None, [", ".join(ids[:-1]), ids[-1]]))
