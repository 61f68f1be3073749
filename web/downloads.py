"""The journal as a file to save."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from tempfile import SpooledTemporaryFile
from typing import IO

from starlette.responses import StreamingResponse

from ..data.tables.formats import format_of
from ..journal.export import EXPORTERS
from .state import Site

_IN_MEMORY, _PIECE = 1 << 22, 1 << 16  # bytes


def download(site: Site, suffix: str) -> StreamingResponse:
    """Return the whole journal as a file.

    It is made whole before any of it is sent: a fault is then told instead of ending a file early, nobody
    who reads slowly holds up the journal, and the connection stays in the one thread that SQLite allows it.

    Parameters
    ----------
    site : Site
    suffix : {".csv", ".json"}

    Raises
    ------
    JournalError
        It cannot be read.
    """
    # closed here, since the connection belongs to this thread
    with site.journal() as book, closing(EXPORTERS[suffix](book)) as lines:
        file = _whole(lines)
    name = f"offerodds-journal{suffix}"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(file.tell()),
    }
    file.seek(0)
    kind = format_of(name)
    return StreamingResponse(_pieces(file), media_type=kind.media_type if kind else None, headers=headers)


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
