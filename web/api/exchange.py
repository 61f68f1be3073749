"""``/api/journal/export`` and ``import``: the journal as a file, there and back."""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from starlette.responses import StreamingResponse

from ...data.journal.export import export_csv, export_json
from ...data.journal.importing import import_into
from ...data.journal.mapping import read_mapping
from ...data.journal.store import Journal
from ...model.standing import predictor
from ...words.plain import import_data
from ..secret import header_secret
from ..site import Shared, Site
from ..uploads import on_disk
from .declared import refusals
from .strict import StrictRoute, only_fields

router = APIRouter(prefix="/api/journal", tags=["journal"], route_class=StrictRoute)
_PIECE = 1 << 16  # characters sent at once
_Declared = dict[int | str, dict[str, Any]]
_CSV: _Declared = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
_JSON: _Declared = {200: {"content": {"application/json": {"schema": {"type": "object"}}}}}


@router.get("/export.csv", response_class=StreamingResponse, responses=refusals(409) | _CSV)
def as_csv(site: Shared) -> StreamingResponse:
    """Download the whole journal for a spreadsheet, an interview a row."""
    return _download(site, export_csv, "text/csv; charset=utf-8", "offerodds-journal.csv")


@router.get("/export.json", response_class=StreamingResponse, responses=refusals(409) | _JSON)
def as_json(site: Shared) -> StreamingResponse:
    """Download the whole journal for a program, with all that was recorded."""
    return _download(site, export_json, "application/json", "offerodds-journal.json")


@router.post(
    "/import",
    responses=refusals(409, body=True),
    dependencies=[Depends(header_secret), Depends(only_fields("file", "column", "date_format"))],
)
def import_(
    site: Shared,
    file: Annotated[UploadFile, File(description="An export, or a table with an interview a row.")],
    column: Annotated[
        list[str], Form(description="What a column of yours is called here, as THEIRS=OURS; repeatable.")
    ] = [],  # noqa: B006 - FastAPI copies it
    date_format: Annotated[
        str | None, Form(description="How days are written, as %d.%m.%Y; YYYY-MM-DD unless told.")
    ] = None,
) -> dict[str, Any]:
    """Read an export or a spreadsheet into the journal; what is known already is not doubled."""
    mapping = read_mapping(column, "column")
    predict = predictor(site.chosen().model)
    with on_disk([file]) as (path,), site.journal() as book:
        done = import_into(book, path, mapping=mapping, pattern=date_format or None, predict=predict)
    return import_data(done)


def _download(
    site: Site, export: Callable[[Journal], Iterator[str]], kind: str, name: str
) -> StreamingResponse:
    """Return an export that is sent while it is made; a journal that cannot be read fails before."""
    pieces = _pieces(site, export)
    first = next(pieces, "")
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(chain([first], pieces), media_type=kind, headers=headers)


def _pieces(site: Site, export: Callable[[Journal], Iterator[str]]) -> Iterator[str]:
    """Yield an export in pieces worth sending, with the journal open for as long as it lasts."""
    with site.journal() as book:
        waiting: list[str] = []
        size = 0
        for line in export(book):
            waiting.append(line)
            size += len(line)
            if size >= _PIECE:
                yield "".join(waiting)
                waiting, size = [], 0
        yield "".join(waiting)
