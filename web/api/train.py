"""``/api/train``: learning from outcomes in the background, how far it is, and the way back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, UploadFile
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from ...data.answers.parsing import check_probability
from ...data.files import user_model_path
from ...reporting.as_json import training_data
from ...training.model_store import rollback_model
from ..errors import fault_data
from ..forms import on_disk
from ..security import header_secret
from ..state import Shared, Site
from ..training_jobs import begin, from_journal, from_tables, where_kept
from .schemas import FaultModel, Level, refusals
from .strict_requests import StrictRoute, only_fields

router = APIRouter(prefix="/api/train", tags=["train"], route_class=StrictRoute)


class TrainingModel(BaseModel):
    """How far a training is, and what the last one gave."""

    running: bool
    step: str = Field(description="What it is doing.")
    done: int = Field(description="Refits of the validation so far.")
    total: int = Field(description="Refits there will be; 0 before the validation.")
    faults: list[FaultModel] = Field(description="What kept it from ending well.")
    result: dict[str, Any] | None = Field(
        description="Once it is there: what was learned, and its validation."
    )
    remarks: list[str]


class UsedModel(BaseModel):
    """The model in use."""

    model: str
    remarks: list[str]


@router.post(
    "",
    status_code=202,
    responses=refusals(409, body=True),
    dependencies=[Depends(header_secret), Depends(only_fields("table", "outcome", "base_rate", "synthetic"))],
)
def start(
    site: Shared,
    table: Annotated[
        list[UploadFile], File(description="Interviews with outcomes; repeatable; your journal unless given.")
    ] = [],  # noqa: B006 - FastAPI copies it
    outcome: Annotated[str, Form(description="Column that holds the outcomes.")] = "outcome",
    base_rate: Annotated[
        float | None, Form(gt=0, lt=1, description="Share of such interviews that end in an offer.")
    ] = None,
    synthetic: Annotated[
        bool, Form(description="Learn from made-up interviews too, which a column `synthetic` marks.")
    ] = False,
) -> TrainingModel:
    """Begin to learn, from the journal or from tables, validate, and keep the model.

    Without a single outcome, or with made-up interviews that were not asked for, nothing is learned.
    """
    if site.training.now.running:
        raise _busy()
    if table:
        with on_disk(table) as paths:
            learn = from_tables(site, paths, outcome, base_rate, synthetic=synthetic)
    else:
        learn = from_journal(site, base_rate)
    if not begin(site, learn):
        raise _busy()
    return _told(site, 0.9)


@router.get("", responses=refusals())
def progress(site: Shared, level: Level = 0.9) -> TrainingModel:
    """Return how far the training is and, once done, what it gave."""
    return _told(site, check_probability("level", level))


@router.post("/back", responses=refusals(409), dependencies=[Depends(header_secret)])
def back(site: Shared) -> UsedModel:
    """Use the model before the present one again; twice returns to the present one."""
    rollback_model()
    return UsedModel(model=site.chosen().description, remarks=where_kept(site))


def _busy() -> HTTPException:
    return HTTPException(409, "a training is running; wait until it is done")


def _told(site: Site, level: float) -> TrainingModel:
    now = site.training.now
    result = now.result and training_data(now.result, now.result.validation, level, str(user_model_path()))
    return TrainingModel(
        running=now.running,
        step=now.step,
        done=now.done,
        total=now.total,
        faults=[FaultModel.model_validate(fault_data(fault)) for fault in now.faults],
        result=result,
        remarks=where_kept(site),
    )
