"""Training on the person's own outcomes, and undoing it."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, RedirectResponse, Response

from ...data.errors import Fault, InputError, Remedy
from ...data.files import user_model_path
from ...data.language import N_, _
from ...journal.records import DECIDED
from ...journal.store import Journal
from ...reporting.evaluation import (
    CANDIDATE_NAMES,
    base_rate_change,
    candidate_sentence,
    changes_in_use,
    choice_sentence,
    data_notes,
    prior_conflict_lines,
    stability,
    subsample_note,
    trained_on,
)
from ...training.model_store import previous_model_path, undo_training
from ...training.result import TrainingResult
from ...training.validation.candidates import CandidateName, Choice
from ..forms import AuthorizedForm, temporary_files
from ..state import AppState, app_state
from ..templating import render_page
from ..training_jobs import journal_job, other_model_remarks, start_training, tables_job

router = APIRouter(include_in_schema=False)
_HEADINGS = {
    "insufficient": N_("too early to say"),
    "flat": N_("the signs do not help yet"),
    "inverted": N_("the signs point the wrong way"),
    "separating": N_("the signs work for you"),
}


@router.get("/train")
def show(request: Request) -> HTMLResponse:
    """Show the outcomes to train on, the progress of a training, and the result of the last one."""
    return _show(request)


@router.get("/train/progress")
async def progress(request: Request) -> HTMLResponse:
    """Show the progress of a training alone."""
    return render_page(request, "_progress.html", progress=app_state(request).training.progress)


@router.post("/train")
def start(request: Request, form: AuthorizedForm) -> Response:
    """Start training on the journal or on a table."""
    try:
        use = _candidate(form.get("use"))
        sheet = str(form.get("sheet") or "").strip() or None
        synthetic = form.get("synthetic") == "yes"
        _start(app_state(request), form.get("table"), use, synthetic=synthetic, sheet=sheet)
    except InputError as error:
        return _show(request, tuple(error.faults), error.remedy)
    return RedirectResponse("/train", status_code=303)


@router.post("/train/undo")
def undo(form: AuthorizedForm) -> Response:  # noqa: ARG001 (checks the secret)
    """Use the previous model again."""
    undo_training()
    return RedirectResponse("/train", status_code=303)


def _candidate(value: UploadFile | str | None) -> CandidateName | None:
    """Read the choice of the model to use; None for the one that predicts best."""
    if not value:
        return None
    found = next((name for name in CANDIDATE_NAMES if name == value), None)
    if found is None:
        raise InputError(
            [Fault("no such model", field="use", seen=str(value), expected=", ".join(CANDIDATE_NAMES))]
        )
    return found


def _start(
    state: AppState,
    table: UploadFile | str | None,
    use: CandidateName | None,
    *,
    synthetic: bool,
    sheet: str | None,
) -> None:
    """Start training, unless one is running: then the page shows the progress of that one."""
    if table is None:
        start_training(state, journal_job(state), use)
        return
    if isinstance(table, str) or not table.filename:
        raise InputError([Fault("choose a file", field="table")])
    with temporary_files([table]) as paths:
        job = tables_job(state, paths, synthetic=synthetic, sheet=sheet)
    start_training(state, job, use)


def _show(request: Request, faults: tuple[Fault, ...] = (), remedy: Remedy | None = None) -> HTMLResponse:
    state = app_state(request)
    current = state.training.progress
    with Journal(state.settings.journal) as book:  # not `open_journal`, which needs a model that can be read
        counts = book.counts()
    return render_page(
        request,
        "train.html",
        status=422 if faults else 200,
        progress=current,
        faults=faults or current.faults,
        upload="table",
        inputs={"table": "table", "use": "use-journal"},
        remedy=remedy,
        outcomes=sum(counts.get(status, 0) for status in DECIDED),
        **_model_in_use(state),
        trained=user_model_path().exists(),
        previous=previous_model_path().exists(),
        remarks=other_model_remarks(state),
        result=_result_in_words(current.result, current.choice)
        if current.result and current.choice
        else None,
        candidates=CANDIDATE_NAMES,
    )


def _model_in_use(state: AppState) -> dict[str, Any]:
    """Describe the model in use, or list its faults: this page is where a damaged model is replaced."""
    try:
        return {"model": state.active_model().description, "model_faults": ()}
    except InputError as error:
        return {"model": "", "model_faults": error.faults}


def _result_in_words(result: TrainingResult, choice: Choice) -> dict[str, Any]:
    """Describe the result of a training in sentences."""
    validation = result.validation
    sentences = [trained_on(result), *data_notes(result)]
    sentences += filter(None, [base_rate_change(result, choice.model), changes_in_use(result, choice)])
    sentences += [f"{remark}." for remark in result.remarks]
    sentences += prior_conflict_lines(result.check, result.model.catalogue)
    if validation.stability is not None:
        sentences.append(stability(validation.stability))
    if judged := subsample_note(validation):
        sentences.append(judged)
    if validation.candidates:
        sentences.append(candidate_sentence(validation.candidates))
    verdict = result.verdict
    return {
        "heading": _(_HEADINGS[verdict.word]),
        "verdict": verdict.sentence,
        "in_use": choice_sentence(choice),
        "sentences": sentences,
    }
