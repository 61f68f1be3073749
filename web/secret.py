"""The secret that a request must carry to change something.

It is made anew at every start, stands in every form of ours, and is printed for those who write a program.
"""

import secrets

from fastapi import Request
from starlette.exceptions import HTTPException

from .site import site_of

FIELD = "secret"
HEADER = "X-Offerodds-Secret"


def check_secret(request: Request, given: object) -> None:
    """Refuse a request without the secret.

    Raises
    ------
    HTTPException
        403.
    """
    right = site_of(request).settings.secret
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), right.encode()):
        detail = "This page is from before the last start, or the secret is missing: load it again."
        raise HTTPException(403, detail)


def header_secret(request: Request) -> None:
    """Refuse a request of a program without the secret in its header."""
    check_secret(request, request.headers.get(HEADER))
