"""The journal as a file, there and back."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.datastructures import FormData, UploadFile
from starlette.responses import RedirectResponse, Response

from ...data.errors import Fault, FileError, InputError, clip, printable
from ...journal.importing import ImportResult, import_into, read_mapping
from ...journal.status import predictor
from ...journal.undo import undo_import
from ...reporting.journal import undo_summary
from ..downloads import download
from ..forms import Checked, on_disk
from ..state import Site, site_of
from .journal import TYPED, show_journal

router = APIRouter(include_in_schema=False)
_SHOWN = 20  # columns not used


@router.get("/journal/export.csv")
def csv(request: Request) -> Response:
    """Give the whole journal as CSV."""
    return download(site_of(request), ".csv")


@router.get("/journal/export.json")
def json(request: Request) -> Response:
    """Give the whole journal as JSON."""
    return download(site_of(request), ".json")


@router.post("/journal/import")
def import_(request: Request, form: Checked) -> Response:
    """Read a file into the journal, all or nothing."""
    typed = {name: text if isinstance(text := form.get(name), str) else "" for name in TYPED}
    try:
        done = _import(site_of(request), form, typed)
    except InputError as error:
        return show_journal(request, faults=error.faults, remedy=error.remedy, typed=typed)
    said = {"added": len(done.added), "known": done.known, "updated": len(done.updated)}
    said |= {"outcomes": done.outcomes, "left_out": done.left_out}
    unused = [clip(name, 60).strip("'\"") for name in done.ignored_columns[:_SHOWN]]
    remarks = [printable(remark)[:200] for remark in done.remarks[:_SHOWN]]
    shown = said | {"unused": unused, "remark": remarks}
    return RedirectResponse(f"/journal?{urlencode(shown, doseq=True)}", status_code=303)


@router.post("/journal/undo")
def undo(request: Request, form: Checked) -> Response:
    """Undo the last import, if it still is the one that the page showed."""
    shown = form.get("import")
    number = int(shown) if isinstance(shown, str) and shown.isascii() and shown.isdecimal() else -1
    try:
        with site_of(request).journal() as book:
            result = undo_import(book, number)
    except InputError as error:
        return show_journal(request, faults=error.faults)
    return show_journal(request, said=undo_summary(result))


def _import(site: Site, form: FormData, typed: dict[str, str]) -> ImportResult:
    """Read the file of a form into the journal.

    Raises
    ------
    InputError
        No file, or what is wrong with it; every fault is listed with the name that the file came with.
    """
    upload = form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise FileError([Fault("choose a file", field="file")])
    mapping, meanings = (
        read_mapping([line for line in typed[name].splitlines() if line.strip()], name)
        for name in ("columns", "values")
    )
    pattern = typed["date_format"].strip() or None
    predict = predictor(site.chosen().model)
    with on_disk([upload]) as (path,), site.journal() as book:
        return import_into(book, path, mapping=mapping, meanings=meanings, pattern=pattern, predict=predict)
