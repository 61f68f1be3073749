"""``/api/train``: training in the background, its progress, and the previous model."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, UploadFile
from pydantic import BaseModel, Field, WithJsonSchema
from starlette.exceptions import HTTPException

from ...data.answers.parsing import check_probability
from ...data.files import user_model_path
from ...data.language import _
from ...data.limits import ANSWER_FAULTS
from ...reporting.as_json import training_data
from ...training.model_store import undo_training
from ..errors import fault_data
from ..forms import temporary_files
from ..security import check_secret_header
from ..state import AppState, State
from ..training_jobs import journal_job, other_model_remarks, start_training, tables_job
from .schemas import FaultModel, Level, TrainingResultModel, error_responses
from .strict_requests import StrictRoute, only_fields

router = APIRouter(prefix="/api/train", tags=["train"], route_class=StrictRoute)


class TrainingModel(BaseModel):
    """Progress of the training, and the result of the last one."""

    running: bool
    step: str = Field(description="The current step; empty if no training is running.")
    done: int = Field(description="Number of completed refits of the validation.")
    total: int = Field(description="Number of refits of the validation; 0 before it begins.")
    faults: list[FaultModel] = Field(description="Why the last training failed; empty if it did not.")
    result: TrainingResultModel | None = Field(
        description="The trained model and its validation; null until the training is complete."
    )
    remarks: list[str]


class UsedModel(BaseModel):
    """The model in use."""

    model: str
    remarks: list[str]


@router.post(
    "",
    operation_id="start_training",
    status_code=202,
    responses=error_responses(409, body=True),
    dependencies=[
        Depends(check_secret_header),
        Depends(only_fields("table", "outcome", "base_rate", "synthetic", "use", "sheet")),
    ],
)
def start(
    state: State,
    table: Annotated[
        list[Annotated[UploadFile, WithJsonSchema({"type": "string", "format": "binary"})]],
        File(description="Interviews with outcomes. Can be repeated. If omitted, the journal is used."),
    ] = [],  # noqa: B006 - FastAPI copies it
    outcome: Annotated[str, Form(description="Name of the column with the outcomes.")] = "outcome",
    base_rate: Annotated[
        float | None, Form(gt=0, lt=1, description="Share of such interviews that end in an offer.")
    ] = None,
    synthetic: Annotated[
        bool, Form(description="Include made-up interviews, which a column `synthetic` marks.")
    ] = False,
    use: Annotated[
        Literal["default", "level", "trained"] | None,
        Form(description="Model to use. If omitted, the one that predicts unseen interviews best."),
    ] = None,
    sheet: Annotated[
        str | None, Form(description="Sheet of the workbooks, if several could be meant.")
    ] = None,
) -> TrainingModel:
    """Start training on the journal or on tables.

    Validation compares the default model, the default model with the person's own level, and the trained
    model on the same unseen interviews. The best of them is then in use. At least one outcome is needed, and
    made-up interviews are refused unless `synthetic` is true.
    """
    if state.training.progress.running:
        raise _already_running()
    if table:
        with temporary_files(table) as paths:
            job = tables_job(state, paths, outcome, base_rate, synthetic=synthetic, sheet=sheet or None)
    else:
        job = journal_job(state, base_rate)
    if not start_training(state, job, use):
        raise _already_running()
    return _training_model(state, 0.9)


@router.get("", operation_id="show_training", responses=error_responses())
def progress(state: State, level: Level = 0.9) -> TrainingModel:
    """Get the progress of the training and, when it is complete, its result."""
    return _training_model(state, check_probability("level", level))


@router.post(
    "/undo",
    operation_id="undo_training",
    responses=error_responses(409),
    dependencies=[Depends(check_secret_header)],
)
def undo(state: State) -> UsedModel:
    """Use the previous model again.

    A second request returns to the present one.
    """
    undo_training()
    return UsedModel(model=state.active_model().description, remarks=other_model_remarks(state))


def _already_running() -> HTTPException:
    return HTTPException(409, _("a training is running; wait until it is complete"))


def _training_model(state: AppState, level: float) -> TrainingModel:
    """Describe the training; `level` is the coverage of the intervals."""
    current = state.training.progress
    result = None
    if current.result and current.choice:
        target = user_model_path().name  # without the folder, which is nobody's business
        result = training_data(current.result, current.result.validation, level, target, current.choice)
    return TrainingModel(
        running=current.running,
        step=_(current.step),
        done=current.done,
        total=current.total,
        faults=[FaultModel.model_validate(fault_data(fault)) for fault in current.faults[:ANSWER_FAULTS]],
        result=result and TrainingResultModel.model_validate(result),
        remarks=other_model_remarks(state),
    )
