"""Errors, and what to do about them.

A fault carries a `Remedy`, a code. In Python it is printed in the words of Python; the terminal
(``cli/remedies.py``), the page and the REST API (``web/remedies.py``) have other words where they need them.

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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from types import MappingProxyType

SHOWN_FAULTS = 20


class Remedy(Enum):
    """What to do about a fault, or after something was recorded; the value is the wording for Python.

    A wording may contain ``{field}``, the field of the fault, ``{word}``, what was seen there without quotes,
    and ``{number}``, the number of an interview.
    """

    # files
    SAVE_AS_UTF8 = "save it as UTF-8"
    SAVE_AS_CSV = "save it as CSV (UTF-8) in your spreadsheet"
    WRITE_TOML = 'write a line as name = answer, words in quotes: rapport = "warm"'
    MAKE_WRITABLE = "make it writable (chmod u+w), or name another file"
    OTHER_OR_NO_LINK = "delete this name first, or use another"
    OTHER_NAME = "choose another name"
    OTHER_FILE = "name another file"
    NAME_FOLDER = "name a folder, new or old"
    FREE_SPACE = "free some space; nothing was written"
    SET_TMPDIR = "set TMPDIR to a folder that has room"
    UPGRADE = "upgrade offerodds; nothing was changed"
    UPGRADE_OR_REWRITE = "upgrade offerodds, or write the file for this version"
    # signs and tables
    LIST_SIGNS = "`catalogue.questions` lists them"
    SHOW_COLUMNS = "`catalogue.questions` has a column name for each sign"
    RENAME_COLUMN = "rename it"
    RENAME_QUESTION = "rename it in the catalogue"
    NAME_OUTCOME = 'name the column: outcome="..."'
    SAME_COLUMNS = "leave out skip_bad, or give them the same columns in the same order"
    SKIP_BAD = 'To go on without these rows: skip_bad="bad.csv" writes them to another table.'
    NO_LINE_BREAKS = "a line break within a cell does not go with Spark: write Parquet"
    HEARD_OR_WAITING = (
        "leave out prompt_response while you have heard nothing, and days_since_interview once they have "
        "answered"
    )
    DAY_NAMED_OR_NOT = (
        "leave out promised_days where no day was named; else timeline_given is vague or specific"
    )
    # models and training
    WRITE_MODEL = "`OfferModel.save` writes model files"
    TRAIN_AGAIN = "train the model again with this version"
    TRAIN_OR_COPY = "train the model again, or take a copy that is whole"
    TRAIN_FOR_JSON = "a pickle could run code; train again to get a model file in JSON"
    REPLACE_MODEL = "train again, or use OfferModel.default()"
    MODEL_ALONE = "a trained model holds its own catalogue: give only the model"
    PRIOR_OR_CATALOGUE = "give either, or OfferModel.default(catalogue=...) as the prior"
    RECORD_AND_TRAIN = "record outcomes, then train"
    RECORD_OUTCOMES = "record how interviews ended first; the model in use stays as it is"
    ALLOW_SYNTHETIC = "leave these rows out, or give synthetic=True"
    EVALUATE = "leave some interviews out of the training, and judge it by them: evaluate(model, table)"
    START_MASTER = "start it, or give another master"
    # the journal
    LIST_INTERVIEWS = "`Journal.interviews` gives the numbers"
    CLOSE_OTHER = "close it, try again"
    RESTORE = "nothing was changed; put back a copy, or a backup that lies beside it"
    ADD_YEAR = "add the year to the days in the file too"
    DATE_FORMAT = "say how days are written, as %d.%m.%Y"
    EXPORT = "name a file that an export of a journal wrote"
    MAP_OUTCOME = "say whether this column holds the outcomes"
    MAP_COLUMNS = "say which column is which"
    MAP_WORD = "say which outcome '{word}' means"
    DELETE_DUPLICATE = "if it is the same interview, Journal.delete({number})"
    ADD_NEXT_ROUND = "Journal.add(), with the same company and role"
    REOPEN = 'Journal.record({number}, "pending")'
    LEARN = "train_journal(journal)"
    # the server
    OTHER_PORT = "choose another port"
    OTHER_HOST = "choose another host"

    def worded(self, words: "Words", *, field: str = "", word: str = "", number: int | None = None) -> str:
        """Word the remedy for a face.

        Parameters
        ----------
        words : mapping of Remedy to str
            Those that the face words differently from Python.
        field, word : str
            The field of the fault, and what was seen there, without quotes.
        number : int, optional
            Number of an interview.

        Returns
        -------
        str

        Examples
        --------
        >>> Remedy.MAP_WORD.worded({}, word="Limbo")
        "say which outcome 'Limbo' means"
        """
        return words.get(self, self.value).format(field=field, word=word, number=number)


Words = Mapping[Remedy, str]
PYTHON: Words = MappingProxyType({})  # the values of `Remedy`


class Kind(Enum):
    """Whether a fault lies in what was given, in a name that does not exist, or in the present state."""

    INVALID = auto()
    NOT_FOUND = auto()
    CONFLICT = auto()


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
    remedy : Remedy or str, optional
        What to do about it: a code, or text where the terminal or the page finds the fault itself.
    nearest : str, optional
        The valid name that is most like the one given.
    kind : Kind
        What the fault lies in.

    Examples
    --------
    >>> print(Fault("out of range", row=3, field="rapport", seen="7", expected="1 to 5"))
    row 3, rapport: out of range; seen 7, expected 1 to 5
    >>> print(Fault("no such column", field="Firma", nearest="Firm"))
    Firma: no such column; did you mean `Firm`?
    """

    problem: str
    source: str = ""
    row: int | None = None
    field: str = ""
    seen: str = ""
    expected: str = ""
    remedy: Remedy | str | None = None
    nearest: str | None = None
    kind: Kind = Kind.INVALID

    def __str__(self) -> str:
        return self.worded(PYTHON)

    def worded(self, words: Words) -> str:
        """Word place, problem and remedy in one line for a face.

        Parameters
        ----------
        words : mapping of Remedy to str
            Those that the face words differently from Python.

        Returns
        -------
        str

        Examples
        --------
        >>> from offerodds.data.errors import Remedy
        >>> fault = Fault("no outcome column", field="end", remedy=Remedy.NAME_OUTCOME)
        >>> fault.worded({Remedy.NAME_OUTCOME: "choose the column below"})
        'end: no outcome column; choose the column below'
        """
        place = ", ".join(
            part
            for part in (self.source, f"row {self.row}" if self.row is not None else "", self.field)
            if part
        )
        seen = f"seen {self.seen}" if self.seen else ""
        expected = f"expected {self.expected}" if self.expected else ""
        detail = ", ".join(part for part in (seen, expected) if part)
        text = "; ".join(part for part in (self.problem, detail, self.advice(words)) if part)
        return printable(f"{place}: {text}" if place else text)

    def advice(self, words: Words) -> str:
        """Word the suggestion and the remedy for a face.

        Parameters
        ----------
        words : mapping of Remedy to str
            Those that the face words differently from Python.

        Returns
        -------
        str
            Blank where there is nothing to advise.

        Examples
        --------
        >>> Fault("unknown field", field="raport", nearest="rapport").advice({})
        'did you mean `rapport`?'
        """
        suggestion = f"did you mean `{self.nearest}`?" if self.nearest else ""
        remedy = self.remedy or ""
        if isinstance(remedy, Remedy):
            remedy = remedy.worded(words, field=self.field, word=self.seen.strip("'\""))
        return " Or ".join(part for part in (suggestion, remedy) if part)


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

    def __str__(self) -> str:
        return self.worded(PYTHON)

    def worded(self, words: Words) -> str:
        """Word the message for a face.

        Parameters
        ----------
        words : mapping of Remedy to str
            Those that the face words differently from Python.

        Returns
        -------
        str

        Examples
        --------
        >>> from offerodds import InputError
        >>> from offerodds.data.errors import Remedy
        >>> print(InputError([], 3, Remedy.SKIP_BAD).worded({Remedy.SKIP_BAD: "Mend the file."}))
        3 faults
          … and 3 more
        Mend the file.
        """
        return self._message(words)

    def _message(self, words: Words) -> str:  # noqa: ARG002 (for those that have a remedy)
        return super().__str__()


class InputError(OfferOddsError, ValueError):
    """Something given to us is wrong.

    Parameters
    ----------
    faults : sequence of Fault
        Every fault found, in the order of the input, or the first of more than are kept.
    count : int, optional
        How many there are, where not all are given.
    remedy : Remedy, optional
        What to do about all of them together.

    Examples
    --------
    >>> try:
    ...     raise InputError([Fault("unknown field", field="raport")])
    ... except InputError as error:
    ...     print(error)
    raport: unknown field
    """

    def __init__(
        self, faults: Iterable[Fault], count: int | None = None, remedy: Remedy | None = None
    ) -> None:
        self.faults: Sequence[Fault] = tuple(faults)
        self.count = len(self.faults) if count is None else count
        self.remedy = remedy
        super().__init__(self.faults, self.count, remedy)

    def _message(self, words: Words) -> str:
        shown = self.faults[:SHOWN_FAULTS]
        if self.count == 1:
            lines = [shown[0].worded(words)]
        else:
            lines = [f"{self.count} faults", *(f"  {fault.worded(words)}" for fault in shown)]
            if left := self.count - len(shown):
                lines.append(f"  … and {left} more")
        return "\n".join([*lines, *([self.remedy.worded(words)] if self.remedy else [])])

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
        return type(self)(named, self.count, self.remedy)


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

    Parameters
    ----------
    message : str
        What happened.
    remedy : Remedy, optional
        What to do about it.

    Examples
    --------
    >>> raise ClusterError("no Spark master answers at spark://127.0.0.1:7077")
    Traceback (most recent call last):
    offerodds.data.errors.ClusterError: no Spark master answers at spark://127.0.0.1:7077
    """

    def __init__(self, message: str, remedy: Remedy | None = None) -> None:
        self.remedy = remedy
        super().__init__(message, remedy)

    def _message(self, words: Words) -> str:
        message = str(self.args[0])
        return f"{message}: {self.remedy.worded(words)}" if self.remedy else message


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
