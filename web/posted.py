"""The form that a page posts."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from .guard import LARGEST_BODY
from .secret import FIELD, check_secret


async def posted(request: Request) -> AsyncIterator[FormData]:
    """Give the fields of a form; one of them may fill the whole body, as long notes do."""
    async with request.form(max_part_size=LARGEST_BODY) as form:
        yield form


Posted = Annotated[FormData, Depends(posted)]


async def checked(request: Request, form: Posted) -> FormData:
    """Return a form that changes something, once its secret is found right."""
    check_secret(request, form.get(FIELD))
    return form


Checked = Annotated[FormData, Depends(checked)]
