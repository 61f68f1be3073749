"""A file that is written beside the one it will replace, so that nothing is ever half-written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import Fault, FileError

if TYPE_CHECKING:
    from typing import Self

    from _typeshed import ReadableBuffer


class Scratch:
    """A file beside its target; leaving it takes away what has not taken the place of the target.

    Parameters
    ----------
    path : str or Path
        The target; missing folders are made.

    Raises
    ------
    FileError
        No file can be made there.
    """

    def __init__(self, path: str | Path) -> None:
        self._source = str(path)
        self._target = Path(path)
        import tempfile  # reading a form needs none

        with writing_to(path):
            if self._target.is_dir():
                raise IsADirectoryError(None, "is a directory")
            self._target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._target.parent, prefix=f".{self._target.name[:40]}.")
        self._scratch = Path(name)
        self._raw = _Raw(handle, self._source)
        self.file = BufferedWriter(self._raw)

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()  # not the buffer, which would write what it still holds
        self._scratch.unlink(missing_ok=True)

    def complete(self, private: bool) -> None:
        """Have everything on the disk, with the mode it is to have: 0600 if private."""
        with writing_to(self._source):
            self.file.flush()
            os.fsync(self._raw.fileno())
            self.file.close()
            self._scratch.chmod(0o600 if private else _mode_of(self._target))

    def take_place(self) -> None:
        """Replace the target."""
        with writing_to(self._source):
            self._scratch.replace(self._target)


class _Raw(FileIO):
    """A file whose failures name the file it stands for, whoever writes to it and to how many at once."""

    def __init__(self, handle: int, source: str) -> None:
        super().__init__(handle, "wb")
        self._source = source

    def write(self, content: "ReadableBuffer", /) -> int:
        with writing_to(self._source):
            return super().write(content)


@contextmanager
def writing_to(path: str | Path) -> Iterator[None]:
    """Say of what a system refuses that the file cannot be written.

    Raises
    ------
    FileError
    """
    try:
        yield
    except FileError:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileError([Fault("cannot be written", source=str(path), seen=reason.lower())]) from None


def _mode_of(target: Path) -> int:
    """Return the mode the file has, or the one a new file gets."""
    if target.exists():
        return target.stat().st_mode & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
