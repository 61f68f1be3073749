"""Check where a file is to be written: what exists there, and whether it may be replaced."""

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .errors import Fault, FileError, InputError, Remedy

_MAX_LINKS = 40  # the limit of Linux
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


def is_stream(path: str | Path) -> bool:
    """Test whether a path is a device, a pipe or an open file of this process, such as ``/dev/stdout``.

    Raises
    ------
    OSError
        The path cannot be resolved, for example because of a loop of symbolic links.
    """
    if descriptor_of(path) is not None:
        return True
    try:
        mode = Path(path).stat().st_mode
    except FileNotFoundError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def descriptor_of(path: str | Path) -> int | None:
    """Find the file descriptor that a path such as ``/dev/stdout`` names; None if it names none."""
    target = Path(path)
    own_descriptors = rf"/dev/fd|/proc/{os.getpid()}(/task/\d+)?/fd"
    for _ in range(_MAX_LINKS):
        if target.name.isdecimal() and re.fullmatch(own_descriptors, os.path.realpath(target.parent)):
            return int(target.name)
        try:
            target = target.parent / target.readlink()
        except (OSError, ValueError):
            return None
    return None


@contextmanager
def report_write_errors(path: str | Path) -> Iterator[None]:
    """Convert errors of the system within the block to a `FileError` that names the file.

    Raises
    ------
    FileError
        The system refused an operation.
    """
    try:
        yield
    except (FileError, BrokenPipeError):  # a reader that stops early is not an error of the file
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise FileError([Fault("cannot be written", source=str(path), seen=reason.lower())]) from None


def resolve_target(path: str | Path) -> Path:
    """Follow the symbolic links of a target, and check that it can be written; a stream keeps its path.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Path

    Raises
    ------
    FileError
        The target is write-protected, a folder, a disk, or has a second name (a hard link), which would keep
        the old content.
    """
    with report_write_errors(path):
        if descriptor_of(path) is not None:
            return Path(path)
        target = Path(path if is_stream(path) else os.path.realpath(path))
        if target.exists():
            _check_writable(target, str(path))
        return target


def _check_writable(target: Path, source: str) -> None:
    """Raise the error that writing would raise later, or should raise."""
    status = target.stat()
    mode, regular = status.st_mode, stat.S_ISREG(status.st_mode)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(None, "is a directory")
    if stat.S_ISBLK(mode):
        raise OSError(None, "is a disk")
    if regular and not mode & _WRITABLE:  # root could still write it
        raise FileError([Fault("write-protected", source=source, remedy=Remedy.MAKE_WRITABLE)])
    if not os.access(target, os.W_OK):
        raise PermissionError(None, "permission denied")
    if regular and status.st_nlink > 1:
        problem = "has a second name (a hard link), which would keep the old content"
        raise FileError([Fault(problem, source=source, remedy=Remedy.OTHER_OR_NO_LINK)])


def existing_file_faults(path: str | Path) -> list[Fault]:
    """Report a file that exists and must not be replaced; devices and pipes are never reported."""
    with report_write_errors(path):
        if not Path(path).exists() or is_stream(path):
            return []
    return [Fault("exists already", source=str(path), remedy=Remedy.OTHER_NAME)]


def check_targets(
    read: Mapping[str | Path, str],
    written: Mapping[str, tuple[str | Path | None, str]],
    *,
    replace: bool = True,
    ours: Sequence[Path] = (),
) -> None:
    """Check, before any work, that no target overwrites an input or another target, and all can be written.

    Parameters
    ----------
    read : mapping of str or Path to str
        Description of each input, by its path.
    written : mapping of str to tuple
        Target, or None, and description of each output, by its option.
    replace : bool
        Files that exist may be replaced.
    ours : sequence of Path
        Files that may be replaced anyway, since only this program writes them.

    Raises
    ------
    InputError
        Two paths lead to the same file, in any spelling or by any link, or a target cannot be written or
        exists and must not be replaced; every fault is listed.
    """
    description_of = {_file_identity(path): description for path, description in read.items()}
    faults: list[Fault] = []
    for option, (path, description) in written.items():
        if path is None:
            continue
        try:
            target = resolve_target(path)
        except FileError as error:
            faults += error.faults
            continue
        if is_stream(target):
            continue
        if other := description_of.get(_file_identity(path)):
            problem = f"would overwrite {other}"
            faults.append(Fault(problem, field=option, seen=str(path), remedy=Remedy.OTHER_FILE))
        elif not replace and path not in ours:
            faults += existing_file_faults(path)
        description_of.setdefault(_file_identity(path), description)
    if faults:
        raise InputError(faults)


def _file_identity(path: str | Path) -> object:
    """Build a key that is equal for every spelling of a path and every link to the same file."""
    try:
        status = Path(path).stat()
    except OSError:
        return os.path.realpath(path)
    except ValueError:  # a null character
        return str(path)
    return status.st_dev, status.st_ino
