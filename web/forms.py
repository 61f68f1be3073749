"""The forms and files that a page sends."""

import re
import secrets
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Annotated
from urllib.parse import parse_qsl
from weakref import finalize

from fastapi import Depends, Request
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from ..data.errors import Fault, FileError, InputError, clip
from ..data.files import scratch_folder
from ..data.language import _, number
from ..data.limits import COLUMNS, REQUEST_BYTES
from .security import FIELD, check_secret

_MAX_KEPT = 3
_ESCAPES = 300_000  # bytes that a form writes as %41; each takes a microsecond and a hundred bytes
_PARSED_AT_ONCE = 1 << 14  # characters; another thread costs more than it saves
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}")


@contextmanager
def temporary_files(uploads: Sequence[UploadFile]) -> Iterator[list[Path]]:
    """Write uploads to files that only the user can read, and delete them afterwards.

    Parameters
    ----------
    uploads : sequence of UploadFile

    Yields
    ------
    list of Path
        One file for each upload, with its suffix, which states the format.

    Raises
    ------
    InputError
        Faults found while the files are read, with the names of the uploads.
    """
    with scratch_folder() as folder:
        paths = [_write_upload(upload, Path(folder), number) for number, upload in enumerate(uploads)]
        names = {str(path): _upload_name(upload) for path, upload in zip(paths, uploads, strict=True)}
        try:
            yield paths
        except InputError as error:
            faults = [replace(fault, source=names.get(fault.source, fault.source)) for fault in error.faults]
            raise type(error)(faults, error.count, error.remedy) from None


class KeptUploads:
    """Files that wait for the next step of an import: the last few, until the server stops."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._numbers = count()
        self._folder: Path | None = None
        self._files: dict[str, tuple[Path, str]] = {}

    def keep(self, upload: UploadFile) -> str:
        """Keep a file that only the user can read; return what `find` finds it by."""
        with self._lock:
            if self._folder is None:
                created = scratch_folder()
                finalize(self, created.cleanup)
                self._folder = Path(created.name)
            token = secrets.token_urlsafe()
            path = _write_upload(upload, self._folder, next(self._numbers))
            self._files[token] = path, _upload_name(upload)
            for oldest in [*self._files][:-_MAX_KEPT]:
                self._files.pop(oldest)[0].unlink(missing_ok=True)
        return token

    def find(self, token: str) -> tuple[Path, str]:
        """Find a file and the name that it was sent with.

        Raises
        ------
        FileError
            It is not there any more.
        """
        with self._lock:
            if token not in self._files:
                raise FileError([Fault("choose the file again", field="file")])
            return self._files[token]

    def drop(self, token: str) -> None:
        """Delete a file."""
        with self._lock:
            if token in self._files:
                self._files.pop(token)[0].unlink(missing_ok=True)


def _write_upload(upload: UploadFile, folder: Path, number: int) -> Path:
    """Write an upload under a name of our choice, since its own can be any text."""
    suffix = Path((upload.filename or "").replace("\x00", "")).suffix
    path = folder / f"{number}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    with path.open("wb") as file:
        shutil.copyfileobj(upload.file, file)
    return path


def _upload_name(upload: UploadFile) -> str:
    return clip(upload.filename or _("the file"), 100).strip("'\"")


async def read_posted_form(request: Request) -> AsyncIterator[FormData]:
    """Read the fields of a form; a single field, such as long notes, may fill the whole body.

    Raises
    ------
    HTTPException
        415 if the form is not in UTF-8: other encodings can produce lone surrogates.
    """
    options = parse_options_header(request.headers.get("content-type", ""))[1]
    if options.get(b"charset", b"utf-8").lower() not in (b"utf-8", b"utf8"):
        raise HTTPException(415, _("Send the form in UTF-8."))
    await parse_urlencoded(request)
    async with request.form(max_part_size=REQUEST_BYTES) as form:
        yield form


async def parse_urlencoded(request: Request) -> None:
    """Parse a form without files, a long one in another thread, since percent signs take long.

    `Request.form` returns it afterwards.

    Raises
    ------
    HTTPException
        400 or 413 if the form has too many fields or escaped characters.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        return
    text = (await request.body()).decode("latin-1")
    if text.count("%") > _ESCAPES:
        escapes = number(_ESCAPES)
        raise HTTPException(413, _("The form has more than {count} escaped characters.", count=escapes))
    parse = partial(parse_qsl, text, keep_blank_values=True, max_num_fields=COLUMNS)
    pairs: list[tuple[str, str | UploadFile]]
    try:
        pairs = [*(parse() if len(text) <= _PARSED_AT_ONCE else await run_in_threadpool(parse))]
    except ValueError:
        problem = _("The form has more than {count} fields.", count=number(COLUMNS))
        raise HTTPException(400, problem) from None
    request._form = FormData(pairs)  # what starlette caches


PostedForm = Annotated[FormData, Depends(read_posted_form)]
posted_form = asynccontextmanager(read_posted_form)  # without a dependency, which takes longer to solve


async def read_authorized_form(request: Request, form: PostedForm) -> FormData:
    """Read a form that changes something, after checking its secret."""
    check_secret(request, form.get(FIELD))
    return form


AuthorizedForm = Annotated[FormData, Depends(read_authorized_form)]
