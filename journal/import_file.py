"""The file of interviews to import: its columns, its rows, and the rows with faults."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ..data.answers.fields import scale_faults
from ..data.answers.observations import column_data
from ..data.answers.outcomes import is_code
from ..data.answers.parsing import is_unanswered, plain_name, plain_number, to_python
from ..data.errors import AnswerError, Fault, FileError, InputError, Remedy, clip
from ..data.files import read_json, read_start
from ..data.language import N_, _, plural
from ..data.limits import FAULTS, INTERVIEWS, TEXT_OF_IMPORT, too_large
from ..data.parser_errors import validation_faults
from ..data.tables.base import Batch, rejected_frame, too_many_faults
from ..data.tables.formats import open_table, writing_tables
from .dates import number_order, read_date
from .export import EXPORT_FORMAT, EXPORT_SCHEMA_VERSION, RECORD_COLUMN
from .export_schema import ExportFile
from .import_columns import (
    Columns,
    UnusedColumns,
    find_columns,
    header_names,
    is_total,
    yes_or_no,
)
from .import_rows import (
    AMBIGUOUS,
    APPLIED_AFTER_ALL,
    DAY_WITHOUT_OUTCOME,
    JOURNAL_COLUMNS,
    ImportRow,
    RowReader,
)
from .records import APPLIED, CHANNEL, DECIDED, Application

if TYPE_CHECKING:
    import pandas as pd

_DATES = ("date", "outcome_date", APPLIED)
_SHORT = 10  # minutes; an interview is longer
_SQLITE = b"SQLite format 3\0"
_TWIN, _ROUND, _RIVAL = "twin", "round", "rival outcome"
_LATE, _NAMELESS, _SAME_JOB, _NO_COMPANY = "late", "nameless", "same job", "no company"
# what does not fit in rows that are read all the same, of one row and of several
_ROW_REMARKS: Mapping[str, Callable[[int, int], str]] = {
    _TWIN: lambda n, row: plural(
        n,
        "row {row} repeats another row and counts once",
        "{n} rows, such as row {row}, repeat other rows and count once",
        row=row,
    ),
    _ROUND: lambda n, row: plural(
        n,
        "row {row} differs from another row only in notes or unused columns, and counts as another round",
        "{n} rows, such as row {row}, differ from other rows only in notes or unused columns, and count "
        "as other rounds",
        row=row,
    ),
    _RIVAL: lambda n, row: plural(
        n,
        "row {row} has company, role and day of another row, but another outcome, and only the last one "
        "counts; if it is about another person, map the column of names to client",
        "{n} rows, such as row {row}, have company, role and day of other rows, but other outcomes, and "
        "only the last one counts; if they are about several people, map the column of names to client",
        row=row,
    ),
    DAY_WITHOUT_OUTCOME: lambda n, row: plural(
        n,
        "row {row} has a day of the outcome but no outcome, so the day is not used",
        "{n} rows, such as row {row}, have a day of the outcome but no outcome, so the day is not used",
        row=row,
    ),
    APPLIED_AFTER_ALL: lambda n, row: plural(
        n,
        "row {row} is not applied for by its status, but has a day of application and counts as an "
        "application",
        "{n} rows, such as row {row}, are not applied for by their status, but have a day of application "
        "and count as applications",
        row=row,
    ),
    _LATE: lambda n, row: plural(
        n,
        "row {row} has a day of application after its interview or outcome; correct the day that is wrong",
        "{n} rows, such as row {row}, have a day of application after their interview or outcome; correct "
        "the days that are wrong",
        row=row,
    ),
    _NO_COMPANY: lambda n, row: plural(
        n,
        "row {row} has no company, so it is an interview by itself; in another round, repeat the company",
        "{n} rows, such as row {row}, have no company, so each is an interview by itself; in other "
        "rounds, repeat the company",
        row=row,
    ),
    _NAMELESS: lambda n, row: plural(
        n,
        "row {row} is an application without company and role, and does not count",
        "{n} rows, such as row {row}, are applications without company and role, and do not count",
        row=row,
    ),
    _SAME_JOB: lambda n, row: plural(
        n,
        "row {row} is about the same job as another row, and both count as one application",
        "{n} rows, such as row {row}, are about the same jobs as other rows, and each job counts as one "
        "application",
        row=row,
    ),
}


def write_rejected_rows(
    path: str | Path,
    faults: Collection[Fault],
    target: str | Path,
    known: Collection[str],
    sheet_name: str | None = None,
) -> None:
    """Write the rows of a table that have faults to another table.

    Parameters
    ----------
    path : str or Path
        The table with faults.
    faults : collection of Fault
        Written beside the cells of their rows.
    target : str or Path
        The table to write.
    known : collection of str
        Columns that the header may contain.
    sheet_name : str, optional
        The sheet of a workbook.

    Raises
    ------
    InputError
        The other table cannot be written, or it is the table itself.
    """
    if Path(target).resolve() == Path(path).resolve():
        raise InputError([Fault("would write over the table", field="skip_bad", seen=str(target))])
    bad = {fault.row for fault in faults}
    with (
        open_table(path, known=[*known, *header_names()], sheet=sheet_name, twins=True) as table,
        writing_tables([target]) as (writer,),
    ):
        for batch in table:
            ragged = {row: cells for row, cells in batch.ragged.items() if row in bad}
            in_batch = {*batch.rows.tolist(), *ragged}
            selected = Batch(batch.frame, batch.rows, ragged)
            of_batch = [fault for fault in faults if fault.row in in_batch]
            writer.write(rejected_frame(selected, of_batch, table.source, table.delimiter))


def group_faults(faults: Sequence[Fault]) -> list[Fault]:
    """Merge faults of the same word, or of dates alike, into one, with the first row and the number of rows.

    Examples
    --------
    >>> for fault in group_faults([Fault("not an outcome", row=row, seen="'Hm'") for row in (3, 4, 9)]):
    ...     print(fault)
    row 3: not an outcome, in 3 rows; seen 'Hm'
    """
    keys = [_fault_key(fault) for fault in faults]
    counts = Counter(keys)
    first = dict(zip(reversed(keys), reversed(faults), strict=True))
    return [replace(first[key], rows=n) if n > 1 else first[key] for key, n in counts.items()]


def _fault_key(fault: Fault) -> tuple[str, ...]:
    """Identify faults that one remedy mends: the same word, or any dates of one kind."""
    if fault.remedy in (Remedy.DATE_FORMAT, Remedy.DAY_OR_MONTH, Remedy.ADD_YEAR):
        return fault.field, fault.problem
    return fault.field, fault.problem, fault.seen.casefold(), fault.expected


@dataclass
class Sheet:
    """The content of a file of interviews.

    Parameters
    ----------
    rows : list of ImportRow
    ignored : tuple of str
        Columns that are not used.
    remarks : tuple of str
        What the reader skipped or assumed.
    left_out : int
        Number of rows without a date, a sign or an outcome.
    applications : int
        Number of applications without an interview.
    not_applied : int
        Number of rows about jobs that were not applied for yet.
    unproven : int
        Number of interviews with a final outcome and nothing that shows an interview but that.
    tracked : list of ImportRow
        The applications without an interview.
    listed : list of Application
        The applications of the file, whether or not an interview came of them.
    faults : list of Fault
        Faults of rows, each with its row.
    is_export : bool
        Whether it is a JSON export, not a table.
    max_rows : int
        Limit of rows.
    """

    rows: list[ImportRow] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    left_out: int = 0
    applications: int = 0
    not_applied: int = 0
    unproven: int = 0
    tracked: list[ImportRow] = field(default_factory=list)
    listed: list[Application] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    is_export: bool = False
    max_rows: int = INTERVIEWS
    _uids: dict[str, int] = field(default_factory=dict)
    _outcomes: dict[Hashable, str] = field(default_factory=dict)  # by process and day, and by answers too
    _known: dict[Hashable, set[int]] = field(default_factory=dict)  # what else is in rows, by their content
    _doubtful: dict[str, list[int]] = field(default_factory=dict)  # numbers of rows, by what does not fit
    _n_characters: int = 0

    def check_size(self, number: int) -> None:
        """Stop before a row, given its number, of a file that is too large or is no table of interviews.

        Raises
        ------
        FileError
            There are too many rows, faults or characters.
        """
        if number > self.max_rows:
            fault = too_large("", number, N_("{n} rows"), self.max_rows, Remedy.IMPORT_IN_PARTS)
            raise FileError([*group_faults(self.faults), fault])
        if self._n_characters > TEXT_OF_IMPORT:
            fault = too_large("", self._n_characters, N_("{n} characters of text"), TEXT_OF_IMPORT)
            raise FileError([*group_faults(self.faults), fault])
        if len(self.faults) > FAULTS:
            raise FileError([*group_faults(self.faults), too_many_faults()])

    def read_row(self, number: int, read: Callable[[], ImportRow | None], rest: int = 0) -> None:
        """Read a row and add it, or its faults; for the parameters see `add`."""
        self.check_size(number)
        try:
            row = read()
        except InputError as error:
            self.faults += [replace(fault, row=number) for fault in error.faults]
        else:
            self.add(row and replace(row, number=number), rest)

    def add(self, row: ImportRow | None, rest: int = 0) -> None:
        """Add a row, unless it is blank, not an interview, or repeats another row.

        Parameters
        ----------
        row : ImportRow or None
        rest : int
            A hash of its cells in columns that are not used.
        """
        if row is None:
            return
        if row.doubt:
            self.doubt(row.doubt, row.number)
        if row.place == "not applied":
            self.not_applied += 1
            return
        if row.place == "application":
            self.tracked.append(row)
            return
        uid = row.recorded and row.recorded.uid
        if uid and self._uids.setdefault(uid, row.number) != row.number:
            problem = _("the same interview as in row {row}", row=self._uids[uid])
            self.faults.append(Fault(problem, row=row.number, field="uid", seen=uid))
        elif row.is_interview:
            if self._is_twin(row, rest):
                return
            entry = row.entry
            self._n_characters += len(entry.company) + len(entry.role) + len(entry.notes)
            self.rows.append(row)
            self.unproven += row.is_unproven
        else:
            self.left_out += 1

    def doubt(self, kind: str, number: int) -> None:
        """Note what does not fit in a row that is read all the same."""
        self._doubtful.setdefault(kind, []).append(number)

    def row_remarks(self) -> list[str]:
        """Describe what does not fit in rows that are read all the same."""
        return [_ROW_REMARKS[kind](len(rows), min(rows)) for kind, rows in self._doubtful.items()]

    def _is_twin(self, row: ImportRow, rest: int) -> bool:
        """Test whether a row repeats another one; one that differs in what is not used is another round."""
        entry, outcome = row.entry, row.outcome
        if row.recorded or not entry.company:
            return False
        event = outcome and (outcome.kind, outcome.date)
        seen = self._known.setdefault((row.process, entry.date, row.answers, event), set())
        others = hash((rest, entry.notes, str(row.applied), str(row.channel)))
        if seen:
            self.doubt(_TWIN if others in seen else _ROUND, row.number)
        is_twin = others in seen
        seen.add(others)
        kind = event[0] if event else "pending"
        keys = [(row.process, entry.date)] * (kind in DECIDED) + [(row.process, entry.date, row.answers)]
        if (
            entry.date
            and kind != "next-round"
            and {self._outcomes.setdefault(key, kind) for key in keys} != {kind}
        ):
            self.doubt(_RIVAL, row.number)
        return is_twin


def read_sheet(
    path: str | Path,
    reader: RowReader,
    mapping: Mapping[str, str],
    sheet_name: str | None = None,
    max_rows: int = INTERVIEWS,
    column_names: Callable[[str], str] = str,
) -> Sheet:
    """Read the interviews of a file, a few thousand rows at a time.

    Parameters
    ----------
    path : str or Path
        A JSON export, or any table that `open_table` opens.
    reader : RowReader
    mapping : mapping of str to str
        Columns of the file, and their names in the journal; blank for a column to leave out.
    sheet_name : str, optional
        The sheet of a workbook.
    max_rows : int
        Limit of rows.
    column_names : callable
        Words a name in the journal for the remark on recognised columns.

    Raises
    ------
    InputError
        The file cannot be read, or its columns are invalid; every fault is listed.
    """
    sheet = Sheet(max_rows=max_rows)
    try:
        _refuse_database(path)
        if Path(path).suffix.lower() == ".json" and isinstance(content := read_json(path), dict):
            sheet.is_export = True
            export, reader = _check_export(content), reader.in_any_time_zone()
            for number, interview in enumerate(export.interviews, 1):
                sheet.read_row(number, partial(reader.read_export_interview, interview))
            sheet.listed = [each.to_application() for each in export.applications]
        else:
            _read_table(path, reader, mapping, sheet, sheet_name, column_names)
    except InputError as error:
        raise error.in_source(str(path)) from None
    sheet.faults = [replace(fault, source=str(path)) for fault in sheet.faults]
    return sheet


def _refuse_database(path: str | Path) -> None:
    """Refuse the file of another journal; that of the journal itself must not come here, see `connect`."""
    if read_start(path, len(_SQLITE)) == _SQLITE:
        problem, expected = N_("a database, such as a journal"), N_("an export or a table")
        raise FileError([Fault(problem, seen=str(path), expected=expected, remedy=Remedy.EXPORT_JOURNAL)])


def _check_export(content: dict[str, Any]) -> ExportFile:
    """Check the head of a JSON export; its interviews are to be checked one by one."""
    if content.get("format") != EXPORT_FORMAT:
        raise FileError([Fault("neither a list of rows nor an export of a journal", remedy=Remedy.EXPORT)])
    if content.get("schema") not in range(1, EXPORT_SCHEMA_VERSION + 1):
        seen, remedy = clip(content.get("schema")), Remedy.UPGRADE
        raise FileError(
            [Fault("unknown schema version", "", None, "schema", seen, str(EXPORT_SCHEMA_VERSION), remedy)]
        )
    try:
        return ExportFile.model_validate(content)
    except ValidationError as error:
        raise FileError(validation_faults(error, content)) from None


def _read_table(
    path: str | Path,
    reader: RowReader,
    mapping: Mapping[str, str],
    sheet: Sheet,
    sheet_name: str | None,
    column_names: Callable[[str], str],
) -> None:
    """Add the rows of a table to a sheet."""
    known = [*reader.catalogue.questions, *mapping, *header_names()]
    postponed: list[tuple[int, tuple[Any, ...], int]] = []
    with open_table(path, known=known, sheet=sheet_name, twins=True) as table:
        sheet.check_size(table.n_rows)
        names, questions = [str(name) for name in table.names], reader.catalogue.questions
        columns = find_columns(names, [*questions, *JOURNAL_COLUMNS], mapping, table.twins, questions)
        sheet.remarks = (*table.remarks, *_recognised(columns, column_names))
        sheet.ignored = columns.ignored
        used = columns.used
        signs = ((questions[target], names[i]) for i, target in used.items() if target in questions)
        if unlike := [fault for sign in signs for fault in scale_faults(*sign)]:
            raise FileError(unlike)
        if RECORD_COLUMN in used.values():
            reader = reader.in_any_time_zone()
        reader = replace(reader, asks_yes_or_no=columns.is_unclear)
        has_outcomes = columns.has_outcomes or RECORD_COLUMN in used.values()
        how = reader.today, reader.pattern
        unused = UnusedColumns(
            names, columns, mapping, *how, has_outcomes=has_outcomes, questions=questions.values()
        )
        outcomes: set[Any] = set()
        for batch in table:
            sheet.faults += batch.ragged_faults(table.source)
            sheet.check_size(0)
            numbers = batch.rows.tolist()
            frame = batch.frame.iloc[:, [*used]].set_axis([*used.values()], axis=1)
            if columns.decisions:
                frame = _merged(frame, batch.frame, columns, reader)
            cells = frame["outcome"] if columns.has_outcomes else repeat(None, len(numbers))
            unused.update(batch.frame, map(reader.outcome_kind, cells))
            outcomes.update(frame["outcome"].unique() if columns.has_outcomes else ())
            rest = [batch.frame.iloc[:, i].astype(str) for i in range(len(names)) if i not in used]
            hashes = [*map(hash, zip(*rest, strict=True))] if rest else [0] * len(numbers)
            if table.days_to_add:
                frame = _shifted(frame, table.days_to_add)
            postponed += _add_rows(
                sheet, reader, columns, numbers, frame, hashes, None if 0 in used else batch.frame.iloc[:, 0]
            )
    reader.settle_order()
    if postponed:
        import pandas as pd

        numbers, rows, hashes = map(list, zip(*postponed, strict=True))
        dated = pd.DataFrame(rows, dtype=object)
        _add_rows(sheet, reader, columns, numbers, dated, hashes)
        sheet.rows.sort(key=lambda row: row.number)
    of_columns = _column_faults(sheet)
    _add_remarks(sheet, reader, used)
    sheet.faults.sort(key=lambda fault: fault.row or 0)
    unmapped = unused.faults + _log_faults(sheet, columns, names, mapping)
    if unmapped or of_columns or _has_unread_codes(sheet, outcomes):
        others = [fault for fault in sheet.faults if not (unused.stage_is_outcome and fault.field == "stage")]
        others = sorted(of_columns + others, key=lambda fault: fault.row or 0)
        raise FileError(unmapped + group_faults(others), remedy=Remedy.WHOLE_COLUMN if of_columns else None)
    sheet.remarks += (*unused.remarks,)


def _log_faults(
    sheet: Sheet, columns: Columns, names: Sequence[str], mapping: Mapping[str, str]
) -> list[Fault]:
    """Find that the rows are events: *Applied* or *Interview* on one day, *Rejected* on another.

    The day of a decision would be read as that of an interview. It is not asked about once the column of days
    is mapped, named as one of interviews, or beside one for the day of the application or the outcome.
    """
    places = {name: i for i, name in columns.used.items()}
    column = names[places["date"]] if "date" in places else ""
    is_sure = columns.interview_date or column in mapping or not {APPLIED, "outcome_date"}.isdisjoint(places)
    if not column or is_sure:
        return []
    begun = [row for row in sheet.tracked if row.applied is not None]
    begun += [row for row in sheet.rows if row.shows_interview and not (row.decision or row.entry.answers)]
    first = {row.process: row for row in sorted(begun, key=lambda row: -row.number)}
    decided = {
        row.process: row
        for row in reversed(sheet.rows)
        if row.decision and row.decision.kind in DECIDED and row.entry.date and not row.entry.answers
    }
    both = [
        process
        for process, row in decided.items()
        if any(process) and process in first and first[process].entry.date != row.entry.date
    ]
    if not both or 2 * len(both) < len(decided):
        return []
    process = min(both, key=lambda each: first[each].number)
    seen = _("rows {one} and {other}", one=first[process].number, other=decided[process].number)
    expected = N_("one row for each interview: its day, its outcome, and the day of the outcome in a column")
    problem = N_("looks like a log of events; is it the day of the interview?")
    return [Fault(problem, "", None, column, seen, expected, Remedy.MAP_DATE)]


def _column_faults(sheet: Sheet) -> list[Fault]:
    """Replace the faults of numbers that may change what others in their columns mean by one a column."""
    beyond = [each for each in sheet.faults if each.is_of_column]
    sheet.faults = [each for each in sheet.faults if not each.is_of_column]
    rows = Counter(each.field for each in beyond)
    first = {each.field: each for each in reversed(beyond)}
    return [replace(each, rows=rows[field]) for field, each in first.items()]


def _has_unread_codes(sheet: Sheet, outcomes: Collection[Any]) -> bool:
    """Test whether outcomes are codes that cannot be read: beside 2 and 3 a 1 need not mean an offer."""
    numbers = {plain_number(to_python(cell)) for cell in outcomes}
    are_codes = not numbers.isdisjoint((0, 1)) and any(map(is_code, outcomes))
    return are_codes and any(fault.field == "outcome" for fault in sheet.faults)


def _add_remarks(sheet: Sheet, reader: RowReader, used: Mapping[int, str]) -> None:
    """List the applications of a sheet, and remark on what does not fit in it."""
    without_company = [row.number for row in sheet.rows if not (row.entry.company or row.recorded)]
    if "company" in used.values() and len(without_company) < len(sheet.rows):
        for number in without_company:
            sheet.doubt(_NO_COMPANY, number)
    if sheet.tracked or not {APPLIED, CHANNEL}.isdisjoint(used.values()):
        _list_applications(sheet, reader)
    sheet.remarks += (*sheet.row_remarks(),)
    questions = reader.catalogue.questions
    for column in [name for name in used.values() if name in questions and questions[name].is_length]:
        lengths = [row.entry.answers[column] for row in sheet.rows if column in row.entry.answers]
        if lengths and max(lengths) < _SHORT:
            text = N_(
                "every {column} is below {n} minutes; if these are hours, convert them and import again"
            )
            sheet.remarks += (_(text, column=column, n=_SHORT),)
    if meanings := reader.unused_meanings:
        words = ", ".join(map(clip, meanings))
        text = N_("no outcome or sign in the file is {words}, so that meaning is not used")
        sheet.remarks += (_(text, words=words),)
    if sheet.applications and sheet.unproven:
        sheet.remarks += (
            plural(
                sheet.unproven,
                "{n} row with an outcome and no sign of an interview counts as interviewed; for an "
                "application that ended before that, write `rejected before interview`",
                "{n} rows with an outcome and no sign of an interview count as interviewed; for an "
                "application that ended before that, write `rejected before interview`",
            ),
        )


def _add_rows(
    sheet: Sheet,
    reader: RowReader,
    columns: Columns,
    numbers: Sequence[int],
    frame: "pd.DataFrame",
    hashes: Sequence[int],
    labels: "pd.Series[Any] | None" = None,
) -> list[tuple[int, tuple[Any, ...], int]]:
    """Add rows to a sheet; return those whose dates can only be read once all rows are seen.

    Parameters
    ----------
    sheet : Sheet
    reader : RowReader
    columns : Columns
    numbers : sequence of n int
        Of the rows.
    frame : DataFrame
        Their n rows of the columns of the journal.
    hashes : sequence of n int
        Of their cells in the other columns.
    labels : Series, optional
        Their first cells in the table, if these are in a column that is not used.
    """
    names = columns.names
    shown = {"interview_date": columns.interview_date, "applications": columns.has_applications}
    data = {name: column_data(frame.iloc[:, i]) for i, name in enumerate(names)}
    found = [*reader.read_columns(data, numbers, **shown)]
    unread = [i for i, row in enumerate(found) if isinstance(row, str)]
    cells = frame.iloc[unread].itertuples(index=False, name=None)  # slow where a column is of Arrow
    postponed = []

    def label_of(i: int) -> Any:
        return None if labels is None else labels.iloc[i]

    for i, (number, row, rest) in enumerate(zip(numbers, found, hashes, strict=True)):
        if row is None or isinstance(row, ImportRow):
            sheet.check_size(number)
            if row and row.may_be_total and (fault := _total_fault(number, label_of(i), *row.process)):
                sheet.faults.append(fault)
            else:
                sheet.add(row, rest)
            continue
        content = next(cells)
        by_name = dict(zip(names, content, strict=True))
        texts = (by_name.get(name) for name in ("company", "role", "client"))
        is_dated = not is_unanswered(to_python(by_name.get("date")))
        may_be_total = not (is_dated or by_name.get(RECORD_COLUMN))
        if row == AMBIGUOUS:
            postponed.append((number, content, rest))
        elif may_be_total and (fault := _total_fault(number, label_of(i), *texts)):
            sheet.faults.append(fault)
        else:
            sheet.read_row(number, partial(reader.read_row, by_name, **shown), rest)
    return postponed


def _total_fault(number: int, first: Any, company: Any, role: Any, client: Any) -> Fault | None:
    """Find that a row without a day has averages or sums: it names them, and nothing else."""
    labels = [text for text in (first, company, role) if isinstance(text, str) and is_total(text)]
    others = [text for text in (company, role, client) if isinstance(text, str) and text not in labels]
    if not labels or any(plain_name(text).strip() and plain_number(text) is None for text in others):
        return None
    return Fault(
        "looks like totals, not an interview", "", number, seen=clip(labels[0]), remedy=Remedy.DELETE_ROW
    )


def _merged(
    frame: "pd.DataFrame", table: "pd.DataFrame", columns: Columns, reader: RowReader
) -> "pd.DataFrame":
    """Merge the columns of decisions of a table into the outcome and its day."""
    cells = [map(to_python, table.iloc[:, i]) for i in columns.decisions]
    names = [str(table.columns[i]) for i in columns.decisions]
    decisions = (zip(names, columns.decisions.values(), row, strict=True) for row in zip(*cells, strict=True))
    outcomes, days = (
        map(to_python, frame[name]) if name in frame else repeat(None) for name in ("outcome", "outcome_date")
    )
    merged = [
        reader.merge_decisions(outcome, day, [*row])
        for outcome, day, row in zip(outcomes, days, decisions, strict=False)
    ]
    outcome, day = zip(*merged, strict=True) if merged else ((), ())
    frame = frame.astype(object)
    frame["outcome"], frame["outcome_date"] = [*outcome], [*day]
    return frame[columns.names]


def _shifted(frame: "pd.DataFrame", days: int) -> "pd.DataFrame":
    """Add days to the numbers in the columns of dates, so that they count as in most workbooks."""
    dates = [name for name in _DATES if name in frame]
    shifted = {
        name: frame[name].astype(object).map(lambda cell: cell + days if type(cell) in (int, float) else cell)
        for name in dates
    }
    return frame.assign(**shifted)


def _list_applications(sheet: Sheet, reader: RowReader) -> None:
    """List the applications of a sheet, whether or not an interview came of them, and count the others."""
    interviewed, jobs = {row.process for row in sheet.rows}, set()
    for row in sheet.tracked:
        if not (row.entry.company or row.entry.role):
            sheet.doubt(_NAMELESS, row.number)
        elif row.process in jobs:
            sheet.doubt(_SAME_JOB, row.number)
        elif row.process not in interviewed:
            jobs.add(row.process)
    sheet.applications = len(jobs)
    facts = [row for row in sheet.rows if not row.recorded or (row.applied, row.channel) != (None, None)]
    rows = [*sheet.tracked, *facts]
    cells = {row.applied for row in rows} - {None}
    shown = {number_order(cell, reader.today) for cell in cells if isinstance(cell, str)} - {None}
    order = reader.day_first if reader.day_first is not None or len(shown) != 1 else shown.pop()
    days: dict[Any, date | None] = {}
    for cell in cells:
        with suppress(AnswerError):
            days[cell] = read_date(cell, reader.today, reader.pattern, day_first=order)
    for row in rows:
        decided = row.decision and row.decision.date
        applied, following = days.get(row.applied), [day for day in (row.entry.date, decided) if day]
        if applied and following and applied > min(following):
            sheet.doubt(_LATE, row.number)
    unread = [row.applied for row in rows if days.get(row.applied) is None]
    if unread := [cell for cell in unread if not is_unanswered(cell) and yes_or_no(cell) is None]:
        sheet.remarks += (
            plural(
                len(unread),
                "the day of application in {n} row is not a date up to today, such as {day}",
                "the day of application in {n} rows is not a date up to today, such as {day}",
                day=clip(unread[0]),
            ),
        )
    sheet.listed = [
        Application(
            row.entry.company,
            row.entry.role,
            days.get(row.applied),
            str(row.channel or "").strip(),
            row.entry.client,
        )
        for row in sorted(rows, key=lambda row: row.number)
    ]


def _recognised(columns: Columns, words: Callable[[str], str]) -> list[str]:
    """Describe the columns that were recognised by their names in other programs."""
    if not columns.recognised:
        return []
    pairs = [f"{theirs} = {words(ours)}" for theirs, ours in columns.recognised.items()]
    return [_("Columns recognised: {columns}", columns=", ".join(pairs))]
