"""The pages, one file each, the menu, and the choice of the language; `web.app` adds the form."""

import re

from fastapi import APIRouter
from starlette.responses import RedirectResponse

from ...data.language import N_, languages
from ..forms import AuthorizedForm
from ..security import COOKIE_SECONDS, LANGUAGE_COOKIE
from ..state import State
from . import docs, edit, exchange, guide, interview, journal, outlook, train, weights

_router = APIRouter(include_in_schema=False)
# outlook and exchange before interview: else "rates" would be matched as the number of an interview
_PAGES = (journal, exchange, guide, outlook, interview, edit, train, weights, docs)
routers = (*(each.router for each in _PAGES), _router)
MENU = (
    ("/", N_("Estimate")),
    ("/journal", N_("Journal")),
    ("/outlook", N_("Outlook")),
    ("/score", N_("Score")),
    ("/weights", N_("Weights")),
    ("/train", N_("Train")),
)
_OWN_PATH = re.compile(r"/(?![/\\])[!-~]*")  # two slashes would lead to another host


@_router.post("/language")
def choose_language(form: AuthorizedForm, state: State) -> RedirectResponse:
    """Remember the language of the person in their browser, and return to the page that they came from."""
    chosen, page = form.get("language"), form.get("page")
    back = page if isinstance(page, str) and _OWN_PATH.fullmatch(page) else "/"
    response = RedirectResponse(back, status_code=303)
    if chosen in languages():
        secure = state.settings.certificate is not None
        response.set_cookie(
            LANGUAGE_COOKIE, str(chosen), COOKIE_SECONDS, httponly=True, samesite="lax", secure=secure
        )
    return response
