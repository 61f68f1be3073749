"""CSV in batches, read strictly, by Python's csv module: pyarrow takes `"a"b` for a cell."""

import csv
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from .batch import Batch, Batches
from .errors import Fault, FileError
from .files import opened, unreadable
from .header import delimiter_of, header_faults

if TYPE_CHECKING:
    import pandas as pd

_LONGEST_CELL = 100_000_000  # characters
_SIZE = 16_384  # rows; so much text still fits a cache, more takes longer
_LIMIT = Lock()  # of cells: the csv module has one for all threads
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*")


class CsvBatches(Batches):
    """A CSV file, UTF-8; every cell is text as it stands in the file.

    Parameters
    ----------
    path : str or Path
    size : int, optional
        Rows of a batch at most.
    """

    def __init__(self, path: str | Path, size: int | None) -> None:
        self.source, self._size = str(path), size or _SIZE
        self._file = opened(path)
        try:
            self._bytes = os.fstat(self._file.fileno()).st_size
            rows = self._rows()
            self.names = tuple(name.strip() for name in self._take(rows, 1)[0])
            if faults := header_faults(self.names, path):
                torn = self._batch(self._take(rows, self._size), 0).torn_faults(self.source)
                raise FileError(faults + torn)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[Batch]:
        rows = self._rows()
        self._take(rows, 1)
        before, some = 0, self._take(rows, self._size)
        yield self._batch(some, before)
        while some:
            before += len(some)
            if some := self._take(rows, self._size):
                yield self._batch(some, before)

    @property
    def share(self) -> float:
        """By bytes."""
        return self._file.tell() / self._bytes

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _batch(self, some: Sequence[Sequence[str]], before: int) -> Batch:
        width = len(self.names)
        torn = {row: cells for row, cells in enumerate(some, before + 1) if len(cells) != width}
        rows = np.arange(before + 1, before + 1 + len(some))
        if torn:
            some, rows = [cells for cells in some if len(cells) == width], np.setdiff1d(rows, [*torn])
        return Batch(self._frame(some), rows, torn)

    def _frame(self, rows: Sequence[Sequence[str]]) -> "pd.DataFrame":
        import pandas as pd

        columns: Iterable[Sequence[str]] = zip(*rows, strict=True) if rows else [()] * len(self.names)
        if self.delimiter == ";":
            columns = ([_with_point(cell) for cell in cells] for cells in columns)
        numbered = {i: pd.Series(cells, dtype=object) for i, cells in enumerate(columns)}
        return pd.DataFrame(numbered).set_axis(list(self.names), axis=1)

    def _take(self, rows: Iterator[list[str]], most: int) -> list[list[str]]:
        """Return the next rows."""
        try:
            with _long_cells():
                return list(islice(rows, most))
        except csv.Error as error:
            raise FileError([Fault("not CSV", source=self.source, seen=str(error))]) from None

    def _rows(self) -> Iterator[list[str]]:
        """Yield the cells of every line that is not blank, those of the header first."""
        lines = self._lines()
        header = next((line for line in lines if line.strip("\r\n")), "")
        if not header.strip() and not any(map(str.strip, lines)):
            raise FileError([Fault("the file is empty", source=self.source)])
        self.delimiter = delimiter_of(header)
        yield from filter(None, csv.reader(chain([header], lines), delimiter=self.delimiter, strict=True))

    def _lines(self) -> Iterator[str]:
        """Yield the lines of the file from its beginning, with what ends them."""
        self._file.seek(0)
        text = TextIOWrapper(self._file, "utf-8-sig", newline="")
        try:
            for line in text:
                if "\x00" in line:
                    raise FileError([Fault("binary, not text", source=self.source)])
                yield line
        except UnicodeDecodeError:
            raise FileError([self._not_text()]) from None
        except OSError as error:
            raise FileError([unreadable(self.source, error)]) from None
        finally:
            if not self._file.closed:
                text.detach()  # or it would close the file

    def _not_text(self) -> Fault:
        """Return the fault of a file that is not UTF-8, with the line."""
        self._file.seek(0)
        line = next((number for number, line in enumerate(self._file, 1) if not _is_text(line)), 1)
        return Fault(f"not UTF-8 text (line {line})", source=self.source, remedy="save it as UTF-8")


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let cells be as long as notes may be, which the csv module by itself does not."""
    with _LIMIT:
        before = csv.field_size_limit(_LONGEST_CELL)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _with_point(cell: str) -> str:
    """Return a number with a decimal comma, as semicolon tables have it, with a decimal point."""
    return cell.replace(",", ".") if "," in cell and _DECIMAL_COMMA.fullmatch(cell) else cell


def _is_text(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
