"""The form that a page posts."""

from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from .guard import LARGEST_BODY


async def posted(request: Request) -> FormData:
    """Return the fields of a form; one of them may fill the whole body, as long notes do."""
    return await request.form(max_part_size=LARGEST_BODY)


Posted = Annotated[FormData, Depends(posted)]
