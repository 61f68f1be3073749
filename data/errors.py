"""Errors, and their remedies.

A fault carries a `Remedy`, a code. Python prints the text of the code. The terminal (``cli/remedies.py``),
the page and the REST API (``web/remedies.py``) replace the texts that would not fit there.

```text
OfferOddsError
├── InputError (also a ValueError)   invalid input; carries every fault
│   ├── AnswerError                  answers, fields and outcomes
│   ├── FileError                    a file that cannot be read or written
│   ├── CatalogueError               a user's own catalogue
│   ├── ModelFileError               a saved model
│   └── JournalError                 the journal, or a request that it cannot fulfil
├── MissingExtraError                an optional dependency is not installed
└── ClusterError                     a Spark cluster cannot be reached, or was lost during a job
```
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from types import MappingProxyType
from unicodedata import category

from .language import _, number, plural

SHOWN_FAULTS = 20
_LONGEST_PART = 200  # characters of what was seen, or of a name, in a message
_QUOTED_ENTRIES = 1_000  # a longer list or dict takes long to quote


class Remedy(Enum):
    """Advice after a fault, or after something was recorded; the value is the text for Python.

    A text may contain ``{field}``, the field of the fault, ``{word}``, the value seen there without quotes,
    and ``{number}``, the number of an interview.
    """

    # files
    SAVE_AS_UTF8 = "save it as UTF-8"
    SAVE_AS_CSV = "save it as CSV (UTF-8) in your spreadsheet"
    WRITE_CSV = "write .csv or .json instead"
    REMOVE_PASSWORD = "save it without a password"
    COMPUTE_FORMULAS = "open it in your spreadsheet and save it, so that the values are stored"
    NAME_SHEET = 'name the sheet: sheet="..."'
    WRITE_TOML = 'write each line as name = answer, with words in quotes: rapport = "warm"'
    MAKE_WRITABLE = "make it writable (chmod u+w), or choose another file"
    OTHER_OR_NO_LINK = "delete it first, or choose another name"
    OTHER_NAME = "choose another name"
    OTHER_FILE = "choose another file"
    NAME_FOLDER = "choose a folder; it may be a new one"
    WRITABLE_COPY = "copy it, with any file beside it that ends in -wal, to a folder that you can write to"
    FREE_SPACE = "free some disk space; nothing was written"
    SET_TMPDIR = "set TMPDIR to a folder with enough space"
    UPGRADE = "upgrade offerodds; nothing was changed"
    UPGRADE_OR_REWRITE = "upgrade offerodds, or write the file for this version"
    # signs and tables
    LIST_SIGNS = "`catalogue.questions` lists them"
    SHOW_COLUMNS = "`catalogue.questions` has a column name for each sign"
    RENAME_COLUMN = "rename it"
    RENAME_QUESTION = "rename it in the catalogue"
    NAME_OUTCOME = 'name the column: outcome="..."'
    SAME_COLUMNS = "omit skip_bad, or give all tables the same columns in the same order"
    SKIP_BAD = 'To skip these rows, set skip_bad="bad.csv": they are written to that table.'
    NO_LINE_BREAKS = "Spark cannot read line breaks within the cells of a CSV file: use Parquet"
    HEARD_OR_WAITING = (
        "leave out prompt_response if you have heard nothing, and days_since_interview if they have replied"
    )
    DAY_NAMED_OR_NOT = (
        "leave out promised_days if they named no day; if they named one, timeline_given is vague or specific"
    )
    OF_TEN = "if these are ratings out of ten, write each as {word} of 10"
    OF_FIVE = "convert ratings on another scale"
    IN_MINUTES = "write hours, or parts of a day, as minutes"
    YES_OR_NO = "write yes and no in place of numbers"
    WHOLE_COLUMN = (
        "Such rows cannot be skipped: the other numbers in their columns may be meant the same way."
    )
    CONVERT = "convert the answers, and rename the column"
    # models and training
    WRITE_MODEL = "`OfferModel.save` writes model files"
    TRAIN_AGAIN = "train the model again with this version"
    TRAIN_OR_COPY = "train the model again, or use an undamaged copy"
    TRAIN_FOR_JSON = "a pickle could run code; train again to get a model file in JSON"
    REPLACE_MODEL = "train again, or use OfferModel.default()"
    MODEL_ALONE = "a trained model contains its own catalogue: give only the model"
    PRIOR_OR_CATALOGUE = "give only one of them, or OfferModel.default(catalogue=...) as the prior"
    RECORD_AND_TRAIN = "record outcomes, then train"
    RECORD_OUTCOMES = "record some outcomes first; the model in use has not changed"
    ALLOW_SYNTHETIC = "remove these rows, or set synthetic=True"
    EVALUATE = "train on some interviews and evaluate the model on the others: evaluate(model, table)"
    FEWER_EMPLOYERS = "train without a group, or on one machine"
    START_MASTER = "start it, or choose another master"
    # the journal
    IMPORT_IN_PARTS = "import it in parts"
    LIST_INTERVIEWS = "`Journal.interviews` gives the numbers"
    CLOSE_OTHER = "close it and try again"
    RESTORE = (
        "nothing was changed; delete the files ending in -wal and -shm beside it, then restore a copy, or a "
        "backup from the same folder"
    )
    DELETE_ROW = "delete this row, or add its date if it is an interview"
    ADD_YEAR = "add the year"
    ADD_YEAR_TOO = "add the year to the dates in the file too"
    DATE_FORMAT = "give the format of the dates, such as dd.mm.yyyy"
    DAY_OR_MONTH = "give the format of the dates: dd/mm/yyyy or mm/dd/yyyy"
    EXPORT_JOURNAL = "export that journal, then import the export"
    EXPORT = "choose a file that was exported from a journal"
    MAP_OUTCOME = "state whether this column contains the outcomes"
    MAP_DATE = "state whether this column contains the days of the interviews"
    MAP_ONE = "map the one that is not meant to nothing"
    MAP_COLUMNS = "map your columns to those of the journal"
    MAP_ANSWER = "map '{word}' to an answer"
    MAP_WORD = "map '{word}' to an outcome"
    DELETE_DUPLICATE = "if it is the same interview, call Journal.delete({number})"
    ADD_NEXT_ROUND = "Journal.add(), with the same company and role"
    REOPEN = 'Journal.record({number}, "pending")'
    LEARN = "train_journal(journal)"
    # the server
    RESTART = "put it back, or restart the server to begin a new one"
    OTHER_PORT = "choose another port"
    OTHER_HOST = "choose another host"

    def worded(self, words: "Words", *, field: str = "", word: str = "", number: int | None = None) -> str:
        """Format the remedy for an interface.

        Parameters
        ----------
        words : mapping of Remedy to str
            The texts of the interface that differ from those for Python.
        field, word : str
            The field of the fault, and the value seen there, without quotes.
        number : int, optional
            Number of an interview.

        Returns
        -------
        str

        Examples
        --------
        >>> Remedy.MAP_WORD.worded({}, word="Limbo")
        "map 'Limbo' to an outcome"
        """
        return _(words.get(self, self.value)).format(field=field, word=word, number=number)


Words = Mapping[Remedy, str]
PYTHON: Words = MappingProxyType({})  # Python prints the values of `Remedy` unchanged


class Kind(Enum):
    """Cause of a fault: invalid input, a name that does not exist, or a conflict with the current state."""

    INVALID = auto()
    NOT_FOUND = auto()
    CONFLICT = auto()


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of an input, with its place.

    Parameters
    ----------
    problem : str
        Description of the fault in a few words.
    source : str
        Name of the file; empty for values given in Python.
    row : int, optional
        Row of the table, counted from 1 without the header.
    field : str
        Name of the field or column.
    seen, expected : str
        The value or values found, and the valid ones.
    remedy : Remedy or str, optional
        Advice: a code, or a text if the terminal or the page detects the fault itself.
    nearest : str, optional
        The valid name that is closest to the one given.
    kind : Kind
        Cause of the fault.
    rows : int
        Number of the rows that have it.

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
    rows: int = 1

    def __str__(self) -> str:
        return self.worded(PYTHON)

    @property
    def is_skippable(self) -> bool:
        """Whether a table can be used without the row; a rating of 9 may mean that all are out of ten.

        Examples
        --------
        >>> Fault("torn", row=3).is_skippable, Fault("no such column").is_skippable
        (True, False)
        """
        return self.row is not None and not self.is_of_column

    @property
    def is_of_column(self) -> bool:
        """Whether other numbers in the column of a table may be meant as this one is."""
        of_column = (Remedy.OF_TEN, Remedy.OF_FIVE, Remedy.IN_MINUTES, Remedy.YES_OR_NO)
        return self.row is not None and self.remedy in of_column

    def at(self, source: str, row: int | None) -> "Fault":
        """Copy the fault to another place, faster than `dataclasses.replace`.

        Parameters
        ----------
        source : str
            Name of the file.
        row : int or None
            Row of the table.

        Returns
        -------
        Fault

        Examples
        --------
        >>> print(Fault("torn", row=3).at("mine.csv", 7))
        mine.csv, row 7: torn
        """
        rest = self.seen, self.expected, self.remedy, self.nearest, self.kind, self.rows
        return Fault(self.problem, source, row, self.field, *rest)

    @property
    def problem_text(self) -> str:
        """The problem in the current language, and the number of rows that have it.

        Examples
        --------
        >>> Fault("torn", rows=1200).problem_text
        'torn, in 1,200 rows'
        """
        problem = _(self.problem)
        return _("{problem}, in {n} rows", problem=problem, n=number(self.rows)) if self.rows > 1 else problem

    def worded(self, words: Words) -> str:
        """Format place, problem and remedy in one line for an interface.

        Parameters
        ----------
        words : mapping of Remedy to str
            The texts of the interface that differ from those for Python.

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
        row = _("row {row}", row=self.row) if self.row is not None else ""
        place = ", ".join(part for part in (self.source, row, _shorten(self.field)) if part)
        seen = _("seen {seen}", seen=_shorten(self.seen)) if self.seen else ""
        expected = _("expected {expected}", expected=_(self.expected)) if self.expected else ""
        detail = ", ".join(part for part in (seen, expected) if part)
        text = "; ".join(part for part in (self.problem_text, detail, self.advice(words)) if part)
        return printable(f"{place}: {text}" if place else text)

    def advice(self, words: Words) -> str:
        """Format the suggestion and the remedy for an interface.

        Parameters
        ----------
        words : mapping of Remedy to str
            The texts of the interface that differ from those for Python.

        Returns
        -------
        str
            Empty without a suggestion and a remedy.

        Examples
        --------
        >>> Fault("unknown field", field="raport", nearest="rapport").advice({})
        'did you mean `rapport`?'
        """
        suggestion = _("did you mean `{name}`?", name=self.nearest) if self.nearest else ""
        if isinstance(self.remedy, Remedy):
            word = _shorten(self.seen.strip("'\""))
            remedy = self.remedy.worded(words, field=_shorten(self.field), word=word)
        else:
            remedy = _(self.remedy or "")
        return _(" Or ").join(part for part in (suggestion, remedy) if part)


class OfferOddsError(Exception):
    """Base class of all errors that this package raises on purpose.

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
        """Format the message for an interface.

        Parameters
        ----------
        words : mapping of Remedy to str
            The texts of the interface that differ from those for Python.

        Returns
        -------
        str

        Examples
        --------
        >>> from offerodds import InputError
        >>> from offerodds.data.errors import Remedy
        >>> print(InputError([], 3, Remedy.SKIP_BAD).worded({Remedy.SKIP_BAD: "Correct the file."}))
        3 faults
          … and 3 more
        Correct the file.
        """
        return self._message(words)

    def _message(self, words: Words) -> str:  # noqa: ARG002 (subclasses with a remedy use it)
        return _(super().__str__())


class InputError(OfferOddsError, ValueError):
    """Invalid input, with every fault.

    Parameters
    ----------
    faults : iterable of Fault
        The faults in the order of the input: all, or the first ones of a long list.
    count : int, optional
        Number of all faults, if ``faults`` lists only the first ones.
    remedy : Remedy, optional
        Advice that applies to all faults together.

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
            lines = [
                plural(self.count, "{n} fault", "{n} faults"),
                *(f"  {fault.worded(words)}" for fault in shown),
            ]
            if remaining := self.count - len(shown):
                lines.append(_("  … and {count} more", count=number(remaining)))
        return "\n".join([*lines, *([self.remedy.worded(words)] if self.remedy else [])])

    def in_source(self, source: str) -> "InputError":
        """Copy the error and name the file in every fault.

        Parameters
        ----------
        source : str
            Name of the file; a fault that already names one keeps it.

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

    def with_field_names(self, names: Mapping[str, str]) -> "InputError":
        """Copy the error and rename the fields of values that come from no file.

        Parameters
        ----------
        names : mapping of str to str
            New name of each field; other fields keep theirs.

        Returns
        -------
        InputError
            Of the same class.

        Examples
        --------
        >>> print(InputError([Fault("out of range", field="n")]).with_field_names({"n": "number of draws"}))
        number of draws: out of range
        """

        def renamed(fault: Fault) -> Fault:
            if fault.source or fault.row is not None:
                return fault
            return replace(fault, field=names.get(fault.field, fault.field))

        return type(self)(map(renamed, self.faults), self.count, self.remedy)


class AnswerError(InputError):
    """Invalid answers, fields, outcomes or parameters.

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
    """A file that cannot be read or written as requested.

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
    """An invalid catalogue.

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
    """A model file that is damaged, of another version, or not a model file at all.

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
    """A journal that cannot be used, or a request that does not fit its content.

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
    """A required optional dependency is not installed; the message names the extra to install.

    Examples
    --------
    >>> raise MissingExtraError("Parquet needs pyarrow: pip install 'offerodds[parquet]'")
    Traceback (most recent call last):
    offerodds.data.errors.MissingExtraError: Parquet needs pyarrow: pip install 'offerodds[parquet]'
    """


class ClusterError(OfferOddsError):
    """A Spark cluster that does not answer, has no worker, or was lost during a job; no output was changed.

    Parameters
    ----------
    message : str
        Description of the failure.
    remedy : Remedy, optional
        Advice, added to the message.

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
        message = _(str(self.args[0]))
        return f"{message}: {self.remedy.worded(words)}" if self.remedy else message


def _shorten(text: str) -> str:
    """Cut a text that is too long for a message."""
    return text if len(text) <= _LONGEST_PART else f"{text[: _LONGEST_PART - 1]}…"


def clip(value: object, length: int = 40) -> str:
    """Format a value for a message: on one line, printable, at most ``length`` characters.

    Examples
    --------
    >>> clip("warm"), clip("abcdefgh", 6)
    ("'warm'", "'abcd…")
    """
    try:
        if isinstance(value, list | dict) and len(value) > _QUOTED_ENTRIES:
            text = _("a {kind} of {n} entries", kind=type(value).__name__, n=number(len(value)))
        else:
            text = printable(repr(value[: length + 1]) if isinstance(value, str) else str(value))
    except (ValueError, RecursionError):  # Python refuses integers of more than 4300 digits, and deep lists
        text = _("a huge {kind}", kind=type(value).__name__)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def printable(text: str) -> str:
    """Replace line breaks and control characters, which a terminal would obey, by question marks.

    Examples
    --------
    >>> printable("a" + chr(27) + "[0m")
    'a?[0m'
    """
    if text.isprintable():  # nearly always
        return text
    return "".join(character if is_printable(character) else "?" for character in text)


def is_printable(character: str) -> bool:
    r"""Test whether a character is a letter, a sign or a space, also one without a break as in ``36 %``.

    Examples
    --------
    >>> is_printable("a"), is_printable("\N{NO-BREAK SPACE}"), is_printable("\n")
    (True, True, False)
    """
    return character.isprintable() or category(character) == "Zs"
