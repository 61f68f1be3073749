"""Learning from one's own outcomes, and the way back."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.errors import Fault, InputError, Remedy
from ...data.files import user_model_path
from ...journal.records import DECIDED
from ...journal.store import Journal
from ...reporting.evaluation import (
    base_rate_change,
    exclusions,
    largest_changes,
    prior_conflict_lines,
    stability,
    subsample_note,
    trained_on,
)
from ...training.model_store import previous_model_path, rollback_model
from ...training.result import TrainingResult
from ..forms import Checked, on_disk
from ..state import Site, site_of
from ..templating import page
from ..training_jobs import begin, from_journal, from_tables, where_kept

router = APIRouter(include_in_schema=False)


@router.get("/train")
def show(request: Request) -> HTMLResponse:
    """Show what there is to learn from, how far a training is, and what the last one gave."""
    return _show(request)


@router.get("/train/progress")
async def progress(request: Request) -> HTMLResponse:
    """Show how far a training is, alone."""
    return page(request, "_progress.html", now=site_of(request).training.now)


@router.post("/train")
def start(request: Request, form: Checked) -> Response:
    """Begin to learn from the journal, or from a table."""
    try:
        _begin(site_of(request), form.get("table"), synthetic=form.get("synthetic") == "yes")
    except InputError as error:
        return _show(request, tuple(error.faults), error.remedy)
    return RedirectResponse("/train", status_code=303)


@router.post("/train/back")
def back(form: Checked) -> Response:  # noqa: ARG001 (its secret counts)
    """Use the model before the present one again."""
    rollback_model()
    return RedirectResponse("/train", status_code=303)


def _begin(site: Site, table: UploadFile | str | None, *, synthetic: bool) -> None:
    """Begin, unless a training runs already: then its progress is what the page shows."""
    if table is None:
        begin(site, from_journal(site))
        return
    if isinstance(table, str) or not table.filename:
        raise InputError([Fault("no table chosen", remedy="choose a file first")])
    with on_disk([table]) as paths:
        learn = from_tables(site, paths, synthetic=synthetic)
    begin(site, learn)


def _show(request: Request, faults: tuple[Fault, ...] = (), remedy: Remedy | None = None) -> HTMLResponse:
    site = site_of(request)
    now = site.training.now
    with Journal(site.settings.journal) as book:  # and not the site's, which needs a model that can be used
        counts = book.counts()
    return page(
        request,
        "train.html",
        status=422 if faults else 200,
        now=now,
        faults=faults or now.faults,
        remedy=remedy,
        outcomes=sum(counts.get(status, 0) for status in DECIDED),
        **_in_use(site),
        trained=user_model_path().exists(),
        previous=previous_model_path().exists(),
        remarks=where_kept(site),
        told=_told(now.result) if now.result else None,
    )


def _in_use(site: Site) -> dict[str, Any]:
    """Return which model is in use, and why it cannot be used: this page is where that is mended."""
    try:
        return {"model": site.chosen().description, "unusable": ()}
    except InputError as error:
        return {"model": "", "unusable": error.faults}


def _told(result: TrainingResult) -> dict[str, Any]:
    """Return what a training gave, in words."""
    found = result.validation
    sentences = [trained_on(result), *exclusions(result), base_rate_change(result), largest_changes(result)]
    sentences += prior_conflict_lines(result.check, result.model.catalogue)
    if found.stability is not None:
        sentences.append(stability(found.stability))
    if judged := subsample_note(found):
        sentences.append(judged)
    return {"verdict": result.verdict, "sentences": sentences}
