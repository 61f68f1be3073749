"""A file of interviews: its columns, its rows, and the rows with faults."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..data.answers.outcomes import AMBIGUOUS_OUTCOMES
from ..data.answers.parsing import is_blank, to_python
from ..data.errors import AnswerError, Fault, FileError, InputError, Remedy, clip
from ..data.files import read_json
from ..data.schema_errors import validation_faults
from ..data.spelling import fold, is_misspelt, nearest
from ..data.tables.base import Batch
from ..data.tables.formats import open_table, writing_tables
from ..data.tables.rejected_rows import rejected_frame
from .events import status_of
from .export import FORMAT, SCHEMA, WHOLE
from .export_schema import ExportFile
from .import_reader import OWN, Incoming, RowReader

_ANSWERS = {"yes", "y", "no", "n", "true", "false"}  # outcomes only where a column is said to hold them
_LONGEST_WORD = 60  # characters


def write_bad(path: str | Path, faults: Collection[Fault], place: str | Path, known: Collection[str]) -> int:
    """Write the rows of a table that have faults to another one, each with its faults; return how many.

    Raises
    ------
    InputError
        The other table cannot be written, or it is the table itself.
    """
    if Path(place).resolve() == Path(path).resolve():
        raise InputError([Fault("would write over the table", field="skip_bad", seen=str(place))])
    bad = {fault.row for fault in faults}
    with open_table(path, known=known) as table, writing_tables([place]) as (writer,):
        for batch in table:
            ragged = {row: cells for row, cells in batch.ragged.items() if row in bad}
            here = {*batch.rows.tolist(), *ragged}
            some = Batch(batch.frame, batch.rows, ragged)
            writer.write(
                rejected_frame(some, [f for f in faults if f.row in here], table.source, table.delimiter)
            )
    return len(bad)


def together(faults: Sequence[Fault]) -> list[Fault]:
    """Return faults of the same word in several rows as one, which names the first row and how many.

    Examples
    --------
    >>> for fault in together([Fault("not an outcome", row=row, seen="'Hm'") for row in (3, 4, 9)]):
    ...     print(fault)
    row 3: not an outcome, in 3 rows; seen 'Hm'
    """
    alike = [(fault.field, fault.problem, fault.seen.casefold(), fault.expected) for fault in faults]
    counts = Counter(alike)
    first = dict(zip(reversed(alike), reversed(faults), strict=True))
    return [
        replace(fault, problem=f"{fault.problem}, in {counts[same]:,} rows") if counts[same] > 1 else fault
        for same, fault in ((each, first[each]) for each in counts)
    ]


@dataclass
class Sheet:
    """What was read of a file.

    Parameters
    ----------
    rows : list of Incoming
    ignored : tuple of str
        Columns that are not used.
    remarks : tuple of str
        How the file was read where that is not plain.
    left_out : int
        Rows with neither a day, a sign nor an outcome.
    faults : list of Fault
        Of rows; each names its row.
    is_export : bool
        Whether it is a JSON export, which is no table.
    """

    rows: list[Incoming] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    left_out: int = 0
    faults: list[Fault] = field(default_factory=list)
    is_export: bool = False


def read_sheet(path: str | Path, reader: RowReader, mapping: Mapping[str, str]) -> Sheet:
    """Read the interviews of a file, some thousand rows at a time.

    Parameters
    ----------
    path : str or Path
        A JSON export, or any table that `open_table` opens.
    reader : RowReader
    mapping : mapping of str to str
        Columns of the file, and what they are called here; blank for one that is not to be used.

    Raises
    ------
    InputError
        The file cannot be read, or something is wrong with its columns: every fault is listed.
    """
    sheet = Sheet()
    uids: dict[str, int] = {}

    def take(number: int, read: Any, given: Any) -> None:
        try:
            incoming: Incoming | None = read(given)
        except InputError as error:
            sheet.faults += [replace(fault, row=number) for fault in error.faults]
            return
        if incoming is None:
            return
        uid = incoming.recorded and incoming.recorded.uid
        if uid and uids.setdefault(uid, number) != number:
            problem = f"the interview of row {uids[uid]} again"
            sheet.faults.append(Fault(problem, row=number, field="uid", seen=uid))
        elif incoming.is_interview:
            sheet.rows.append(replace(incoming, row=number))
        else:
            sheet.left_out += 1

    try:
        if Path(path).suffix.lower() == ".json" and isinstance(content := read_json(path), dict):
            sheet.is_export = True
            for number, given in enumerate(_interviews_of(content), 1):
                take(number, reader.whole, given)
        else:
            _read_table(path, reader, mapping, sheet, take)
    except InputError as error:
        raise error.in_source(str(path)) from None
    sheet.faults = [replace(fault, source=str(path)) for fault in sheet.faults]
    return sheet


def _interviews_of(content: dict[str, Any]) -> list[Any]:
    """Return the interviews of a JSON export."""
    if content.get("format") != FORMAT:
        raise FileError([Fault("not an export of a journal", remedy=Remedy.EXPORT)])
    if content.get("schema") not in range(1, SCHEMA + 1):
        seen, remedy = clip(content.get("schema")), Remedy.UPGRADE
        raise FileError([Fault("unknown schema version", "", None, "schema", seen, str(SCHEMA), remedy)])
    try:
        return ExportFile.model_validate(content).interviews
    except ValidationError as error:
        raise FileError(validation_faults(error, content)) from None


def _read_table(
    path: str | Path, reader: RowReader, mapping: Mapping[str, str], sheet: Sheet, take: Any
) -> None:
    with open_table(path, known=[*reader.catalogue.questions, *mapping]) as table:
        names = [str(name) for name in table.names]
        sheet.remarks = table.remarks
        used, sheet.ignored = used_columns(names, [*reader.catalogue.questions, *OWN], mapping)
        unused = [i for i in range(len(names)) if i not in used and mapping.get(names[i]) != ""]
        has_outcomes = not {"outcome", WHOLE}.isdisjoint(used.values())
        outcomes = {} if has_outcomes else {i: _Outcomes() for i in unused}
        for batch in table:
            sheet.faults += batch.ragged_faults(table.source)
            for i, found in outcomes.items():
                found.look_at(batch.frame.iloc[:, i])
            cells = batch.frame.iloc[:, [*used]].itertuples(index=False, name=None)
            for number, row in zip(batch.rows.tolist(), cells, strict=True):
                take(number, reader.row, dict(zip(used.values(), row, strict=True)))
    sheet.faults.sort(key=lambda fault: fault.row or 0)
    likely = [names[i] for i, found in outcomes.items() if found.likely]
    if likely:
        asked = [Fault("looks like the outcome", field=name, remedy=Remedy.MAP_OUTCOME) for name in likely]
        raise FileError(asked + together(sheet.faults))


def used_columns(
    names: Sequence[str], known: Sequence[str], mapping: Mapping[str, str]
) -> tuple[dict[int, str], tuple[str, ...]]:
    """Return the place of each column that is used, with its name here, and the columns that are not used.

    Parameters
    ----------
    names : sequence of str
        The columns of a table.
    known : sequence of str
        What columns can be called here.
    mapping : mapping of str to str
        As for `read_sheet`.

    Raises
    ------
    FileError
        Columns that are given twice, missing or misspelt; every fault is listed.

    Examples
    --------
    >>> used_columns(["Firm", "rapport", "Colour"], ["company", "rapport"], {"Firm": "company"})
    ({0: 'company', 1: 'rapport'}, ('Colour',))
    """
    ours = {fold(name): name for name in known}
    faults = [
        Fault("no such column", field=theirs, nearest=nearest(theirs, names))
        for theirs in mapping
        if theirs not in names
    ]
    faults += [
        Fault("nothing of that name", field=name, nearest=nearest(name, ours.values()))
        for name in mapping.values()
        if name and fold(name) not in ours
    ]
    named = [ours.get(fold(mapping.get(name, name))) for name in names]
    found = [name for name in named if name]
    faults += [Fault("given twice", field=name) for name in sorted({*found}) if found.count(name) > 1]
    ignored = [name for name, own in zip(names, named, strict=True) if own is None]
    faults += [
        Fault("unknown column", field=name, nearest=nearest(name, ours.values()))
        for name in ignored
        if name not in mapping and is_misspelt(name, ours.values())
    ]
    if not found and not faults:
        faults.append(Fault("no column is of a journal", remedy=Remedy.MAP_COLUMNS))
    if faults:
        raise FileError(faults)
    return {i: name for i, name in enumerate(named) if name}, tuple(ignored)


class _Outcomes:
    """Whether the cells of a column are words for outcomes."""

    def __init__(self) -> None:
        self._filled = self._words = self._decided = 0

    def look_at(self, cells: Iterable[Any]) -> None:
        single = (cell for cell in map(to_python, cells) if isinstance(cell, Hashable))  # no lists
        for cell, count in Counter(single).items():
            if is_blank(cell) or not str(cell).strip():
                continue
            self._filled += count
            word = str(cell).strip().casefold()
            if not isinstance(cell, str) or len(word) > _LONGEST_WORD or not word[:1].isalpha():
                continue
            if word not in _ANSWERS and (kind := AMBIGUOUS_OUTCOMES.get(fold(cell)) or _kind(cell)):
                self._words += count
                self._decided += count * (kind != "pending")

    @property
    def likely(self) -> bool:
        """Whether most of them are, and some say that it is decided."""
        return self._decided > 0 and 2 * self._words > self._filled


def _kind(cell: str) -> str:
    """Return the outcome that a word means, blank where it means none."""
    try:
        return status_of(cell)
    except AnswerError:
        return ""
