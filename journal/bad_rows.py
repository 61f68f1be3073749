"""Rows of a file with faults: reported together, or written to another table."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from ..data.errors import Fault, InputError
from ..data.tables.base import Batch
from ..data.tables.formats import open_table
from ..data.tables.rejected_rows import put_aside
from ..data.tables.writers import writing_tables


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
            torn = {row: cells for row, cells in batch.torn.items() if row in bad}
            here = {*batch.rows.tolist(), *torn}
            some = Batch(batch.frame, batch.rows, torn)
            writer.write(put_aside(some, [f for f in faults if f.row in here], table.source, table.delimiter))
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
