"""The form that a page posts."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from .secret import FIELD, check_secret
from .security import LARGEST_BODY


async def posted(request: Request) -> AsyncIterator[FormData]:
    """Give the fields of a form; one of them may fill the whole body, as long notes do.

    Raises
    ------
    HTTPException
        415, for a form whose letters are not UTF-8: other ways to write them can stand for half a character.
    """
    told = parse_options_header(request.headers.get("content-type", ""))[1].get(b"charset", b"utf-8")
    if told.lower() not in (b"utf-8", b"utf8"):
        raise HTTPException(415, "Send the form in UTF-8.")
    async with request.form(max_part_size=LARGEST_BODY) as form:
        yield form


Posted = Annotated[FormData, Depends(posted)]


async def checked(request: Request, form: Posted) -> FormData:
    """Return a form that changes something, once its secret is found right."""
    check_secret(request, form.get(FIELD))
    return form


Checked = Annotated[FormData, Depends(checked)]
