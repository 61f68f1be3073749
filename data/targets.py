"""Where something is to be written: what is there now, and whether it may be replaced."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .errors import Fault, FileError, InputError, Remedy

_LINKS = 40  # as many as Linux follows
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def is_stream(path: str | Path) -> bool:
    """Return whether a path is a device, a pipe or an open file of this process, such as ``/dev/stdout``.

    Raises
    ------
    OSError
        The path cannot be looked up, for example because of a loop of symbolic links.
    """
    if descriptor_of(path) is not None:
        return True
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def descriptor_of(path: str | Path) -> int | None:
    """Return the number of the open file that a path such as ``/dev/stdout`` stands for, if any."""
    place = Path(path)
    ours = rf"/dev/fd|/proc/{os.getpid()}(/task/\d+)?/fd"
    for _ in range(_LINKS):
        if place.name.isdecimal() and re.fullmatch(ours, os.path.realpath(place.parent)):
            return int(place.name)
        try:
            place = place.parent / place.readlink()
        except (OSError, ValueError):
            return None
    return None


@contextmanager
def report_write_errors(path: str | Path) -> Iterator[None]:
    """Report what the system refuses as a file that cannot be written.

    Raises
    ------
    FileError
    """
    try:
        yield
    except (FileError, BrokenPipeError):  # a reader that stops early is no fault of the file
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileError([Fault("cannot be written", source=str(path), seen=reason.lower())]) from None


def resolve_target(path: str | Path) -> Path:
    """Return a target with symbolic links followed; a stream keeps its path.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Path

    Raises
    ------
    FileError
        It is write-protected, a folder, a disk, or has a second name (a hard link), which would keep the old
        content.
    """
    with report_write_errors(path):
        if descriptor_of(path) is not None:
            return Path(path)
        target = Path(path if is_stream(path) else os.path.realpath(path))
        if target.exists():
            _refuse_unwritable(target, str(path))
        return target


def _refuse_unwritable(target: Path, source: str) -> None:
    found = target.stat()
    mode, regular = found.st_mode, stat.S_ISREG(found.st_mode)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(None, "is a directory")
    if stat.S_ISBLK(mode):
        raise OSError(None, "is a disk")
    if regular and not mode & _WRITABLE:  # root could write it all the same
        raise FileError([Fault("write-protected", source=source, remedy=Remedy.MAKE_WRITABLE)])
    if not os.access(target, os.W_OK):
        raise PermissionError(None, "permission denied")
    if regular and found.st_nlink > 1:
        problem = "has a second name (a hard link), which would keep the old content"
        raise FileError([Fault(problem, source=source, remedy=Remedy.OTHER_OR_NO_LINK)])


def existing_file_faults(path: str | Path) -> list[Fault]:
    """Return the fault of a file that is there and must not be replaced; a device or a pipe never is."""
    with report_write_errors(path):
        if not Path(path).exists() or is_stream(path):
            return []
    return [Fault("exists already", source=str(path), remedy=Remedy.OTHER_NAME)]


def check_targets(
    read: Mapping[str | Path, str], written: Mapping[str, tuple[str | Path | None, str]]
) -> None:
    """Refuse, before any work, to write over what is read, two things to one file, or where nothing can be.

    Parameters
    ----------
    read : mapping of str or Path to str
        By path, what is read.
    written : mapping of str to tuple
        By option, the target, if there is one, and what is written to it.

    Raises
    ------
    InputError
        Two paths are the same file, by whatever spelling or link, or a target cannot be written; every fault
        is listed.
    """
    taken = {_identity(path): what for path, what in read.items()}
    faults: list[Fault] = []
    for option, (path, what) in written.items():
        if path is None:
            continue
        try:
            target = resolve_target(path)
        except FileError as error:
            faults += error.faults
            continue
        if is_stream(target):
            continue
        if before := taken.get(_identity(path)):
            problem = f"would write over {before}"
            faults.append(Fault(problem, field=option, seen=str(path), remedy=Remedy.OTHER_FILE))
        taken.setdefault(_identity(path), what)
    if faults:
        raise InputError(faults)


def _identity(path: str | Path) -> object:
    """Return a key that is equal for every spelling of a path and every link to the same file."""
    try:
        found = Path(path).stat()
    except OSError:
        return os.path.realpath(path)
    except ValueError:  # a null character
        return str(path)
    return found.st_dev, found.st_ino
