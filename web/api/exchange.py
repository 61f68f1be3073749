"""``/api/journal/export``, ``import`` and ``undo``: the journal as a file."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from pydantic import WithJsonSchema
from starlette.responses import StreamingResponse

from ...data.limits import REQUEST_INTERVIEWS
from ...data.tables.formats import format_of
from ...journal.export import EXPORTERS
from ...journal.importing import import_into, read_mapping, read_meanings
from ...journal.status import Predictor
from ...journal.undo import undo_last_change
from ...reporting.as_json import import_data, undo_data
from ..forms import temporary_files
from ..security import check_secret_header
from ..state import AppState, State
from .schemas import ExportModel, ImportModel, UndoModel, error_responses
from .strict_requests import StrictRoute, only_fields

router = APIRouter(prefix="/api/journal", tags=["journal"], route_class=StrictRoute)
_Responses = dict[int | str, dict[str, Any]]
Client = Annotated[str | None, Query(description="Only the interviews of this client or tag.")]
_BINARY = {"type": "string", "format": "binary"}
_FILE = {"headers": {"Content-Disposition": {"schema": {"type": "string"}}}}
_CSV: _Responses = {200: _FILE | {"content": {"text/csv": {"schema": _BINARY}}}}
_XLSX: _Responses = {
    200: _FILE
    | {"content": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {"schema": _BINARY}}}
}
_JSON: _Responses = {200: _FILE | {"model": ExportModel}}
_MAX_BYTES_IN_MEMORY = 1 << 22
_CHUNK_BYTES = 1 << 16


@router.get(
    "/export.csv",
    operation_id="export_csv",
    response_class=StreamingResponse,
    responses=error_responses(409) | _CSV,
)
def as_csv(state: State, client: Client = None) -> StreamingResponse:
    """Download the journal as CSV for a spreadsheet, one row for each interview."""
    return download(state, ".csv", client)


@router.get(
    "/export.xlsx",
    operation_id="export_xlsx",
    response_class=StreamingResponse,
    responses=error_responses(409) | _XLSX,
)
def as_xlsx(state: State, client: Client = None) -> StreamingResponse:
    """Download the journal as a workbook, one row for each interview."""
    return download(state, ".xlsx", client)


@router.get(
    "/export.json",
    operation_id="export_json",
    response_class=StreamingResponse,
    responses=error_responses(409) | _JSON,
)
def as_json(state: State, client: Client = None) -> StreamingResponse:
    """Download the journal as JSON for a program, with everything recorded."""
    return download(state, ".json", client)


@router.post(
    "/import",
    operation_id="import_journal",
    response_model=ImportModel,
    responses=error_responses(409, body=True),
    dependencies=[
        Depends(check_secret_header),
        Depends(only_fields("file", "column", "value", "date_format", "sheet")),
    ],
)
def import_(
    state: State,
    file: Annotated[
        UploadFile,
        WithJsonSchema(_BINARY),
        File(description="An export, or a table with one row for each interview."),
    ],
    column: Annotated[
        list[str], Form(description="Match a column of yours, as YOURS=OURS. Can be repeated.")
    ] = [],  # noqa: B006 - FastAPI copies it
    value: Annotated[
        list[str],
        Form(
            description="Match a word of yours for an outcome or an answer, as YOURS=OURS. Can be repeated."
        ),
    ] = [],  # noqa: B006 - FastAPI copies it
    date_format: Annotated[
        str | None, Form(description="Date format, such as dd/mm/yyyy, if the dates are ambiguous.")
    ] = None,
    sheet: Annotated[str | None, Form(description="Sheet of a workbook, if several could be meant.")] = None,
) -> dict[str, Any]:
    """Import an export or a spreadsheet.

    Interviews that are already in the journal are updated, not added twice.
    """
    model = state.active_model().model
    mapping, meanings = read_mapping(column, "column"), read_meanings(value, "value", model.catalogue)
    with temporary_files([file]) as (path,), state.open_journal() as book:
        result = import_into(
            book,
            path,
            mapping=mapping,
            meanings=meanings,
            pattern=date_format or None,
            sheet=sheet or None,
            predict=Predictor(model),
            max_rows=REQUEST_INTERVIEWS,
        )
    return import_data(result)


@router.post(
    "/undo",
    operation_id="undo_change",
    response_model=UndoModel,
    responses=error_responses(409),
    dependencies=[Depends(check_secret_header)],
)
def undo(state: State) -> dict[str, Any]:
    """Undo the last change: an addition, an import, a deletion, a correction, an outcome or news."""
    with state.open_journal() as book:
        change, result = undo_last_change(book)
        return undo_data(result, change)


def download(state: AppState, suffix: str, client: str | None = None) -> StreamingResponse:
    """Export the whole journal as a file.

    The file is complete before any of it is sent. So an error becomes an error page, not a file that ends
    early; a slow reader does not lock the journal; and the connection stays in one thread, as SQLite needs.

    Parameters
    ----------
    state : AppState
    suffix : {".csv", ".xlsx", ".json"}

    Raises
    ------
    JournalError
        The journal cannot be read.
    """
    # closed in this function, since the connection belongs to this thread
    with state.open_journal() as book, closing(EXPORTERS[suffix](book, client)) as lines:
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


def _write_lines(lines: Iterable[str | bytes]) -> IO[bytes]:
    """Write lines to a temporary file, on disk if it is large; the caller closes it."""
    file = SpooledTemporaryFile(_MAX_BYTES_IN_MEMORY)  # noqa: SIM115
    try:
        for line in lines:
            file.write(line if isinstance(line, bytes) else line.encode())
    except BaseException:
        file.close()
        raise
    return file


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
