"""The journal as a file to save."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from tempfile import SpooledTemporaryFile
from typing import IO

from starlette.responses import StreamingResponse

from ..journal.export import export_csv, export_json
from ..journal.store import Journal
from .state import Site

_IN_MEMORY, _PIECE = 1 << 22, 1 << 16  # bytes
_KINDS: dict[str, tuple[Callable[[Journal], Generator[str, None, None]], str]] = {
    "csv": (export_csv, "text/csv; charset=utf-8"),
    "json": (export_json, "application/json"),
}


def download(site: Site, suffix: str) -> StreamingResponse:
    """Return the whole journal as a file.

    It is made whole before any of it is sent: a fault is then told instead of ending a file early, nobody
    who reads slowly holds up the journal, and the connection stays in the one thread that SQLite allows it.

    Parameters
    ----------
    site : Site
    suffix : {"csv", "json"}

    Raises
    ------
    JournalError
        It cannot be read.
    """
    export, kind = _KINDS[suffix]
    with site.journal() as book, closing(export(book)) as lines:  # it lets go of the journal in this thread
        file = _whole(lines)
    headers = {
        "content-disposition": f'attachment; filename="offerodds-journal.{suffix}"',
        "content-length": str(file.tell()),
    }
    file.seek(0)
    return StreamingResponse(_pieces(file), media_type=kind, headers=headers)


def _whole(lines: Iterable[str]) -> IO[bytes]:
    """Return lines as a file, of which little is kept in memory; whoever sends it closes it."""
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
    try:
        for line in lines:
            file.write(line.encode())
    except BaseException:
        file.close()
        raise
    return file


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE):
            yield piece
