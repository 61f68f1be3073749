"""The secret that a request must carry to change something.

It is made anew at every start, stands in every form of ours, and is printed for those who write a program.
"""

import secrets
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import APIKeyHeader
from starlette.exceptions import HTTPException

from .state import site_of

FIELD = "secret"
HEADER = "X-Offerodds-Secret"
_SCHEME = APIKeyHeader(
    name=HEADER,
    scheme_name="secret",
    description="Printed by `offerodds serve` when it starts, anew each time.",
    auto_error=False,
)


def check_secret(request: Request, given: object) -> None:
    """Refuse a request without the secret.

    Raises
    ------
    HTTPException
        403.
    """
    right = site_of(request).settings.secret
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), right.encode()):
        detail = "This page is from before the last start, or the secret is missing: go back and try again."
        raise HTTPException(403, detail)


def header_secret(request: Request, given: Annotated[str | None, Security(_SCHEME)]) -> None:
    """Refuse a request of a program without the secret in its header."""
    check_secret(request, given)
