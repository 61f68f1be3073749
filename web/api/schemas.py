"""Parameters and error responses that the routes share."""

from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
)
from pydantic_core import CoreSchema, core_schema

from ...data.language import N_, _, number
from ...data.limits import ANSWER_FAULTS, COLUMNS
from ...journal.export_schema import ExportedInterview, ExportFile

MAX_INTEGER = 2**63 - 1  # the largest of SQLite

_DESCRIPTIONS = {
    400: "The request is malformed.",
    401: "The server can be reached from other computers, and the token is missing or wrong.",
    403: "The secret is missing or wrong, or the request comes from another site.",
    404: "This name or number does not exist.",
    409: "Not possible now: for example another training is running, or there is nothing to undo.",
    411: "The request does not state the length of its body.",
    413: "The body is too large.",
    415: "The body has the wrong content type.",
    421: "The request names another host than this server.",
    422: "Some input is invalid; every fault is listed.",
}


class IntervalModel(BaseModel):
    """An interval of a probability."""

    low: float
    high: float


class PartsModel(BaseModel):
    """The interval in two parts."""

    signs: IntervalModel = Field(
        description="Because nobody knows exactly what signs are worth; a single point if none is answered."
    )
    employer: IntervalModel = Field(description="Because employers and candidates differ.")


class ContributionModel(BaseModel):
    """What the answer to one sign, or the silence, contributes."""

    signal: str
    answer: str
    strength: float | None = Field(
        description="The answer in standard units, + favourable; null for silence."
    )
    log_odds: float
    low: float
    high: float
    points: float = Field(description="Probability less that without the answer.")


class ContextModel(BaseModel):
    """What an answer that is no sign changes, such as the stage."""

    signal: str
    answer: str
    points: float = Field(description="Probability less that without the answer.")


class UnansweredModel(BaseModel):
    """How much the answer to one more sign would change."""

    signal: str
    sd: float = Field(description="Standard deviation of what it would add, in log-odds.")


class PredictionModel(BaseModel):
    """The chance of an offer, its interval in two parts, and what each answer contributed."""

    probability: float
    low: float = Field(description="Lower end of the whole interval.")
    high: float = Field(description="Upper end of the whole interval.")
    level: float = Field(description="Coverage of the intervals.")
    base_rate: float = Field(description="The average for interviews like this.")
    halo_discount: float
    contributions: list[ContributionModel]
    unanswered: list[UnansweredModel] = Field(description="Most informative first.")
    points: dict[str, float] = Field(
        description="By answered question: probability less that without the answer."
    )
    parts: PartsModel
    context: list[ContextModel]


class FaultModel(BaseModel):
    """One thing that is wrong, with its place."""

    problem: str
    source: str
    row: int | None = Field(description="Row of a table; the first row below the header is 1.")
    field: str
    seen: str
    expected: str
    remedy: str


class Faults(BaseModel):
    """Everything that is wrong with a request."""

    faults: list[FaultModel] = Field(description=f"The first {ANSWER_FAULTS:,}.")
    count: int = Field(description="Number of all faults.")


def error_responses(*statuses: int, body: bool = False) -> dict[int | str, dict[str, Any]]:
    """Declare the error responses of a route for the schema.

    Parameters
    ----------
    *statuses : int
        Status codes besides those of every route.
    body : bool
        The request has a body.

    Examples
    --------
    >>> sorted(error_responses(404))
    [401, 403, 404, 421, 422]
    """
    codes = {401, 403, 421, 422, *statuses, *((400, 411, 413, 415) if body else ())}
    return {code: {"model": Faults, "description": _DESCRIPTIONS[code]} for code in sorted(codes)}


class _OneFault:
    """Reports one fault, where pydantic reports one for each type of a union."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Return the schema of the union with one message."""
        message = N_("a text, a number, true, false or null")
        return core_schema.custom_error_schema(handler(source), "answer", custom_error_message=message)


def _check_number(answers: Any) -> Any:
    """Count answers before each is checked, which takes long."""
    if isinstance(answers, dict) and len(answers) > COLUMNS:
        raise ValueError(_("at most {count} answers", count=number(COLUMNS)))
    return answers


_Finite = Annotated[float, Field(allow_inf_nan=False)]
Answer = Annotated[str | int | _Finite | bool | None, _OneFault()]
Answers = Annotated[dict[str, Answer], Field(max_length=COLUMNS), BeforeValidator(_check_number)]
Share = Annotated[float, Field(gt=0, lt=1)]
Level = Annotated[float, Query(gt=0, lt=1, description="Coverage of the interval: 0.9 means 90%.")]
Seed = Annotated[int, Query(ge=0, le=MAX_INTEGER, description="The same seed gives the same random numbers.")]
Number = Annotated[
    int, Path(alias="id", ge=1, le=MAX_INTEGER, description="Number of the interview.", examples=[1])
]


_Stored = str | int | float | bool


class _Exact(BaseModel):
    """A response with exactly these fields: another one would be left out without a word."""

    model_config = ConfigDict(extra="forbid")


class WeightModel(_Exact):
    """The odds ratio of one sign."""

    signal: str
    favourable_answer: str
    group: str
    odds_ratio: float
    low: float
    high: float
    prior_odds_ratio: float = Field(description="From the published evidence alone.")
    basis: str
    disagreement: float | None = Field(description="Of outcomes and published evidence, if they disagree.")


class EventModel(_Exact):
    """Something that happened after an interview, or a correction."""

    kind: str
    date: str | None
    recorded: str
    replaced: dict[str, str | dict[str, _Stored | None] | None] = Field({}, description="The values before.")


class LoggedPredictionModel(_Exact):
    """A prediction as it was saved."""

    made: str
    probability: float
    low: float
    high: float
    level: float
    base_rate: float
    model: str
    days: int | None


class InterviewModel(_Exact):
    """An interview of the journal with its history."""

    id: int
    company: str
    role: str
    client: str
    date: str | None
    status: str
    answers: dict[str, _Stored]
    notes: str
    events: list[EventModel]
    predictions: list[LoggedPredictionModel]


class RecordedModel(InterviewModel):
    """An interview after an outcome or news."""

    remarks: list[str]


class NextStepModel(_Exact):
    """What to do next about an interview."""

    kind: str
    is_due: bool
    label: str
    reason: str
    message: str | None
    days: int | None
    half_days: int | None
    most_days: int | None
    promised_days: int | None
    due: str | None
    since: str | None
    promised_day: str | None
    follow_up_day: str | None
    close_day: str | None
    followed_up: str | None


class StatusModel(InterviewModel):
    """An interview with its estimate today and its next step."""

    days_waited: int | None
    prediction: PredictionModel | None
    change: float | None = Field(description="Since the last saved prediction.")
    next_step: NextStepModel | None


class _WithModel(_Exact):
    model: str = Field(description="What the model rests on.")


class AddedModel(StatusModel, _WithModel):
    """A new interview."""

    remarks: list[str]


class SilentDayModel(_Exact):
    """The chance after more days without an answer."""

    days_from_today: int
    probability: float
    low: float
    high: float


class ShownModel(StatusModel, _WithModel):
    """An interview, and how its chance falls while the person waits."""

    if_silent: list[SilentDayModel]


class DueModel(_Exact):
    """The next step of an interview."""

    id: int
    next_step: NextStepModel


class NextStepsModel(_Exact):
    """What to do next about pending interviews."""

    due: list[DueModel]
    soon: list[DueModel] = Field(description="Within a week.")


class ListingModel(_Exact):
    """One page of the journal."""

    model: str
    page: int
    pages: int
    counts: dict[str, int] = Field(description="Number of interviews by status.")
    interviews: list[StatusModel]
    due: list[DueModel]


class ExportModel(ExportFile):
    """The whole journal."""

    interviews: list[ExportedInterview]


class ImportModel(_Exact):
    """What an import changed."""

    added: list[int]
    updated: list[int]
    unchanged: int
    outcomes: int
    left_out: int
    applications: int
    not_applied: int
    bad: int
    ignored_columns: list[str]
    remarks: list[str]
    faults: list[str]
    known: int


class UndoModel(_Exact):
    """What was undone."""

    removed: int
    restored: int
    kept: list[int]
    change: str
    interview: int | None


class OutlookModel(_Exact):
    """All pending interviews together."""

    model: str
    earlier_rounds: int
    n: int
    at_least_one: float
    independent: float
    expected: float
    low: int
    high: int
    level: float
    distribution: list[float] = Field(description="Probability of 0, 1, 2, … offers.")
    target: float
    more: int | None


class RateModel(_Exact):
    """How many went on from one stage to another."""

    by: str
    group: str
    start: str = Field(alias="from")
    end: str = Field(alias="to")
    reached: int
    of: int
    rate: float | None
    low: float | None
    high: float | None
    open: int


class RatesModel(_Exact):
    """Rates from stage to stage."""

    level: float
    applications: int
    without_application: int
    rates: list[RateModel]


class SummaryModel(_Exact):
    """How the interviews of a client turned out; those of all have no client."""

    client: str | None
    interviews: int
    pending: int
    decided: int
    offers: int
    low: float | None
    high: float | None
    judged: int
    expected: float
    judged_offers: int
    rate: float | None


class MetricModel(_Exact):
    """A metric with its interval, or why it is missing."""

    value: float | None
    low: float | None
    high: float | None
    reason: str


class MetricsModel(BaseModel, extra="allow"):
    """All metrics of one model, by name, and the offers it expects."""

    __pydantic_extra__: dict[str, MetricModel]
    expected: float


class BandModel(_Exact):
    """Predictions of about one size, and how often an offer came."""

    low: float
    high: float
    n: int
    expected: float
    observed: float
    observed_low: float
    observed_high: float


class SilenceModel(_Exact):
    """A law of how long employers take to answer."""

    median_days: float
    sigma: float
    never_answered: float


class SilencesModel(_Exact):
    """The published law of silence, and that of the journal's dates."""

    published: SilenceModel
    learned: SilenceModel


class ScoreModel(_Exact):
    """Estimates and outcomes; metrics are null with too few outcomes."""

    n_late: int
    silence: SilencesModel
    n_offer: int
    n_no_offer: int
    n_ignored: int
    level: float
    bootstraps: int
    model: MetricsModel | None
    base_rate: MetricsModel | None
    default: MetricsModel | None
    gain_over_base_rate: MetricModel | None
    gain_over_default: MetricModel | None
    observed: MetricModel | None
    reliability: list[BandModel]
    trained_on_these: bool | None
    ignored_columns: list[str]
    by_group: None = Field(description="Only the command `evaluate` has it.")
    missing: int = Field(description="Outcomes that are still needed.")


class BaseRateModel(_Exact):
    """The base rate before and after a training."""

    before: float
    after: float


class VerdictModel(_Exact):
    """Whether the outcomes show anything yet."""

    word: str
    sentence: str


class CorrectedModel(_Exact):
    """A metric corrected for optimism."""

    apparent: float | None
    optimism: float | None
    corrected: float | None
    reason: str


class SignsModel(_Exact):
    """How well the signs separate offers from the rest."""

    auc: float | None
    low: float | None
    high: float | None
    gain: float | None


class StabilityModel(_Exact):
    """How much predictions differ between refits."""

    mean_difference: float
    low: float
    high: float
    refits: int


class CandidateModel(_Exact):
    """The loss of a model on unseen interviews, and its difference from that of the default one."""

    log_loss: float
    difference: float
    low: float
    high: float


class ValidationModel(_Exact):
    """The validation of a training."""

    n_offer: int
    n_no_offer: int
    method: str
    refits: int
    model: dict[str, CorrectedModel] | None
    base_rate: dict[str, CorrectedModel] | None
    signs: SignsModel | None
    published: SignsModel | None
    stability: StabilityModel | None
    candidates: dict[str, CandidateModel] | None
    taken_from: int | None


class ConflictModel(_Exact):
    """How far outcomes and published evidence differ about one sign."""

    signal: str
    difference: float
    p: float
    adjusted: float
    flagged: bool
    direction: str


class EvidenceModel(_Exact):
    """The check of outcomes against the published evidence."""

    signals: list[ConflictModel]
    chi_square: float
    degrees: int
    p: float | None


class ChosenModel(_Exact):
    """The model in use after a training."""

    model: str
    requested: bool
    sentence: str


class TrainingResultModel(_Exact):
    """The trained model and its validation."""

    n_offer: int
    n_no_offer: int
    n_pending: int
    n_ignored: int
    earlier_rounds: int
    n_synthetic: int
    ignored_columns: list[str]
    remarks: list[str]
    answered: dict[str, int]
    base_rate: BaseRateModel
    weights: list[WeightModel]
    verdict: VerdictModel | None
    validation: ValidationModel | None
    published_evidence: EvidenceModel | None
    in_use: ChosenModel
    saved_to: str
