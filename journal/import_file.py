"""The file of interviews to import: its columns, its rows, and the rows with faults."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ..data.answers.observations import column_data
from ..data.answers.outcomes import AMBIGUOUS_OUTCOMES, YES_NO_WORDS, read_outcome
from ..data.answers.parsing import is_blank, to_python
from ..data.errors import AnswerError, Fault, FileError, InputError, Remedy, clip
from ..data.files import read_json
from ..data.limits import FAULTS, INTERVIEWS, TEXT_OF_IMPORT, too_large
from ..data.name_matching import fold
from ..data.parser_errors import validation_faults
from ..data.tables.base import Batch, rejected_frame
from ..data.tables.formats import open_table, writing_tables
from .dates import number_order, read_date
from .export import EXPORT_FORMAT, EXPORT_SCHEMA_VERSION, RECORD_COLUMN
from .export_schema import ExportFile
from .import_columns import APPLIED, CHANNEL, Columns, find_columns, header_names
from .import_rows import AMBIGUOUS, JOURNAL_COLUMNS, ImportRow, RowReader
from .rates import Application

if TYPE_CHECKING:
    import pandas as pd

_DATES = ("date", "outcome_date", APPLIED)
_LONGEST_WORD = 60  # characters; a longer cell is free text


def write_rejected_rows(
    path: str | Path,
    faults: Collection[Fault],
    target: str | Path,
    known: Collection[str],
    sheet_name: str | None = None,
) -> int:
    """Write the rows of a table that have faults to another table; return their number.

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
        open_table(path, known=[*known, *header_names()], sheet=sheet_name) as table,
        writing_tables([target]) as (writer,),
    ):
        for batch in table:
            ragged = {row: cells for row, cells in batch.ragged.items() if row in bad}
            in_batch = {*batch.rows.tolist(), *ragged}
            selected = Batch(batch.frame, batch.rows, ragged)
            of_batch = [fault for fault in faults if fault.row in in_batch]
            writer.write(rejected_frame(selected, of_batch, table.source, table.delimiter))
    return len(bad)


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
    return [
        replace(first[key], problem=f"{first[key].problem}, in {n:,} rows") if n > 1 else first[key]
        for key, n in counts.items()
    ]


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
    """

    rows: list[ImportRow] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    left_out: int = 0
    applications: int = 0
    unproven: int = 0
    tracked: list[ImportRow] = field(default_factory=list)
    listed: list[Application] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    is_export: bool = False
    _uids: dict[str, int] = field(default_factory=dict)
    _n_characters: int = 0

    def check_size(self, number: int) -> None:
        """Stop before a row, given its number, of a file that is too large or is no table of interviews.

        Raises
        ------
        FileError
            There are too many rows, faults or characters.
        """
        if number > INTERVIEWS:
            raise FileError([*group_faults(self.faults), too_large("", number, "rows", INTERVIEWS)])
        if self._n_characters > TEXT_OF_IMPORT:
            fault = too_large("", self._n_characters, "characters of text", TEXT_OF_IMPORT)
            raise FileError([*group_faults(self.faults), fault])
        if len(self.faults) > FAULTS:
            ending = Fault(f"more than {FAULTS:,} faults; the rest was not read")
            raise FileError([*group_faults(self.faults), ending])

    def read_row(self, number: int, read: Callable[[], ImportRow | None]) -> None:
        """Read a row and add it, or its faults."""
        self.check_size(number)
        try:
            row = read()
        except InputError as error:
            self.faults += [replace(fault, row=number) for fault in error.faults]
        else:
            self.add(row and replace(row, number=number))

    def add(self, row: ImportRow | None) -> None:
        """Add a row, unless it is blank or not an interview."""
        if row is None:
            return
        if row.is_application:
            self.applications += 1
            self.tracked.append(row)
            return
        uid = row.recorded and row.recorded.uid
        if uid and self._uids.setdefault(uid, row.number) != row.number:
            problem = f"the same interview as in row {self._uids[uid]}"
            self.faults.append(Fault(problem, row=row.number, field="uid", seen=uid))
        elif row.is_interview:
            entry = row.entry
            self._n_characters += len(entry.company) + len(entry.role) + len(entry.notes)
            self.rows.append(row)
            self.unproven += row.is_unproven
        else:
            self.left_out += 1


def read_sheet(
    path: str | Path, reader: RowReader, mapping: Mapping[str, str], sheet_name: str | None = None
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

    Raises
    ------
    InputError
        The file cannot be read, or its columns are invalid; every fault is listed.
    """
    sheet = Sheet()
    try:
        if Path(path).suffix.lower() == ".json" and isinstance(content := read_json(path), dict):
            sheet.is_export = True
            export = _check_export(content)
            for number, interview in enumerate(export.interviews, 1):
                sheet.read_row(number, partial(reader.read_export_interview, interview))
            sheet.listed = [each.to_application() for each in export.applications]
        else:
            _read_table(path, reader, mapping, sheet, sheet_name)
    except InputError as error:
        raise error.in_source(str(path)) from None
    sheet.faults = [replace(fault, source=str(path)) for fault in sheet.faults]
    return sheet


def _check_export(content: dict[str, Any]) -> ExportFile:
    """Check the head of a JSON export; its interviews are to be checked one by one."""
    if content.get("format") != EXPORT_FORMAT:
        raise FileError([Fault("not an export of a journal", remedy=Remedy.EXPORT)])
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
) -> None:
    """Add the rows of a table to a sheet."""
    known = [*reader.catalogue.questions, *mapping, *header_names()]
    postponed: list[tuple[int, tuple[Any, ...]]] = []
    with open_table(path, known=known, sheet=sheet_name) as table:
        sheet.check_size(table.n_rows)
        names = [str(name) for name in table.names]
        columns = find_columns(names, [*reader.catalogue.questions, *JOURNAL_COLUMNS], mapping)
        sheet.remarks, sheet.ignored = (*table.remarks, *_recognised(columns)), columns.ignored
        used = columns.used
        unused = [i for i in range(len(names)) if i not in used and mapping.get(names[i]) != ""]
        has_outcomes = not {"outcome", RECORD_COLUMN}.isdisjoint(used.values())
        detectors = {} if has_outcomes else {i: _OutcomeDetector() for i in unused}
        for batch in table:
            sheet.faults += batch.ragged_faults(table.source)
            sheet.check_size(0)
            for i, detector in detectors.items():
                detector.update(batch.frame.iloc[:, i])
            numbers, frame = batch.rows.tolist(), batch.frame.iloc[:, [*used]]
            if table.days_to_add:
                frame = _shifted(frame, [*used.values()], table.days_to_add)
            postponed += _add_rows(sheet, reader, columns, numbers, frame)
    reader.settle_order()
    if postponed:
        import pandas as pd

        numbers, rows = map(list, zip(*postponed, strict=True))
        _add_rows(sheet, reader, columns, numbers, pd.DataFrame(rows, dtype=object))
        sheet.rows.sort(key=lambda row: row.number)
    if sheet.tracked or not {APPLIED, CHANNEL}.isdisjoint(used.values()):
        _list_applications(sheet, reader)
    sheet.faults.sort(key=lambda fault: fault.row or 0)
    likely = [names[i] for i, detector in detectors.items() if detector.likely]
    if likely:
        unmapped = [Fault("looks like the outcome", field=name, remedy=Remedy.MAP_OUTCOME) for name in likely]
        raise FileError(unmapped + group_faults(sheet.faults))
    if sheet.applications and sheet.unproven:
        verb = "counts" if sheet.unproven == 1 else "count"
        unproven = f"{_count_rows(sheet.unproven)} with an outcome and no sign of an interview"
        sheet.remarks += (
            f"{unproven} {verb} as interviewed; for an application that ended before that, write "
            "`rejected before interview`",
        )


def _add_rows(
    sheet: Sheet,
    reader: RowReader,
    columns: Columns,
    numbers: Sequence[int],
    frame: "pd.DataFrame",
) -> list[tuple[int, tuple[Any, ...]]]:
    """Add rows to a sheet; return those whose dates can only be read once all rows are seen.

    Parameters
    ----------
    sheet : Sheet
    reader : RowReader
    columns : Columns
    numbers : sequence of n int
        Of the rows.
    frame : DataFrame
        Their n rows of the columns that are used.
    """
    names = [*columns.used.values()]
    shown = {"interview_date": columns.interview_date, "applications": columns.has_applications}
    data = {name: column_data(frame.iloc[:, i]) for i, name in enumerate(names)}
    found = reader.read_columns(data, numbers, **shown)
    cells = frame.itertuples(index=False, name=None)
    postponed = []
    for number, row, content in zip(numbers, found, cells, strict=True):
        if row is None or isinstance(row, ImportRow):
            sheet.check_size(number)
            sheet.add(row)
        elif row == AMBIGUOUS:
            postponed.append((number, content))
        else:
            content_by_name = dict(zip(names, content, strict=True))
            sheet.read_row(number, partial(reader.read_row, content_by_name, **shown))
    return postponed


def _shifted(frame: "pd.DataFrame", names: Sequence[str], days: int) -> "pd.DataFrame":
    """Add days to the numbers in the columns of dates, so that they count as in most workbooks."""
    columns = {i: frame.iloc[:, i].astype(object) for i in range(len(names))}
    for i, name in enumerate(names):
        if name in _DATES:
            columns[i] = columns[i].map(lambda cell: cell + days if type(cell) in (int, float) else cell)
    return type(frame)(columns, index=frame.index).set_axis(frame.columns, axis=1)


def _count_rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _list_applications(sheet: Sheet, reader: RowReader) -> None:
    """List the applications of a sheet, whether or not an interview came of them."""
    facts = [row for row in sheet.rows if not row.recorded or (row.applied, row.channel) != (None, None)]
    rows = [*sheet.tracked, *facts]
    cells = {row.applied for row in rows} - {None}
    shown = {number_order(cell, reader.today) for cell in cells if isinstance(cell, str)} - {None}
    order = reader.day_first if reader.day_first is not None or len(shown) != 1 else shown.pop()
    days: dict[Any, date | None] = {}
    for cell in cells:
        with suppress(AnswerError):
            days[cell] = read_date(cell, reader.today, reader.pattern, day_first=order)
    if unread := [row.applied for row in rows if row.applied is not None and row.applied not in days]:
        sheet.remarks += (
            f"the day of application in {_count_rows(len(unread))} is not a date, such as {clip(unread[0])}",
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


def _recognised(columns: Columns) -> list[str]:
    """Describe the columns that were recognised by their names in other programs."""
    if not columns.recognised:
        return []
    pairs = [f"{theirs} as {ours}" for theirs, ours in columns.recognised.items()]
    return [f"Read {', '.join(pairs)}"]


class _OutcomeDetector:
    """Detects a column of outcomes from its cells."""

    def __init__(self) -> None:
        self._filled = self._words = self._decided = 0

    def update(self, cells: Iterable[Any]) -> None:
        """Count the cells of a batch."""
        single = (cell for cell in map(to_python, cells) if isinstance(cell, Hashable))  # not lists
        for cell, count in Counter(single).items():
            if is_blank(cell) or not str(cell).strip():
                continue
            self._filled += count
            word = str(cell).strip().casefold()
            if not isinstance(cell, str) or len(word) > _LONGEST_WORD or not word[:1].isalpha():
                continue
            if word not in YES_NO_WORDS and (  # these only in a column that is named as such
                kind := AMBIGUOUS_OUTCOMES.get(fold(cell)) or _outcome_or_blank(cell)
            ):
                self._words += count
                self._decided += count * (kind != "pending")

    @property
    def likely(self) -> bool:
        """Whether most cells are outcomes, and at least one is a decision."""
        return self._decided > 0 and 2 * self._words > self._filled


def _outcome_or_blank(cell: str) -> str:
    """Read a word as an outcome; blank if it is not one."""
    try:
        return read_outcome(cell)
    except AnswerError:
        return ""
