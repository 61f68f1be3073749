"""What a page sends: its form and its files."""

import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from ..data.errors import InputError, clip
from .security import FIELD, LARGEST_BODY, check_secret

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}")


@contextmanager
def on_disk(uploads: Sequence[UploadFile]) -> Iterator[list[Path]]:
    """Keep uploads as files that only the user may read, and take them away afterwards.

    Parameters
    ----------
    uploads : sequence of UploadFile

    Yields
    ------
    list of Path
        A file an upload, with the end of its name, which says what it holds.

    Raises
    ------
    InputError
        What reading them found wrong, with the names under which they were sent.
    """
    with tempfile.TemporaryDirectory(prefix="offerodds-") as folder:  # of mode 0700
        paths = [_kept(upload, Path(folder), number) for number, upload in enumerate(uploads)]
        sent = {str(path): _shown(upload) for path, upload in zip(paths, uploads, strict=True)}
        try:
            yield paths
        except InputError as error:
            faults = [replace(fault, source=sent.get(fault.source, fault.source)) for fault in error.faults]
            raise type(error)(faults, error.count, error.remedy) from None


def _kept(upload: UploadFile, folder: Path, number: int) -> Path:
    """Write an upload down under a name of ours: theirs may be any text."""
    suffix = Path((upload.filename or "").replace("\x00", "")).suffix
    path = folder / f"{number}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    with path.open("wb") as file:
        shutil.copyfileobj(upload.file, file)
    return path


def _shown(upload: UploadFile) -> str:
    return clip(upload.filename or "the file", 100).strip("'\"")


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
