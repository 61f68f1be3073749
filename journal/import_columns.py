"""The columns of a file to import: named as in the journal, mapped by the user, or of other programs."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..data.errors import Fault, FileError, Remedy
from ..data.name_matching import fold, is_misspelt, nearest, without_accents

_NAMES = Path(__file__).parents[1] / "data" / "columns.toml"
INTERVIEW_DATE, APPLIED, CHANNEL = "interview_date", "applied", "channel"
_OTHER = "other"
_ASKED = ("date", "outcome", "outcome_date")  # of these, two columns in one table are never chosen between
_HEADER_FIELDS = ("company", "role", "date", INTERVIEW_DATE, "outcome", APPLIED)


@cache
def other_names() -> Mapping[str, str]:
    """Read the names of columns in other programs, folded, and the field that each is read as."""
    fields = tomllib.loads(_NAMES.read_text(encoding="utf-8"))
    names: dict[str, str] = {}
    for variant in (str, without_accents):  # a name without its accents never replaces another name
        for field, languages in fields.items():
            for text in languages.values():
                for name in text.split():
                    names.setdefault(variant(name), field)
    return names


def header_names() -> list[str]:
    """List the names by which a header is found below title lines."""
    return [name for name, field in other_names().items() if field in _HEADER_FIELDS]


@dataclass(frozen=True)
class Columns:
    """How the columns of a table are read.

    Parameters
    ----------
    used : mapping of int to str
        Names in the journal, by the place of the column.
    ignored : tuple of str
        Columns that are not used.
    recognised : mapping of str to str
        Names in the journal that were not given, but known from other programs, by the name of the column.
    interview_date : bool
        Whether the date is that of an interview by the name of its column.
    """

    used: Mapping[int, str]
    ignored: tuple[str, ...]
    recognised: Mapping[str, str]
    interview_date: bool

    @property
    def has_applications(self) -> bool:
        """Whether a column has the day of the application."""
        return APPLIED in self.used.values()


def find_columns(names: Sequence[str], known: Sequence[str], mapping: Mapping[str, str]) -> Columns:
    """Find how the columns of a table are read.

    Parameters
    ----------
    names : sequence of str
        The columns of a table.
    known : sequence of str
        The columns of the journal; those of applications are known besides.
    mapping : mapping of str to str
        Columns of the file, and their names in the journal; blank for a column to leave out.

    Raises
    ------
    FileError
        Duplicate, missing or misspelt columns; every fault is listed.

    Examples
    --------
    >>> columns = find_columns(["Employer", "rapport", "Colour"], ["company", "rapport"], {})
    >>> columns.used, columns.ignored, columns.recognised
    ({0: 'company', 1: 'rapport'}, ('Colour',), {'Employer': 'company'})
    """
    ours = {fold(name): name for name in (APPLIED, CHANNEL, *known)}
    faults = [
        Fault("no such column", field=theirs, nearest=nearest(theirs, names))
        for theirs in mapping
        if theirs not in names
    ]
    faults += [
        Fault("no such column or sign in the journal", field=name, nearest=nearest(name, ours.values()))
        for name in mapping.values()
        if name and fold(name) not in ours
    ]
    targets = [ours.get(fold(mapping.get(name, name))) for name in names]
    found = [name for name in targets if name]
    faults += [Fault("given twice", field=name) for name in sorted({*found}) if found.count(name) > 1]
    fields = [
        other_names().get(fold(name)) if target is None and name not in mapping else None
        for name, target in zip(names, targets, strict=True)
    ]
    interview_date = False
    recognised: dict[str, str] = {}
    for i, field in enumerate(fields):
        target = "date" if field == INTERVIEW_DATE else field
        if target is None or target not in ours.values():
            continue
        rivals = [j for j, each in enumerate(targets) if each == target and names[j] not in mapping]
        if target not in targets:
            targets[i] = recognised[names[i]] = target
            interview_date |= field == INTERVIEW_DATE
        elif rivals and target in _ASKED and (names[rivals[0]] in recognised or field == INTERVIEW_DATE):
            seen = f"{names[rivals[0]]} and {names[i]}"
            faults.append(Fault("two columns may be meant", "", None, target, seen, "", Remedy.MAP_ONE))
    ignored = [name for name, target in zip(names, targets, strict=True) if target is None]
    faults += [
        Fault("unknown column", field=name, nearest=nearest(name, ours.values()))
        for name, field in zip(names, fields, strict=True)
        if name in ignored and field is None and name not in mapping and is_misspelt(name, ours.values())
    ]
    if not {*targets} - {None, APPLIED, CHANNEL} and not faults:
        faults.append(Fault("none of the columns is known", remedy=Remedy.MAP_COLUMNS))
    if faults:
        raise FileError(faults)
    used = {i: name for i, name in enumerate(targets) if name}
    return Columns(used, tuple(ignored), recognised, interview_date)
