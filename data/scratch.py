"""A file that is complete before its target changes, so that nothing is ever half-written."""

import os
import sys
import weakref
from contextlib import suppress
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from .targets import descriptor_of, is_stream, writable, writing_to

if TYPE_CHECKING:
    from typing import Self

    from _typeshed import ReadableBuffer

_BINARY = getattr(os, "O_BINARY", 0)  # on Windows line ends would else be changed


class Scratch:
    """The content of a target until it is complete; on exit, what did not reach the target is deleted.

    A file is replaced by a scratch file from its own folder. Symbolic links are followed and stay links.
    A device or a pipe is never replaced: the scratch file is copied into it.

    Parameters
    ----------
    path : str or Path
        The target; missing folders are made.

    Raises
    ------
    FileError
        The target cannot be written, is write-protected, or has a second name (a hard link).
    """

    def __init__(self, path: str | Path) -> None:
        self._source = str(path)
        import tempfile  # reading a form needs none

        self._target = writable(path)
        with writing_to(path):
            self.is_stream = is_stream(self._target)
            if self.is_stream:
                folder, prefix = Path(tempfile.gettempdir()), "offerodds-"
            else:
                folder, prefix = self._target.parent, f".{self._target.name[:40]}."
                folder.mkdir(parents=True, exist_ok=True)
            self._scratch = folder / f"{prefix}{os.urandom(8).hex()}"
            # before the file exists: it is deleted whenever this is interrupted
            self._delete = weakref.finalize(self, self._scratch.unlink, missing_ok=True)
            handle = os.open(self._scratch, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        self._raw = _Raw(handle, self._source)
        self.file = BufferedWriter(self._raw)

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()  # not the buffer, which would write what it still holds
        self._delete()

    def complete(self, private: bool) -> None:
        """Have everything on the disk, with the mode it is to have: 0600 if private."""
        with writing_to(self._source):
            self.file.flush()
            os.fsync(self._raw.fileno())
            self.file.close()
            if not self.is_stream:
                _match(self._scratch, self._target, private)

    def take_place(self) -> None:
        """Replace the target, or copy everything into a device or a pipe."""
        with writing_to(self._source):
            if self.is_stream:
                _copy(self._scratch, self._target)
            else:
                self._scratch.replace(self._target)


class _Raw(FileIO):
    """A file whose failures name the file it stands for, whoever writes to it and to how many at once."""

    def __init__(self, handle: int, source: str) -> None:
        super().__init__(handle, "wb")
        self._source = source

    def write(self, content: "ReadableBuffer", /) -> int:
        with writing_to(self._source):
            return super().write(content)


def _match(scratch: Path, target: Path, private: bool) -> None:
    """Give a file the owner and the mode of the one it replaces, or the mode of a new one."""
    try:
        found = target.stat()
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        mode = 0o666 & ~umask
    else:
        mode = found.st_mode & 0o777
        with suppress(OSError, AttributeError):  # mostly only root may, and Windows has no such owners
            os.chown(scratch, found.st_uid, found.st_gid)
    scratch.chmod(0o600 if private else mode)


def _copy(scratch: Path, stream: Path) -> None:
    """Copy a file into a device or a pipe."""
    import shutil

    with scratch.open("rb") as content, _opened(stream) as file:
        shutil.copyfileobj(content, file)


def _opened(stream: Path) -> BinaryIO:
    """Open a device or a pipe for writing; nothing is created or emptied."""
    if (descriptor := descriptor_of(stream)) is None:
        return os.fdopen(os.open(stream, os.O_WRONLY), "wb")
    if sys.stdout is not None:
        sys.stdout.flush()  # what was printed before comes first
    return os.fdopen(os.dup(descriptor), "wb")
