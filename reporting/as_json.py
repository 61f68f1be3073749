"""Results as plain data for JSON: what the terminal can print and the REST API answers."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..journal.records import Interview

if TYPE_CHECKING:
    from ..data.catalogue.catalogue import Catalogue
    from ..data.catalogue.questions import Question
    from ..journal.importing import Imported
    from ..journal.outlook import Prospects
    from ..journal.status import Listing, Standing
    from ..journal.track_record import TrackRecord
    from ..journal.undo import Undone
    from ..model.offer_model import OfferModel
    from ..model.prediction import Prediction
    from ..model.silence_curve import Moment
    from ..training.model_store import Chosen
    from ..training.result import TrainingResult
    from ..training.validation.prior_conflict import PriorCheck
    from ..training.validation.validation_result import Validation

WhatIf = tuple[str, "Prediction"]  # what would be otherwise, and the estimate then


def prediction_data(
    chosen: "Chosen", prediction: "Prediction", notes: Sequence[str], cases: Sequence[WhatIf] = ()
) -> dict[str, Any]:
    """Return a prediction, what its model rests on, remarks, and the estimates with other answers."""
    content = {"model": chosen.description} | prediction.to_dict() | {"remarks": list(notes)}
    if cases:
        content["what_if"] = [{"if": words} | case.to_dict() for words, case in cases]
    return content


def signal_data(entries: Sequence["Question"]) -> list[dict[str, Any]]:
    """Return questions of the catalogue."""
    return [entry.model_dump(mode="json") for entry in entries]


def weights_data(model: "OfferModel", level: float) -> list[dict[str, Any]]:
    """Return the weights, each with how far outcomes contradict the evidence."""
    differences = model.training.disagreement if model.training else {}
    rows = [
        {str(name): cell for name, cell in row.items()} for row in model.weights(level).to_dict("records")
    ]
    return [row | {"disagreement": differences.get(row["signal"])} for row in rows]


def interview_data(interview: Interview) -> dict[str, Any]:
    """Return an interview of the journal."""
    return {
        "id": interview.id,
        "company": interview.company,
        "role": interview.role,
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


def interview_status_data(standing: "Standing") -> dict[str, Any]:
    """Return an interview and where it stands."""
    return interview_data(standing.interview) | {
        "days_waited": standing.days,
        "prediction": standing.prediction and standing.prediction.to_dict(),
        "change": standing.change,
    }


def listing_data(chosen: "Chosen", found: "Listing") -> dict[str, Any]:
    """Return one page of the journal."""
    return {
        "model": chosen.description,
        "page": found.page,
        "pages": found.pages,
        "counts": dict(found.counts),
        "interviews": [interview_status_data(each) for each in found.standings],
    }


def silence_data(ahead: Sequence[tuple[int, "Moment"]]) -> list[dict[str, Any]]:
    """Return what the estimate becomes if nothing is heard."""
    return [
        {"days_from_today": days, "probability": then.probability, "low": then.low, "high": then.high}
        for days, then in ahead
    ]


def import_data(done: "Imported") -> dict[str, Any]:
    """Return what an import did."""
    lists = {
        "added": done.added,
        "updated": done.updated,
        "ignored_columns": done.ignored_columns,
        "remarks": done.remarks,
    }
    return vars(done) | {"known": done.known} | {name: list(values) for name, values in lists.items()}


def undo_data(result: "Undone") -> dict[str, Any]:
    """Return what undoing an import did."""
    return vars(result) | {"kept": list(result.kept)}


def outlook_data(chosen: "Chosen", found: "Prospects") -> dict[str, Any]:
    """Return the outlook over all that are pending."""
    return {"model": chosen.description, "earlier_rounds": found.earlier} | found.outlook.to_dict()


def track_record_data(record: "TrackRecord") -> dict[str, Any]:
    """Return how good the estimates were, and how long answers take."""
    laws = {"published": vars(record.published), "learned": vars(record.learned)}
    return {"n_late": record.n_late, "silence": laws} | record.evaluation.to_dict()


def training_data(
    result: "TrainingResult", validation: "Validation | None", level: float, saved_to: str
) -> dict[str, Any]:
    """Return what training gave."""
    return {
        "n_offer": result.n_offer,
        "n_no_offer": result.n_no_offer,
        "n_ignored": result.n_ignored,
        "earlier_rounds": result.earlier_rounds,
        "n_synthetic": result.training.n_synthetic,
        "ignored_columns": list(result.ignored_columns),
        "remarks": list(result.remarks),
        "answered": dict(result.training.answered),
        "base_rate": {"before": result.prior.base_rate, "after": result.model.predict({}).base_rate},
        "weights": weights_data(result.model, level),
        "verdict": vars(result.verdict) if validation else None,
        "validation": validation and validation.to_dict(),
        "published_evidence": result.check and _named(result.check, result.model.catalogue),
        "saved_to": saved_to,
    }


def _named(check: "PriorCheck", catalogue: "Catalogue") -> dict[str, Any]:
    """Return the check of the published evidence with signals by name."""
    content = check.to_dict()
    return content | {
        "signals": [each | {"signal": catalogue.ids[each["signal"]]} for each in content["signals"]]
    }
