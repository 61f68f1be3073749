"""The journal as a file, there and back."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from ...data.errors import Fault, FileError, InputError, clip
from ...data.journal.importing import Imported, import_into
from ...data.journal.mapping import read_mapping
from ...model.standing import predictor
from ..downloads import download
from ..posted import Checked
from ..site import Site, site_of
from ..uploads import on_disk
from .journal import TYPED, show_journal

router = APIRouter(include_in_schema=False)
_SHOWN = 20  # columns not used


@router.get("/journal/export.csv")
def csv(request: Request) -> Response:
    """Give the whole journal as CSV."""
    return download(site_of(request), "csv")


@router.get("/journal/export.json")
def json(request: Request) -> Response:
    """Give the whole journal as JSON."""
    return download(site_of(request), "json")


@router.post("/journal/import")
def import_(request: Request, form: Checked) -> Response:
    """Read a file into the journal, all or nothing."""
    typed = {name: text if isinstance(text := form.get(name), str) else "" for name in TYPED}
    try:
        done = _import(site_of(request), form, typed)
    except InputError as error:
        return show_journal(request, faults=error.faults, typed=typed)
    said = {"added": len(done.added), "known": done.known, "outcomes": done.outcomes}
    unused = [clip(name, 60).strip("'\"") for name in done.ignored_columns[:_SHOWN]]
    return RedirectResponse(f"/journal?{urlencode(said | {'unused': unused}, doseq=True)}", status_code=303)


def _import(site: Site, form: FormData, typed: dict[str, str]) -> Imported:
    """Read the file of a form into the journal.

    Raises
    ------
    InputError
        No file, or what is wrong with it; every fault is listed with the name that the file came with.
    """
    upload = form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise FileError([Fault("choose a file", field="file")])
    mapping = read_mapping([line for line in typed["columns"].splitlines() if line.strip()], "columns")
    pattern = typed["date_format"].strip() or None
    predict = predictor(site.chosen().model)
    with on_disk([upload]) as (path,), site.journal() as book:
        return import_into(book, path, mapping=mapping, pattern=pattern, predict=predict)
