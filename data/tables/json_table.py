"""Read and write JSON and JSON lines.

A file is read as one batch, since any record may introduce new columns.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import Fault, FileError, Remedy, clip
from ..files import json_size_faults, parse_json, read_json, read_text
from ..language import N_, _
from ..limits import COLUMNS, FAULTS, VALUES, too_large
from .base import Batch, TableFormat, TableReader, TableWriter, header_faults

if TYPE_CHECKING:
    import pandas as pd


class JsonReader(TableReader):
    """A reader of records that name their columns; ``read`` reads the whole file when it is opened."""

    fraction_read = 1.0

    def __init__(
        self,
        read: Callable[[str | Path], Sequence[Any]],
        path: str | Path,
        size: int | None,  # noqa: ARG002
        known: Iterable[str] = (),  # noqa: ARG002
    ) -> None:
        self.source = str(path)
        self._frame = _frame(read(path), path)
        self.names = tuple(self._frame.columns)
        if not self.names:
            raise FileError(header_faults(self.names, path))

    def __iter__(self) -> Iterator[Batch]:
        import numpy as np

        yield Batch(self._frame, np.arange(1, len(self._frame) + 1))

    def close(self) -> None:
        """Do nothing: the file is already closed."""


def read_list(path: str | Path) -> list[Any]:
    """Read a JSON file that contains a list."""
    content = read_json(path)
    if not isinstance(content, list):
        seen = _("a {kind}", kind=type(content).__name__)
        raise FileError([Fault("not a table", str(path), seen=seen, expected="a list of objects")])
    return content


def read_lines(path: str | Path) -> list[Any]:
    """Read a file of JSON lines; invalid lines are reported together."""
    records: list[Any] = []
    faults: list[Fault] = []
    text = read_text(path)
    if size_faults := json_size_faults(text, str(path)):
        raise FileError(size_faults)
    lines = filter(str.strip, text.split("\n"))
    for row, line in enumerate(lines, start=1):
        try:
            records.append(parse_json(line, str(path), row))
        except FileError as error:
            faults += error.faults
            if len(faults) >= FAULTS:
                break
    if faults:
        raise FileError(faults)
    return records


class JsonLinesWriter(TableWriter):
    """A writer of one object per line."""

    def _write(self, frame: "pd.DataFrame") -> None:
        if len(frame):
            text = frame.to_json(orient="records", lines=True, double_precision=15, date_format="iso")
            self._file.write(text.encode())


class JsonWriter(TableWriter):
    """A writer of a list of objects."""

    _empty = True

    def _write(self, frame: "pd.DataFrame") -> None:
        if len(frame):
            text = frame.to_json(orient="records", indent=1, double_precision=15, date_format="iso")
            self._file.write(b"[" if self._empty else b",")
            self._file.write(text.removeprefix("[").removesuffix("\n]").encode())
            self._empty = False

    def _finish(self) -> None:
        self._file.write(b"[]\n" if self._empty else b"\n]\n")


def _frame(records: Sequence[Any], path: str | Path) -> "pd.DataFrame":
    """Build a frame with the columns of all records, in the order in which they first occur."""
    import pandas as pd

    others = ((row, record) for row, record in enumerate(records, 1) if not isinstance(record, Mapping))
    faults = [
        Fault("not an object", str(path), row, seen=clip(record), expected="fields with answers")
        for row, record in islice(others, FAULTS)
    ]
    if faults:
        raise FileError(faults)
    names: dict[str, None] = {}
    for record in records:
        names |= dict.fromkeys(record)
        if len(names) > COLUMNS:
            raise FileError([too_large(str(path), len(names), N_("{n} columns"), COLUMNS)])
    if (n_cells := len(records) * len(names)) > VALUES:
        raise FileError([too_large(str(path), n_cells, N_("{n} cells"), VALUES, Remedy.SAVE_AS_CSV)])
    columns = {name: [record.get(name) for record in records] for name in names}
    return pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})


FORMATS = (
    TableFormat("JSON", (".json",), "application/json", partial(JsonReader, read_list), JsonWriter),
    TableFormat(
        "JSON lines",
        (".jsonl", ".ndjson"),
        "application/jsonl",
        partial(JsonReader, read_lines),
        JsonLinesWriter,
    ),
)
