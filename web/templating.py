"""Pages from templates, and faults in the words of the page."""

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes, pass_context
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup
from starlette.responses import HTMLResponse

from ..data.catalogue.catalogue import Catalogue
from ..data.errors import Fault
from ..data.language import N_, _, current_language, languages, number, own_name, plural
from ..data.tables.formats import format_names, table_suffixes
from ..reporting.evaluation import (
    comparisons,
    data_notes,
    evaluated_on,
    interval_note,
    metric_rows,
    missing_reasons,
    observed_offers,
)
from ..reporting.html.calibration_curve import reliability_curve
from ..reporting.html.forest_plot import odds_axis, odds_row
from ..reporting.html.hundred_people import hundred_people
from ..reporting.html.offer_histogram import offers_histogram
from ..reporting.html.probability_scale import probability_scale
from ..reporting.html.silence_curve import silence_curve
from ..reporting.html.waterfall import waterfall_bar, waterfall_mark
from ..reporting.journal import count_by_status, expected_offers, outlook_headline, outlook_notes
from ..reporting.labels import EVENT_LABELS, display_name, format_day, format_wait
from ..reporting.next_step import step_label, step_message, step_reason
from ..reporting.number_format import format_frequency, percent, percent_range, points, share_of
from ..reporting.prediction import (
    POINTS_NOTE,
    effect_text,
    narrowing_note,
    points_change,
    points_note,
    readable_name,
    sign_name,
)
from ..reporting.signals import citation, describe_finding
from .estimate import AnswerLabel
from .remedies import PAGE
from .state import app_state

_TEMPLATES = Path(__file__).with_name("templates")
TEXT_FIELDS = ("company", "role", "date", "notes", "client")  # of a form, beside its questions
_FIELDS = (  # what a page asks for beside the questions
    *(N_("company"), N_("role"), N_("date"), N_("notes"), N_("client"), N_("kind"), N_("number"), N_("file")),
    *(N_("table"), N_("columns"), N_("values"), N_("date format"), N_("sheet"), N_("use"), N_("outcome")),
    *(N_("search"), N_("stage"), N_("month"), N_("sort"), N_("size"), N_("page")),
)
_ABOVE = re.compile(r"/\w*(/\d+)?")  # of the path of a form, such as /journal/3/events
_INVALID_ANSWER = "not an answer"  # the problem of an answer that its question does not allow


def fault_text(fault: Fault, catalogue: Catalogue | None = None) -> str:
    """Word a fault for a page.

    For a field of a form, the message asks for a valid answer. For a file, it names row and column.

    Parameters
    ----------
    fault : Fault
    catalogue : Catalogue, optional
        Of the questions on the page, if there are any.

    Examples
    --------
    >>> from ..data.errors import Remedy
    >>> fault = Fault("not an answer", field="self_rating", seen="'many'", expected="1 to 5")
    >>> fault_text(fault, Catalogue.built_in())
    'How well you did: enter 1 to 5 (you entered “many”)'
    >>> fault_text(Fault("too long", field="company"))
    'Company: too long'
    >>> fault_text(Fault("not a date", "mine.csv", 1, "outcome_date", remedy=Remedy.DATE_FORMAT))
    'mine.csv, row 1, outcome_date: not a date; enter the date format below'
    >>> fault = Fault("not an answer", field="rapport", seen="8", expected="1 to 5", remedy=Remedy.OF_TEN)
    >>> fault_text(fault)
    'Rapport: enter 1 to 5 (you entered “8”); if these are ratings out of ten, write each as 8 of 10'
    """
    fault = without_folder(fault)
    if fault.source:
        return fault.worded(PAGE)
    name = sign_name(fault.field, catalogue)
    worded = replace(fault, field=_(name) if name in _FIELDS else name)
    if fault.problem == _INVALID_ANSWER and fault.seen and fault.expected:
        entered = fault.seen.strip("'\"")
        problem = _("enter {expected} (you entered “{entered}”)", expected=_(fault.expected), entered=entered)
        remedy = worded.advice(PAGE)  # it may repeat what was seen
        worded = replace(worded, problem=problem, seen="", expected="", remedy=remedy, nearest=None)
    text = worded.worded(PAGE)
    return text[:1].upper() + text[1:]


def without_folder(fault: Fault) -> Fault:
    """Name the file of a fault without its folder: pages and answers may be shown to others.

    Examples
    --------
    >>> without_folder(Fault("no such interview", "/home/ann/journal.db")).source
    'journal.db'
    """
    path = Path(fault.source)
    return replace(fault, source=path.name) if path.is_absolute() else fault


def fault_of(
    faults: Sequence[Fault], field: str, upload: str = "", catalogue: Catalogue | None = None
) -> str:
    """Word the first fault of an input as the summary does; blank if there is none.

    Parameters
    ----------
    faults : sequence of Fault
    field : str
        Name of the input.
    upload : str
        Name of the input for a file: faults in the file are its faults.
    catalogue : Catalogue, optional
        Of the questions on the page, if there are any.

    Examples
    --------
    >>> fault_of([Fault("too long", field="company")], "company"), fault_of([], "company")
    ('Company: too long', '')
    """
    own = (fault for fault in faults if (upload if _in_file(fault, upload) else fault.field) == field)
    return next((fault_text(fault, catalogue) for fault in own if upload or not fault.source), "")


def input_of(fault: Fault, inputs: Mapping[str, str] | None = None, upload: str = "") -> str:
    """Find the id of the input that a fault is about; blank if there is none.

    Parameters
    ----------
    fault : Fault
    inputs : mapping of str to str, optional
        Id of the input of each field; by default those of the form.
    upload : str
        Id of the input for a file: faults in the file are its faults.

    Examples
    --------
    >>> input_of(Fault("too long", field="company")), input_of(Fault("missing", field="rapport"))
    ('company', 'f-rapport')
    >>> input_of(Fault("not a date", "mine.csv", 1, "date"), {}, upload="file")
    'file'
    """
    if _in_file(fault, upload):
        return upload
    if inputs is not None:
        return inputs.get(fault.field, "")
    if not fault.field or fault.source:
        return ""
    return fault.field if fault.field in TEXT_FIELDS else f"f-{fault.field}"


def _in_file(fault: Fault, upload: str) -> bool:
    return bool(upload and (fault.source or fault.row is not None))


@pass_context
def _fault_of(context: Context, faults: Sequence[Fault], field: str, upload: str = "") -> str:
    return fault_of(faults, field, upload, context.get("catalogue"))


@pass_context
def _fault_text(context: Context, fault: Fault) -> str:
    return fault_text(fault, context.get("catalogue"))


# what templates call by its name, as a function or a filter
_FUNCTIONS: tuple[Callable[..., Any], ...] = (
    *(effect_text, format_frequency, number, percent, percent_range, points, share_of),
    *(display_name, format_day, format_wait, readable_name),
    *(citation, describe_finding, count_by_status),
    *(input_of, format_names, table_suffixes),
    *(narrowing_note, points_change, points_note, step_label, step_message, step_reason),
    *(expected_offers, outlook_headline, outlook_notes),
    *(
        comparisons,
        data_notes,
        evaluated_on,
        interval_note,
        metric_rows,
        missing_reasons,
        observed_offers,
    ),
    *(hundred_people, offers_histogram, probability_scale, reliability_curve, silence_curve),
    *(odds_axis, odds_row, waterfall_bar, waterfall_mark),
)


def _gettext(message: str, /, **values: object) -> Markup:
    """Translate a message of a template, which may have markup, and fill in its values, escaped."""
    return Markup(_(message)) % values


def _ngettext(one: str, many: str, n: int, /, **values: object) -> Markup:
    return Markup(plural(n, one, many)) % values


_CALLED = {function.__name__: function for function in _FUNCTIONS} | {
    "_": _gettext,
    "gettext": _gettext,
    "ngettext": _ngettext,
}


class _DirectCalls(NodeTransformer):
    """Turns calls of our functions into filters.

    Jinja calls a filter directly, and one of constants only once, when it compiles the template. So texts
    without values are translated then.
    """

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the name that jinja calls
        """Replace a call of a function with a first argument."""
        match self.generic_visit(node):
            case nodes.Call(node=nodes.Name(name=name), args=[first, *others]) if name in _CALLED:
                return nodes.Filter(first, name, others, node.kwargs, None, None, lineno=node.lineno)
        return node


class _Environment(Environment):
    """Templates of one language, which share one dict of globals: a chain of two is slow to copy."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the globals of all templates; none has its own."""
        return self.globals if d is None else super().make_globals(d)

    def _generate(self, source: nodes.Template, *compiled: Any, **settings: Any) -> str:
        return super()._generate(_DirectCalls().visit(source), *compiled, **settings)


def templates() -> Environment:
    """Load the templates in the current language; they escape all text."""
    return _environment(current_language())


def _answer_cell(label: AnswerLabel) -> Markup:
    return _cell_in_language(label, current_language())


@lru_cache(maxsize=1024)  # most answers are the same after a click
def _cell_in_language(label: AnswerLabel, _language: str) -> Markup:
    return Markup(templates().get_template("_answer.html").render(label._asdict()))


@cache
def _environment(_language: str) -> Environment:
    environment = _Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.filters |= _CALLED | {
        "answer_cell": _answer_cell,
        "fault_of": _fault_of,
        "fault_text": _fault_text,
        "pair_with_status": lambda status: (status, _(EVENT_LABELS[status])),
        "translated": _,
    }
    environment.globals |= _CALLED | {
        "EVENT_LABELS": EVENT_LABELS,
        "PAGE": PAGE,
        "POINTS_NOTE": POINTS_NOTE,
    }
    return environment


def render_page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a page, or part of one.

    Parameters
    ----------
    request : Request
    template : str
        File name of the template.
    status : int
        Status code of HTTP.
    **values
        Variables of the template; the secret of the forms, the path, the menu and the languages are added.
    """
    common = {
        "secret": app_state(request).settings.secret,
        "path": request.scope["path"],
        "menu": request.app.state.menu,
        "page": _page(request),
        "language": current_language(),
        "languages": [(code, own_name(code)) for code in languages()],
    }
    return HTMLResponse(templates().get_template(template).render(values | common), status_code=status)


def _page(request: Request) -> str:
    """Return path and query of the page, to return to it; where a form led to it, of the page above."""
    if request.method != "GET":
        above = _ABOVE.match(request.url.path)
        return above[0] if above else "/"
    query = request.scope["query_string"].decode("latin-1")
    return quote(request.scope["path"]) + (f"?{query}" if query else "")
