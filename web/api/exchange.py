"""``/api/journal/export``, ``import`` and ``undo``: the journal as a file, there and back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import StreamingResponse

from ...journal.importing import import_into, read_mapping
from ...journal.status import predictor
from ...journal.undo import undo_import
from ...reporting.as_json import import_data, undo_data
from ..downloads import download
from ..forms import on_disk
from ..security import header_secret
from ..state import Shared
from .schemas import refusals
from .strict_requests import StrictRoute, only_fields

router = APIRouter(prefix="/api/journal", tags=["journal"], route_class=StrictRoute)
_Declared = dict[int | str, dict[str, Any]]
_FILE = {"headers": {"Content-Disposition": {"schema": {"type": "string"}}}}
_CSV: _Declared = {200: _FILE | {"content": {"text/csv": {"schema": {"type": "string"}}}}}
_JSON: _Declared = {200: _FILE | {"content": {"application/json": {"schema": {"type": "object"}}}}}


@router.get("/export.csv", response_class=StreamingResponse, responses=refusals(409) | _CSV)
def as_csv(site: Shared) -> StreamingResponse:
    """Download the whole journal for a spreadsheet, an interview a row."""
    return download(site, ".csv")


@router.get("/export.json", response_class=StreamingResponse, responses=refusals(409) | _JSON)
def as_json(site: Shared) -> StreamingResponse:
    """Download the whole journal for a program, with all that was recorded."""
    return download(site, ".json")


@router.post(
    "/import",
    responses=refusals(409, body=True),
    dependencies=[Depends(header_secret), Depends(only_fields("file", "column", "value", "date_format"))],
)
def import_(
    site: Shared,
    file: Annotated[UploadFile, File(description="An export, or a table with an interview a row.")],
    column: Annotated[
        list[str], Form(description="What a column of yours is called here, as THEIRS=OURS; repeatable.")
    ] = [],  # noqa: B006 - FastAPI copies it
    value: Annotated[
        list[str],
        Form(description="What a word in outcomes or signs is called here, as THEIRS=OURS; repeatable."),
    ] = [],  # noqa: B006 - FastAPI copies it
    date_format: Annotated[
        str | None, Form(description="How days are written, as %d.%m.%Y; YYYY-MM-DD unless told.")
    ] = None,
) -> dict[str, Any]:
    """Read an export or a spreadsheet into the journal; what is there already is updated, not doubled."""
    mapping, meanings = read_mapping(column, "column"), read_mapping(value, "value")
    predict = predictor(site.chosen().model)
    with on_disk([file]) as (path,), site.journal() as book:
        done = import_into(
            book, path, mapping=mapping, meanings=meanings, pattern=date_format or None, predict=predict
        )
    return import_data(done)


@router.post("/undo", responses=refusals(409), dependencies=[Depends(header_secret)])
def undo(site: Shared) -> dict[str, Any]:
    """Undo the last import as a whole; interviews changed by hand since stay as they are."""
    with site.journal() as book:
        return undo_data(undo_import(book))
