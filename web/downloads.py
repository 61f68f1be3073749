"""The journal as a file to download."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from tempfile import SpooledTemporaryFile
from typing import IO

from starlette.responses import StreamingResponse

from ..data.tables.formats import format_of
from ..journal.export import EXPORTERS
from .state import AppState

_MAX_BYTES_IN_MEMORY = 1 << 22
_CHUNK_BYTES = 1 << 16


def download(state: AppState, suffix: str) -> StreamingResponse:
    """Export the whole journal as a file.

    The file is complete before any of it is sent. So an error becomes an error page, not a file that ends
    early; a slow reader does not lock the journal; and the connection stays in one thread, as SQLite needs.

    Parameters
    ----------
    state : AppState
    suffix : {".csv", ".json"}

    Raises
    ------
    JournalError
        The journal cannot be read.
    """
    # closed in this function, since the connection belongs to this thread
    with state.open_journal() as book, closing(EXPORTERS[suffix](book)) as lines:
        file = _write_lines(lines)
    name = f"offerodds-journal{suffix}"
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(file.tell()),
    }
    file.seek(0)
    table_format = format_of(name)
    media_type = table_format.media_type if table_format else None
    return StreamingResponse(_chunks(file), media_type=media_type, headers=headers)


def _write_lines(lines: Iterable[str]) -> IO[bytes]:
    """Write lines to a temporary file, on disk if it is large; the caller closes it."""
    file = SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY)  # noqa: SIM115
    try:
        for line in lines:
            file.write(line.encode())
    except BaseException:
        file.close()
        raise
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
