"""The pieces of files that workers read: their rows, which of them are faulty, and where these stand.

A worker knows neither the row of a file that its piece begins with nor what other workers find. It counts the
rows of each piece; the pieces of a file in order then give every row its number.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from ...data.errors import SHOWN_FAULTS, AnswerError, Fault, InputError, Kind, Remedy
from .input import BLOCK, SOURCE, TORN, Table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Part:
    """Some rows of one piece, one after the other.

    Parameters
    ----------
    piece : Piece
    first : int
        How many rows of the piece came before.
    place : (n,) array of int
        Which rows of the batch it came in they are.
    cells : DataFrame
        With the columns of the file.
    torn : list of n str or None
        A row as it stands in the file, if it has too many or too few cells.
    """

    piece: "Piece"
    first: int
    place: npt.NDArray[np.intp]
    cells: "pd.DataFrame"
    torn: list[str | None]


@dataclass
class Piece:
    """What was seen of one piece of a file: its rows, how many faults they have, and the first of these."""

    source: str
    block: int
    rows: int = 0
    bad: int = 0
    count: int = 0
    faults: list[Fault] = field(default_factory=list)


class Pieces:
    """All pieces that one worker reads."""

    def __init__(self, table: Table) -> None:
        self._names, self._numbered, self._delimiter = table.names, table.numbered, table.delimiter
        self._pieces: dict[tuple[str, int], Piece] = {}

    def parts(self, batch: "pd.DataFrame") -> Iterator[Part]:
        """Yield the rows of a batch by piece, and count them."""
        places = batch.groupby([SOURCE, BLOCK], sort=False).indices
        for key, found in places.items():
            (source, block), place = cast("tuple[str, int]", key), np.asarray(found)
            piece = self._pieces.setdefault((source, block), Piece(unquote(source), int(block)))
            rows = batch.iloc[place]
            cells = rows[self._numbered].set_axis(list(self._names), axis=1)
            torn = [row if isinstance(row, str) else None for row in rows[TORN]]
            yield Part(piece, piece.rows, place, cells, torn)
            piece.rows += len(place)

    def faults(self, part: Part, check: "Callable[[pd.DataFrame], object]") -> list[Fault]:
        """Return what is wrong with the rows of a part, counted from 1 within it, and keep count.

        Parameters
        ----------
        part : Part
        check : callable
            Given cells, raises an AnswerError with every fault of these.
        """
        faults = self._torn(part)
        whole = np.flatnonzero([row is None for row in part.torn])
        try:
            check(part.cells.iloc[whole] if faults else part.cells)
        except AnswerError as error:
            faults += [replace(fault, row=int(whole[(fault.row or 1) - 1]) + 1) for fault in error.faults]
        if faults:
            faults.sort(key=lambda fault: fault.row or 0)
            self._keep(part, faults)
        return faults

    def told(self) -> list[dict[str, object]]:
        """Return what was seen of every piece, as plain data."""
        return [
            asdict(piece) | {"faults": [as_data(fault) for fault in piece.faults]}
            for piece in self._pieces.values()
        ]

    def _keep(self, part: Part, faults: list[Fault]) -> None:
        piece = part.piece
        piece.count += len(faults)
        piece.bad += len({fault.row for fault in faults})
        piece.faults += [replace(fault, row=part.first + (fault.row or 0)) for fault in faults]
        del piece.faults[SHOWN_FAULTS:]

    def _torn(self, part: Part) -> list[Fault]:
        """Return the faults of rows with too many or too few cells."""
        expected = str(len(self._names))
        problem, remedy = "wrong number of cells", Remedy.NO_LINE_BREAKS
        return [
            Fault(problem, row=i, seen=self._many(row), expected=expected, remedy=remedy)
            for i, row in enumerate(part.torn, start=1)
            if row is not None
        ]

    def _many(self, row: str) -> str:
        return str(len(next(csv.reader(io.StringIO(row), delimiter=self._delimiter or ","), [])))


class Located:
    """What all workers saw, put together.

    Parameters
    ----------
    told : iterable of str
        What `Pieces.told` gave on each, as JSON.
    files : sequence of str
        In the order in which faults are shown.
    """

    def __init__(self, told: Iterable[str], files: Iterable[str]) -> None:
        rank = {shown(file): place for place, file in enumerate(files)}
        pieces = [
            Piece(**piece | {"faults": [from_data(fault) for fault in piece["faults"]]})
            for each in told
            for piece in json.loads(each)
        ]
        self._pieces = sorted(
            pieces, key=lambda each: (rank.get(shown(each.source), len(rank)), each.source, each.block)
        )
        self.rows = sum(piece.rows for piece in pieces)
        self.bad = sum(piece.bad for piece in pieces)

    def firsts(self) -> dict[tuple[str, int], int]:
        """Return how many rows of its file come before each piece."""
        firsts: dict[tuple[str, int], int] = {}
        before: dict[str, int] = {}
        for piece in self._pieces:
            firsts[piece.source, piece.block] = before.get(piece.source, 0)
            before[piece.source] = firsts[piece.source, piece.block] + piece.rows
        return firsts

    def check(self) -> None:
        """Raise what is wrong.

        Raises
        ------
        InputError
            There are faults: the first of them with their rows, and how many there are.
        """
        firsts = self.firsts()
        first = [
            replace(
                fault,
                source=shown(piece.source),
                row=(fault.row or 0) + firsts[piece.source, piece.block],
            )
            for piece in self._pieces
            for fault in piece.faults
        ]
        if count := sum(piece.count for piece in self._pieces):
            raise InputError(first[:SHOWN_FAULTS], count)


def as_data(fault: Fault) -> dict[str, object]:
    """Return a fault as plain data, its codes by name."""
    remedy = fault.remedy.name if isinstance(fault.remedy, Remedy) else None
    return asdict(fault) | {"remedy": remedy, "kind": fault.kind.name}


def from_data(data: dict[str, Any]) -> Fault:
    """Return the fault that `as_data` gave."""
    remedy = data["remedy"] and Remedy[data["remedy"]]
    return Fault(**data | {"remedy": remedy, "kind": Kind[data["kind"]]})


def shown(file: str) -> str:
    """Return the name of a file as its owner would write it.

    Examples
    --------
    >>> shown("file:///home/me/mine.csv"), shown("file:/home/me/mine.csv"), shown("s3a://ours/mine.csv")
    ('/home/me/mine.csv', '/home/me/mine.csv', 's3a://ours/mine.csv')
    """
    return "/" + file.removeprefix("file:").lstrip("/") if file.startswith("file:") else file
