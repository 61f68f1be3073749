"""Files that are sent, for as long as they are read."""

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from starlette.datastructures import UploadFile

from ..data.errors import InputError, clip

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
            raise type(error)(faults) from None


def _kept(upload: UploadFile, folder: Path, number: int) -> Path:
    """Write an upload down under a name of ours: theirs may be any text."""
    suffix = Path((upload.filename or "").replace("\x00", "")).suffix
    path = folder / f"{number}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
    with path.open("wb") as file:
        shutil.copyfileobj(upload.file, file)
    return path


def _shown(upload: UploadFile) -> str:
    return clip(upload.filename or "the file", 100).strip("'\"")
