"""The form, with the estimate beside it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse

from ...data.answers.fields import valid_answers
from ...data.answers.forms import read_form
from ...data.answers.parsing import canonical
from ...data.catalogue.catalogue import Catalogue
from ...data.catalogue.question_schema import SILENCE_FIELD
from ...data.errors import AnswerError, Fault, FileError
from ...data.files import parse_json
from ...data.language import N_
from ...journal import clock
from ...journal.dates import latest_interview
from ...journal.records import Interview
from ...journal.status import with_employer
from ...reporting.journal import Doubt
from ...reporting.prediction import effect_text, sign_name
from ..estimate import estimate, interview_estimate
from ..form_fields import form_answers, form_questions
from ..forms import PostedForm, posted_form
from ..state import app_state
from ..templating import TEXT_FIELDS, render_page

router = APIRouter(include_in_schema=False)
Example = Annotated[bool, Query()]
PREVIEW_ACTIONS = ("estimate", "try", "undo", "adopt")  # buttons that save nothing
_DRAFT_PATHS = ("/", "/journal")  # the form of a new interview, also after a fault; not that of a next round
_EXAMPLE = Path(__file__).parents[2] / "data" / "examples" / "interview.toml"


@router.get("/")
async def new_form(request: Request, example: Example = False) -> HTMLResponse:
    """Show a blank form, or one filled in with an example."""
    catalogue = app_state(request).active_model().model.catalogue
    return _show_new(request, form_answers(catalogue, example_answers()) if example else {}, example=example)


@router.post("/")
async def submitted_form(request: Request, form: PostedForm, example: Example = False) -> HTMLResponse:
    """Show the form again with its estimate; nothing is saved."""
    answers, pinned = current_answers(app_state(request).active_model().model.catalogue, form)
    return _show_new(request, answers, texts=text_fields(form), pinned=pinned, example=example)


async def estimate_panel(request: Request) -> HTMLResponse:
    """Show the estimate alone, as the answers change."""
    async with posted_form(request) as form:
        return show_estimate(request, form)


router.add_route("/estimate", estimate_panel, ["POST"])  # without FastAPI: requested at every click


def show_estimate(request: Request, form: FormData, interview: Interview | None = None) -> HTMLResponse:
    """Show the estimate alone; for an interview of the journal, with the days waited."""
    answers, pinned = current_answers(app_state(request).active_model().model.catalogue, form)
    values = _estimate_values(request, answers, pinned, interview, text_fields(form)["company"])
    return render_page(request, "_estimate.html", **values)


def show_form(
    request: Request,
    answers: dict[str, str],
    *,
    texts: dict[str, str] | None = None,
    pinned: dict[str, str] | None = None,
    faults: Sequence[Fault] = (),
    interview: Interview | None = None,
    doubt: Doubt | None = None,
    template: str = "form.html",
    exclude: Collection[str] = (),
    example: bool = False,
    **values: Any,
) -> HTMLResponse:
    """Show the form, with the answers so far and their faults.

    Faults concern the answers to save. So if one of those has a fault, the form shows them instead of the
    answers that are being tried.
    """
    active = app_state(request).active_model()
    catalogue = active.model.catalogue
    if pinned is not None and any(fault.field in catalogue.questions for fault in faults):
        answers, pinned = pinned, None
    shown = _estimate_values(request, answers, pinned, interview, (texts or {}).get("company", ""))
    points = shown["estimate"].points
    most_telling = [unanswered.signal for unanswered in active.without_answers.unanswered]
    return render_page(
        request,
        template,
        status=422 if faults else 200,
        catalogue=catalogue,
        doubt=doubt,
        questions=form_questions(catalogue, answers, points, most_telling, exclude),
        texts=dict.fromkeys(TEXT_FIELDS, "") | (texts or {}),
        latest=latest_interview(clock.today()),
        faults=faults,
        interview=interview,
        answers=answers,
        example=example,
        keep_draft=request.url.path in _DRAFT_PATHS and not example,
        **shown,
        **values,
    )


def _show_new(request: Request, answers: dict[str, str], *, example: bool, **values: Any) -> HTMLResponse:
    """Show the form of a new interview; an example posts to its own address, so that it stays one."""
    action = "/?example=1" if example else "/"
    return show_form(request, answers, example=example, action=action, **values)


@cache
def example_answers() -> dict[str, str]:
    """Read the example of the package, as the form would send it."""
    catalogue = Catalogue.built_in()
    given = read_form(_EXAMPLE)
    return {field: str(canonical(catalogue.questions[field], answer)) for field, answer in given.items()}


def text_fields(form: FormData) -> dict[str, str]:
    """Read the fields besides the answers, with line ends LF instead of CR LF as forms send them."""
    values = ((name, form.get(name)) for name in TEXT_FIELDS)
    return {name: text.replace("\r\n", "\n") if isinstance(text, str) else "" for name, text in values}


def current_answers(catalogue: Catalogue, form: FormData) -> tuple[dict[str, str], dict[str, str] | None]:
    """Return the answers after the button that was pressed, and the pinned answers.

    Pinned answers are the real ones while the person tries others; None if no others are tried.
    """
    answers, pinned = form_answers(catalogue, form), _pinned_answers(catalogue, form)
    match form.get("do"):
        case "try" if pinned is None:
            pinned = answers
        case "undo" if pinned is not None:
            answers, pinned = pinned, None
        case "adopt":
            pinned = None
    return answers, pinned


def answers_to_save(catalogue: Catalogue, form: FormData) -> dict[str, str]:
    """Return the real answers: the pinned ones if others are being tried.

    Raises
    ------
    AnswerError
        The pinned answers cannot be read.
    """
    pins = [pin for pin in form.getlist("pinned") if pin]
    if not pins:
        return form_answers(catalogue, form)
    pinned = _parse_pinned(pins[0]) if len(pins) == 1 else None
    if not isinstance(pinned, dict) or form_answers(catalogue, pinned) != pinned:
        problem = N_("the answers from before you tried others cannot be read")
        raise AnswerError([Fault(problem, remedy="check the answers below, then save again")])
    return pinned


def _estimate_values(
    request: Request,
    answers: dict[str, str],
    pinned: dict[str, str] | None,
    interview: Interview | None,
    company: str,
) -> dict[str, Any]:
    """Compute the template variables of the estimate: the estimate, the pinned and the invalid answers."""
    active = app_state(request).active_model()
    catalogue = active.model.catalogue
    if interview is not None:  # the journal counts the days waited, whatever the form sends
        answers = {field: text for field, text in answers.items() if field != SILENCE_FIELD}
    valid = valid_answers(catalogue, answers)
    original = None if pinned is None else valid_answers(catalogue, pinned)
    if interview is None:
        at_company = partial(with_employer, company=company, model=active.model)
        current = estimate(active, at_company(valid), original and at_company(original))
    else:
        renamed = replace(interview, company=company or interview.company)
        current = interview_estimate(active, renamed, valid, original)
    return {
        "estimate": current,
        "pinned": None if pinned is None else json.dumps(pinned),
        "invalid": {field: sign_name(field, catalogue) for field in answers if field not in valid},
        "effects": {field: effect_text(points) for field, points in current.points.items()},
    }


def _pinned_answers(catalogue: Catalogue, form: FormData) -> dict[str, str] | None:
    """Read the pinned answers; None if there are none."""
    pinned = _parse_pinned(form.get("pinned"))
    return form_answers(catalogue, pinned) if isinstance(pinned, dict) else None


def _parse_pinned(text: object) -> Any:
    """Parse the JSON of the field `pinned`; None if it is blank or not JSON."""
    if not text:
        return None
    try:
        return parse_json(str(text), "")
    except FileError:
        return None
