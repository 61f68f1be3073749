"""Pages from templates, and faults in the words of the page."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from ..data.errors import Fault
from ..data.tables.formats import format_names, table_suffixes
from ..reporting.days import EVENT_LABELS, display_name, format_day, format_wait
from ..reporting.evaluation import percent_range
from ..reporting.html.calibration_curve import reliability_curve
from ..reporting.html.forest_plot import odds_axis, odds_row, signed_bar
from ..reporting.html.offer_histogram import offers_histogram
from ..reporting.html.probability_scale import probability_scale
from ..reporting.html.silence_curve import silence_curve
from ..reporting.journal import count_by_status
from ..reporting.number_format import format_frequency, format_interval, percent, plural, points, share_of
from ..reporting.prediction import points_change, readable_name
from ..reporting.signals import citation
from ..reporting.signals import describe_finding as finding_found
from .remedies import PAGE
from .state import site_of

_TEMPLATES = Path(__file__).with_name("templates")


def worded(fault: Fault) -> str:
    """Word a fault for a page; the columns of a file keep their names.

    Examples
    --------
    >>> from ..data.errors import Remedy
    >>> worded(Fault("not an answer", field="self_rating"))
    'self rating: not an answer'
    >>> worded(Fault("not a date", "mine.csv", 1, "outcome_date", remedy=Remedy.DATE_FORMAT))
    'mine.csv, row 1, outcome_date: not a date; say below how days are written'
    """
    shown = fault if fault.source else replace(fault, field=readable_name(fault.field))
    return shown.worded(PAGE)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """Return the templates; all text in them is escaped."""
    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    words = {"chance": format_frequency, "percent": percent, "points": points, "spoken": readable_name}
    found.filters |= words | {"day_of": format_day, "waited": format_wait, "status": EVENT_LABELS.__getitem__}
    found.filters |= {
        "found": finding_found,
        "cited": citation,
        "heading": display_name,
        "counted": count_by_status,
        "worded": worded,
        "advice": lambda remedy: remedy.worded(PAGE),
    }
    pictures = (
        *(probability_scale, signed_bar, silence_curve, odds_axis, odds_row),
        *(offers_histogram, reliability_curve),
    )
    found.globals |= {
        "plural": plural,
        "likely": format_interval,
        "moved": points_change,
        "share_of": share_of,
        "span": percent_range,
        "format_names": format_names,
        "table_suffixes": table_suffixes,
    } | {picture.__name__: picture for picture in pictures}
    return found


def page(request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page, or part of one.

    Parameters
    ----------
    request : Request
    name : str
        The template.
    status : int
        Of HTTP.
    **values
        What the template shows; the secret of the forms is added.
    """
    site = site_of(request)
    content = (
        templates().get_template(name).render(values, secret=site.settings.secret, path=request.url.path)
    )
    return HTMLResponse(content, status_code=status)
