"""Results as plain data, which the terminal prints as JSON and the REST API returns."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..journal.records import Interview
from .next_step import planned_data, step_data

if TYPE_CHECKING:
    from ..data.catalogue.catalogue import Catalogue
    from ..data.catalogue.question_schema import Question
    from ..journal.changes import Change
    from ..journal.importing import ImportResult
    from ..journal.rates import Rates
    from ..journal.status import InterviewStatus, JournalOutlook, JournalPage
    from ..journal.track_record import Summary, TrackRecord
    from ..journal.undo import UndoResult
    from ..model.offer_model import OfferModel
    from ..model.prediction import Prediction
    from ..model.silence_curve import SilencePoint
    from ..training.model_store import ActiveModel
    from ..training.result import TrainingResult
    from ..training.validation.candidates import Choice
    from ..training.validation.prior_conflict import PriorConflictCheck
    from ..training.validation.validation_result import Validation

WhatIf = tuple[str, "Prediction"]  # the changed answer in words, and the prediction with it


def prediction_data(
    chosen: "ActiveModel", prediction: "Prediction", notes: Sequence[str], cases: Sequence[WhatIf] = ()
) -> dict[str, Any]:
    """Convert a prediction, the description of its model, remarks, and predictions with other answers."""
    content = {"model": chosen.description} | prediction.to_dict() | {"remarks": list(notes)}
    if cases:
        content["what_if"] = [{"if": words} | case.to_dict() for words, case in cases]
    return content


def signal_data(entries: Sequence["Question"]) -> list[dict[str, Any]]:
    """Convert questions of the catalogue."""
    return [asdict(entry) for entry in entries]


def weights_data(model: "OfferModel", level: float) -> list[dict[str, Any]]:
    """Convert the weights, each with the disagreement between outcomes and published evidence."""
    differences = model.training.disagreement if model.training else {}
    rows = [
        {str(name): cell for name, cell in row.items()} for row in model.weights(level).to_dict("records")
    ]
    return [row | {"disagreement": differences.get(row["signal"])} for row in rows]


def interview_data(interview: Interview) -> dict[str, Any]:
    """Convert an interview of the journal."""
    return {
        "id": interview.id,
        "company": interview.company,
        "role": interview.role,
        "client": interview.client,
        "date": interview.date and interview.date.isoformat(),
        "status": interview.status,
        "answers": dict(interview.answers),
        "notes": interview.notes,
        "events": [
            {"kind": event.kind, "date": event.date and event.date.isoformat(), "recorded": event.recorded}
            | ({"replaced": dict(event.detail)} if event.detail else {})
            for event in interview.events
        ],
        "predictions": [vars(logged) for logged in interview.predictions],
    }


def interview_status_data(interview_status: "InterviewStatus") -> dict[str, Any]:
    """Convert an interview with its days without an answer, its prediction, and the change."""
    return interview_data(interview_status.interview) | {
        "days_waited": interview_status.days,
        "prediction": interview_status.prediction and interview_status.prediction.to_dict(),
        "change": interview_status.change,
        "next_step": step_data(interview_status.next_step, interview_status.interview),
    }


def listing_data(chosen: "ActiveModel", found: "JournalPage") -> dict[str, Any]:
    """Convert one page of the journal."""
    return {
        "model": chosen.description,
        "page": found.page,
        "pages": found.pages,
        "counts": dict(found.counts),
        "interviews": [interview_status_data(each) for each in found.statuses],
        "due": planned_data(found.due),
    }


def silence_data(ahead: Sequence[tuple[int, "SilencePoint"]]) -> list[dict[str, Any]]:
    """Convert the predictions for days to come without an answer."""
    return [
        {"days_from_today": days, "probability": then.probability, "low": then.low, "high": then.high}
        for days, then in ahead
    ]


def import_data(report: "ImportResult") -> dict[str, Any]:
    """Convert the counts and lists of an import."""
    lists = {
        "added": report.added,
        "updated": report.updated,
        "ignored_columns": report.ignored_columns,
        "remarks": report.remarks,
        "faults": map(str, report.faults),
    }
    return vars(report) | {"known": report.known} | {name: list(values) for name, values in lists.items()}


def undo_data(result: "UndoResult", change: "Change | None" = None) -> dict[str, Any]:
    """Convert the result of undoing a change, by default an import."""
    counts = {"removed": result.removed, "restored": result.restored, "kept": list(result.changed_since)}
    kind, interview = (change.kind, change.interview) if change else ("import", None)
    return counts | {"change": kind, "interview": interview}


def outlook_data(chosen: "ActiveModel", found: "JournalOutlook") -> dict[str, Any]:
    """Convert the outlook over all pending interviews."""
    return {"model": chosen.description, "earlier_rounds": found.earlier_rounds} | found.outlook.to_dict()


def summary_data(summaries: Sequence["Summary"]) -> list[dict[str, Any]]:
    """Convert summaries; that of all comes first, and its client is None."""
    few = {"rate": None, "low": None, "high": None}
    rows = [vars(each) | ({"rate": each.rate} if each.rate is not None else few) for each in summaries]
    return [row | ({"client": None} if i == 0 else {}) for i, row in enumerate(rows)]


def rates_data(rates: "Rates") -> dict[str, Any]:
    """Convert the rates from stage to stage, a flat row for each."""
    counts = {"applications": rates.applications, "without_application": rates.without_application}
    return {"level": rates.level} | counts | {"rates": rates.to_records()}


def track_record_data(record: "TrackRecord") -> dict[str, Any]:
    """Convert the evaluation of earlier predictions, and the laws of silence."""
    laws = {"published": vars(record.published), "learned": vars(record.learned)}
    return {"n_late": record.n_late, "silence": laws} | record.evaluation.to_dict()


def training_data(
    result: "TrainingResult",
    validation: "Validation | None",
    level: float,
    saved_to: str,
    choice: "Choice",
) -> dict[str, Any]:
    """Convert a training result, and the choice of the model in use."""
    from .evaluation import choice_sentence

    return {
        "n_offer": result.n_offer,
        "n_no_offer": result.n_no_offer,
        "n_pending": result.n_pending,
        "n_ignored": result.n_ignored,
        "earlier_rounds": result.earlier_rounds,
        "n_synthetic": result.training.n_synthetic,
        "ignored_columns": list(result.ignored_columns),
        "remarks": list(result.remarks),
        "answered": dict(result.training.answered),
        "base_rate": {"before": result.prior.base_rate, "after": result.model.average},
        "weights": weights_data(result.model, level),
        "verdict": vars(result.verdict) if validation else None,
        "validation": validation and validation.to_dict(),
        "published_evidence": result.check and _with_signal_ids(result.check, result.model.catalogue),
        "in_use": {
            "model": choice.name,
            "requested": choice.requested,
            "sentence": choice_sentence(choice),
        },
        "saved_to": saved_to,
    }


def _with_signal_ids(check: "PriorConflictCheck", catalogue: "Catalogue") -> dict[str, Any]:
    """Convert the check of the published evidence, with ids of signals instead of positions."""
    content = check.to_dict()
    return content | {
        "signals": [each | {"signal": catalogue.ids[each["signal"]]} for each in content["signals"]]
    }
