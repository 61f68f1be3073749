"""The form to give away: one file of HTML that computes the chance in the browser, without a network."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from .. import __version__
from ..data.answers.fields import CONTRADICTIONS
from ..data.answers.parsing import (
    INTEGER_KINDS,
    MAX_WHOLE,
    OPEN_ENDED,
    answer_text,
    read_answer,
    translated_answer,
)
from ..data.catalogue.catalogue import MAX_STRENGTH, Catalogue
from ..data.catalogue.question_schema import SILENCE_FIELD, Question, Signal
from ..data.language import _, current_language, plural
from ..model.employers import employer_quadrature
from ..model.features import HALF_HOUR, TYPICAL_MINUTES
from ..model.offer_model import OfferModel
from ..model.predictive_distribution import normal_quantile
from ..model.prior import LEVEL_SD
from ..model.scoring import MAX_CANDIDATE_RATE, SPREAD
from ..reporting.number_format import format_frequency, percent, qualified
from ..reporting.prediction import effect_text, question_text, readable_name
from ..training.model_store import ActiveModel
from .estimate import LEVEL, estimate
from .form_fields import FormField, form_questions
from .templating import templates

_STATIC = Path(__file__).with_name("static")
_DIGITS = 12  # significant; far more than the chance needs
_PAPER = "@media print { .effect { display: inline; position: static; } }"  # the only place with the points
_NOTHING = "default-src 'none'; form-action 'none'; base-uri 'none'"  # the file sends and loads nothing


def form_file(active: ActiveModel) -> str:
    """Write the form as one file that needs neither a network nor offerodds.

    It contains the questions of the catalogue, and the weights of the model with their uncertainty, but no
    interview and no employer.

    Parameters
    ----------
    active : ActiveModel
        The model that computes the chance.

    Returns
    -------
    str
        A page of HTML.

    Examples
    --------
    >>> page = form_file(ActiveModel(OfferModel.default(), None))
    >>> page[:15], "Chance of an offer" in page, "http" in page.split("<style>")[0].replace("http-equiv", "")
    ('<!doctype html>', True, False)
    """
    model = active.model
    without = active.without_answers
    most_telling = [unanswered.signal for unanswered in without.unanswered]
    questions = form_questions(model.catalogue, {}, {}, most_telling)
    fields = [*questions.first, *questions.others]
    style = (_STATIC / "style.css").read_text(encoding="utf-8") + _PAPER
    script = (_STATIC / "form_file.js").read_text(encoding="utf-8")
    page = (
        templates()
        .get_template("form_file.html")
        .render(
            questions=questions,
            estimate=estimate(active, {}, with_silence_curve=False),
            faults=(),
            content=_content(model, {field.id: field for field in fields}),
            style=Markup(style),
            script=Markup(script),
            policy=f"{_NOTHING}; style-src {_hash(style)}; script-src {_hash(script)}",
            version=__version__,
            fingerprint=model.fingerprint[:12],
            language=current_language(),
        )
    )
    return page.lstrip()


def _hash(text: str) -> str:
    """Name the only style or script that the browser may use."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _content(model: OfferModel, fields: dict[str, FormField]) -> dict[str, Any]:
    """Collect what the script needs, as plain data."""
    catalogue = model.catalogue
    return {
        "questions": [_question(each, fields[each.id]) for each in catalogue.questions.values()],
        "listed": _listed(catalogue),
        "signals": _signals(model),
        "model": _model(model),
        "rules": [
            {
                "field": rule.field,
                "other": rule.other,
                "levels": sorted(rule.levels),
                "above": rule.other_above,
            }
            for rule in CONTRADICTIONS
        ],
        "words": _words(),
    }


def _words() -> dict[str, Any]:
    """Collect what the script shows in the current language, much of it by whole percent and points."""
    return {
        "percents": [percent(n / 100) for n in range(101)],
        "frequencies": [format_frequency(n / 100).lower() for n in range(101)],
        "effects": [effect_text(n / 100) for n in range(-100, 101)],
        "within": [plural(n, "give or take {n} point", "give or take {n} points") for n in range(101)],
        "changes": [  # by no signs, the silence, signs and both
            ["", ""],
            [
                _("The silence moves it from the average of {average} to {chance}"),
                _("The silence leaves it at the average of {average}"),
            ],
            [
                _("Your signs move it from the average of {average} to {chance}"),
                _("Your signs leave it at the average of {average}"),
            ],
            [
                _("Your signs and the silence move it from the average of {average} to {chance}"),
                _("Your signs and the silence leave it at the average of {average}"),
            ],
        ],
        "range": _("At this employer the chance may be higher or lower: {range}."),
        "probably": qualified("{interval}", LEVEL),
        "about": _("about {percent}"),
        "orLess": _("{percent} or less"),
        "orMore": _("{percent} or more"),
        "anywhere": _("anywhere from {low} to {high}"),
        "between": _("between {low} and {high}"),
        "of": _("{part} of {whole}"),
        "percent": _("{number}%"),
        "waited": [
            plural(n, "You have waited {days} day", "You have waited {days} days", days="{days}")
            for n in (1, 2)
        ],
        "chance": _("Chance of an offer: {frequency} ({percent})"),
        "reasons": _("What counts most"),
        "ignored": _("Ignored, not a valid answer:"),
        "date": _("date"),
        "saved": _("Saved as interview.csv."),
        "notSaved": _("Not saved. Please correct or clear first: {names}."),
    }


def _question(question: Question, field: FormField) -> dict[str, Any]:
    """Describe how an answer is read: by its words, or as a number within limits."""
    content = {"id": question.id, "name": question.short_name, "kind": question.kind}
    if field.choices:
        values = {choice: read_answer(question, choice) for choice, _ in field.choices}
        words = {
            choice: readable_name(translated_answer(question, answer_text(question, value)))
            for choice, value in values.items()
        }
        return content | {"values": values, "words": words}
    return content | {
        "minimum": question.minimum,
        "maximum": question.maximum,
        "isWhole": question.kind in INTEGER_KINDS,
        "isOpenEnded": question.kind in OPEN_ENDED,
        "isLength": question.is_length,
    }


def _listed(catalogue: Catalogue) -> list[dict[str, Any]]:
    """List what can be a reason for the chance: context, signs and silence, each with its fields.

    A ratio of two lengths has two fields, and the lengths alone are no reasons.
    """
    context = [each for each in catalogue.fields if each.kind != "minutes"]
    waiting = [each for each in context if each.id == SILENCE_FIELD]
    asked = [each for each in context if each.id != SILENCE_FIELD]
    return [
        {
            "id": each.id,
            "question": question_text(each),
            "fields": [*each.of] if isinstance(each, Signal) and each.kind == "ratio" else [each.id],
        }
        for each in (*asked, *catalogue.signals, *waiting)
    ]


def _signals(model: OfferModel) -> list[dict[str, Any]]:
    effects = model.effects
    worst, best = effects.overlap
    return [
        {
            "id": signal.id,
            "kind": signal.kind,
            "of": list(signal.of),
            "typical": signal.typical,
            "spread": signal.spread,
            "turn": signal.turn,
            "sign": float(np.sign(effects.weight[j])),
            "loading": float(effects.shared_loading[j]),
            "worst": float(worst[j]),
            "best": float(best[j]),
        }
        for j, signal in enumerate(model.catalogue.signals)
    ]


def _model(model: OfferModel) -> dict[str, Any]:
    nodes, weights = employer_quadrature()
    silence = model.catalogue.silence
    return {
        "baseRate": model.base_rate,
        "mean": model.posterior.mean.tolist(),
        "covariance": [
            [float(f"{value:.{_DIGITS}g}") for value in row[: i + 1]]
            for i, row in enumerate(model.posterior.covariance.tolist())
        ],
        "employerVariance": model.employers.sd**2,
        "levelVariance": LEVEL_SD**2,
        "spread": SPREAD,
        "nodes": nodes.tolist(),
        "nodeWeights": weights.tolist(),
        "medianDays": silence.median_days,
        "sigma": silence.sigma,
        "neverAnswered": silence.never_answered,
        "maxStrength": MAX_STRENGTH,
        "maxCandidateRate": MAX_CANDIDATE_RATE,
        "maxWhole": MAX_WHOLE,
        "halfHour": HALF_HOUR,
        "typicalMinutes": TYPICAL_MINUTES,
        "level": LEVEL,
        "quantile": normal_quantile(LEVEL),
    }
