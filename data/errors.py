"""Every error that offerodds raises on purpose. Each lists all the faults it found, with their places.

```text
OfferOddsError
├── InputError (also a ValueError)   something given to us is wrong; carries every fault
│   ├── AnswerError                  answers, fields and outcomes
│   ├── FileError                    a file that cannot be read or written
│   ├── CatalogueError               a catalogue of your own
│   ├── ModelFileError               a saved model
│   └── JournalError                 the journal, or what is asked of it
├── MissingExtraError                an optional dependency is not installed
└── ClusterError                     a Spark cluster is out of reach, or was lost at work
```
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

SHOWN_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, with its place.

    Parameters
    ----------
    problem : str
        What is wrong, in a few words.
    source : str
        File it was found in; empty for values given in Python.
    row : int or None
        Row of a table, counted from 1 without the header.
    field : str
        Field or column.
    seen, expected : str
        What was there and what should have been.
    remedy : str
        What to do about it.

    Examples
    --------
    >>> print(Fault("out of range", row=3, field="rapport", seen="7", expected="1 to 5"))
    row 3, rapport: out of range; seen 7, expected 1 to 5
    """

    problem: str
    source: str = ""
    row: int | None = None
    field: str = ""
    seen: str = ""
    expected: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (self.source, f"row {self.row}" if self.row is not None else "", self.field)
            if part
        )
        seen = f"seen {self.seen}" if self.seen else ""
        expected = f"expected {self.expected}" if self.expected else ""
        detail = ", ".join(part for part in (seen, expected) if part)
        text = "; ".join(part for part in (self.problem, detail, self.remedy) if part)
        return printable(f"{place}: {text}" if place else text)


class OfferOddsError(Exception):
    """Base of every error this package raises on purpose.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> try:
    ...     OfferModel.load("lost.json")
    ... except OfferOddsError as error:
    ...     print(error)
    lost.json: no such file
    """


class InputError(OfferOddsError, ValueError):
    """Something given to us is wrong.

    Parameters
    ----------
    faults : sequence of Fault
        Every fault found, in the order of the input, or the first of more than are kept.
    count : int, optional
        How many there are, where not all are given.

    Examples
    --------
    >>> try:
    ...     raise InputError([Fault("unknown field", field="raport")])
    ... except InputError as error:
    ...     print(error)
    raport: unknown field
    """

    def __init__(self, faults: Iterable[Fault], count: int | None = None) -> None:
        self.faults: Sequence[Fault] = tuple(faults)
        self.count = len(self.faults) if count is None else count
        super().__init__(self._message())

    def _message(self) -> str:
        if self.count == 1:
            return str(self.faults[0])
        lines = [f"{self.count} faults", *(f"  {fault}" for fault in self.faults[:SHOWN_FAULTS])]
        if left := self.count - len(lines) + 1:
            lines.append(f"  … and {left} more")
        return "\n".join(lines)

    def in_source(self, source: str) -> "InputError":
        """Return the same error with the file named in every fault.

        Parameters
        ----------
        source : str
            The file; a fault that names one already keeps it.

        Returns
        -------
        InputError
            Of the same class.

        Examples
        --------
        >>> print(AnswerError([Fault("unknown field", field="raport")]).in_source("mine.toml"))
        mine.toml, raport: unknown field
        """
        named = (replace(fault, source=fault.source or source) for fault in self.faults)
        return type(self)(named, self.count)


class AnswerError(InputError):
    """Answers, fields or outcomes that the catalogue does not allow.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> try:
    ...     OfferModel.default().predict({"raport": 4, "met_team": "perhaps"})
    ... except AnswerError as error:
    ...     print(error)
    2 faults
      raport: unknown field; did you mean `rapport`?
      met_team: not an answer; seen 'perhaps', expected yes or no
    """


class FileError(InputError):
    """A file that cannot be read or written as asked.

    Examples
    --------
    >>> from offerodds import read_table
    >>> try:
    ...     read_table("lost.csv")
    ... except FileError as error:
    ...     print(error)
    lost.csv: no such file
    """


class CatalogueError(InputError):
    """A catalogue that is not one.

    Examples
    --------
    >>> from offerodds import Catalogue
    >>> try:
    ...     Catalogue.from_dict({"base_rate": 2, "signals": []})
    ... except CatalogueError as error:
    ...     print(error)
    base_rate: not understood; seen 2, expected less than or equal to 0.999999999
    """


class ModelFileError(InputError):
    """A model file that is damaged, foreign, or from another version.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from offerodds import OfferModel
    >>> path = pathlib.Path(tempfile.mkdtemp(), "package.json")
    >>> _ = path.write_text("{}")
    >>> try:
    ...     OfferModel.load(path)
    ... except ModelFileError as error:
    ...     print(error.faults[0].problem)
    not an offerodds model file
    """


class JournalError(InputError):
    """A journal that cannot be used, or a request that does not fit what it holds.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from offerodds import Journal
    >>> with Journal(pathlib.Path(tempfile.mkdtemp(), "journal.db")) as journal:
    ...     try:
    ...         journal.record(7, "offer")
    ...     except JournalError as error:
    ...         print(error.faults[0].problem, error.faults[0].seen)
    no such interview 7
    """


class MissingExtraError(OfferOddsError):
    """An optional dependency is needed and not installed; the message names what to install.

    Examples
    --------
    >>> raise MissingExtraError("Parquet needs pyarrow: pip install 'offerodds[parquet]'")
    Traceback (most recent call last):
    offerodds.data.errors.MissingExtraError: Parquet needs pyarrow: pip install 'offerodds[parquet]'
    """


class ClusterError(OfferOddsError):
    """A Spark cluster that does not answer, has no worker, or was lost at work; no output was touched.

    Examples
    --------
    >>> raise ClusterError("no Spark master answers at spark://127.0.0.1:7077")
    Traceback (most recent call last):
    offerodds.data.errors.ClusterError: no Spark master answers at spark://127.0.0.1:7077
    """


def clip(value: object, length: int = 40) -> str:
    """Return a value as it should stand in a message: on one line, printable and short.

    Examples
    --------
    >>> clip("warm"), clip("abcdefgh", 6)
    ("'warm'", "'abcd…")
    """
    try:
        text = printable(repr(value) if isinstance(value, str) else str(value))
    except ValueError:  # Python does not spell out integers of thousands of digits
        text = f"a huge {type(value).__name__}"
    return text if len(text) <= length else f"{text[: length - 1]}…"


def printable(text: str) -> str:
    """Return a text on one line, without what a terminal would obey instead of show.

    Examples
    --------
    >>> printable("a" + chr(27) + "[0m")
    'a?[0m'
    """
    return "".join(character if character.isprintable() else "?" for character in text)
