"""Read files, check where one is to be written, and write atomically: the old content or the new, no part."""

import json
import os
import re
import stat
import sys
import time
import tomllib
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from io import BufferedReader, BufferedWriter, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from .errors import Fault, FileError, InputError, Remedy, clip
from .language import N_, _, number
from .limits import FILE_BYTES, FORM_BYTES, KEY_PARTS, VALUES, too_large

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory
    from typing import Self

    from _typeshed import ReadableBuffer

_BINARY = getattr(os, "O_BINARY", 0)  # without it, Windows translates line ends
_SPREADSHEETS = (".xlsm", ".xlsb", ".numbers")
_LEFTOVER_SECONDS = 3600
_SCRATCH = re.compile(r"offerodds-(\d{1,9})-\w+")
_BLOCK_SIZE = 1 << 16  # bytes or characters that are written at once
_NAME_PART = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')"
_LONG_NAME = re.compile(rf"(?<![\w-]){_NAME_PART}(?:[ \t]*\.[ \t]*{_NAME_PART}){{{KEY_PARTS}}}")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")  # an escape for half of a character
_MAX_LINKS = 40  # the limit of Linux
_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class StagedFile:
    """A temporary file for the content of a target until it is complete; deleted on exit if still there.

    The temporary file lies in the folder of the target and finally replaces it. Symbolic links are followed
    and remain links. A device or a pipe is never replaced: the temporary file is copied into it.

    Parameters
    ----------
    path : str or Path
        The target; missing folders are created.

    Raises
    ------
    FileError
        The target cannot be written, is write-protected, or has a second name (a hard link).
    """

    def __init__(self, path: str | Path) -> None:
        self._source = str(path)
        import tempfile  # not loaded to read a form

        self._target = resolve_target(path)
        with report_write_errors(path):
            self.is_stream = is_stream(self._target)
            if self.is_stream:
                folder, prefix = Path(tempfile.gettempdir()), "offerodds-"
            else:
                folder, prefix = self._target.parent, f".{self._target.name[:40]}."
                make_folder(folder)
            _delete_leftovers(folder, prefix)
            self._temporary = folder / f"{prefix}{os.urandom(8).hex()}"
            # registered before the file exists, so that it is deleted after an interruption at any moment
            self._delete = weakref.finalize(self, _delete_file, self._temporary)
            handle = os.open(self._temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
        self._raw = _TargetFile(handle, self._source)
        self.file = BufferedWriter(self._raw)

    def __enter__(self) -> "Self":
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()  # not the buffer, which would first flush
        self._delete()

    def complete(self, private: bool) -> None:
        """Write everything to the disk, and set the mode of the target: 0600 if private."""
        with report_write_errors(self._source):
            self.file.flush()
            os.fsync(self._raw.fileno())
            self.file.close()
            if not self.is_stream:
                _copy_owner_and_mode(self._target, self._temporary, private)

    def replace_target(self) -> None:
        """Replace the target, or copy the content into a device or a pipe."""
        with report_write_errors(self._source):
            if self.is_stream:
                _copy_to_stream(self._temporary, self._target)
            else:
                self._temporary.replace(self._target)
                _sync_folder(self._target.parent)


class _TargetFile(FileIO):
    """An open temporary file whose errors name the target, even if a library writes to several at once."""

    def __init__(self, handle: int, source: str) -> None:
        super().__init__(handle, "wb")
        self._source = source

    def write(self, content: "ReadableBuffer", /) -> int:
        with report_write_errors(self._source):
            return super().write(content)


def _delete_file(path: Path) -> None:
    """Delete a file if it is there and can be deleted."""
    with suppress(OSError):
        path.unlink()


def _delete_leftovers(folder: Path, prefix: str) -> None:
    """Delete temporary files of the same target that a killed process left more than an hour ago."""
    name = re.compile(re.escape(prefix) + "[0-9a-f]{16}")
    with suppress(OSError):
        for path in folder.iterdir():
            if name.fullmatch(path.name) and time.time() - path.lstat().st_mtime > _LEFTOVER_SECONDS:
                _delete_file(path)


def scratch_folder() -> "TemporaryDirectory[str]":
    """Create a folder of mode 0700 for temporary files, which is deleted at the end of a ``with`` block.

    Those of this user that a killed process left more than an hour ago are deleted first.

    Examples
    --------
    >>> with scratch_folder() as folder:
    ...     Path(folder, "mine.csv").touch()
    >>> Path(folder).exists()
    False
    """
    import shutil
    import tempfile

    if os.name == "posix":
        for path in Path(tempfile.gettempdir()).glob("offerodds-*-*"):
            with suppress(OSError):
                if _is_left(path):
                    shutil.rmtree(path, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"offerodds-{os.getpid()}-")


def _is_left(path: Path) -> bool:
    """Test whether a folder is ours and old, and the process in its name has ended."""
    status, name = path.lstat(), _SCRATCH.fullmatch(path.name)
    is_old = time.time() - status.st_mtime > _LEFTOVER_SECONDS
    if not (name and is_old and stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid()):
        return False
    try:
        os.kill(int(name[1]), 0)  # signals nothing
    except ProcessLookupError:
        return True
    return False


def _sync_folder(folder: Path) -> None:
    """Write the entries of a folder to the disk, so that a new name survives a power cut."""
    with suppress(OSError):  # Windows opens no folders, and some file systems cannot sync them
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _copy_owner_and_mode(target: Path, temporary: Path, private: bool) -> None:
    """Give the temporary file the owner and mode of the target, or the default mode if there is none yet."""
    try:
        status = target.stat()
    except FileNotFoundError:
        umask = os.umask(0)  # can only be read by setting it
        os.umask(umask)
        mode = 0o666 & ~umask
    else:
        mode = status.st_mode & 0o777
        with suppress(OSError, AttributeError):  # usually only root may, and Windows has no such owners
            os.chown(temporary, status.st_uid, status.st_gid)
    temporary.chmod(0o600 if private else mode)


def _copy_to_stream(temporary: Path, stream: Path) -> None:
    """Copy a file into a device or a pipe."""
    import shutil

    with temporary.open("rb") as content, _open_stream(stream) as file:
        shutil.copyfileobj(content, file)


def _open_stream(stream: Path) -> BinaryIO:
    """Open a device or a pipe for writing, without creating or truncating anything."""
    if (descriptor := descriptor_of(stream)) is None:
        return os.fdopen(os.open(stream, os.O_WRONLY), "wb")
    if sys.stdout is not None:
        sys.stdout.flush()  # text printed earlier must come first
    return os.fdopen(os.dup(descriptor), "wb")


def user_model_path() -> Path:
    """Locate the trained model, which predictions use by default."""
    return user_data_folder() / "model.json"


def user_journal_path() -> Path:
    """Locate the journal of this user."""
    return user_data_folder() / "journal.db"


def user_data_folder() -> Path:
    """Locate the folder of the journal and the model: ``OFFERODDS_HOME``, or the default of the platform."""
    if home := os.environ.get("OFFERODDS_HOME"):
        return Path(os.path.expanduser(home)).absolute()  # noqa: PTH111 (the other one fails at ~nobody)
    from platformdirs import user_data_path

    return user_data_path("offerodds", appauthor=False)


def make_folder(folder: Path) -> None:
    """Create a folder if it is missing; only the user can list that of the journal and the model."""
    if not folder.is_dir():
        is_private = folder.resolve() == user_data_folder().resolve()
        folder.mkdir(0o700 if is_private else 0o777, parents=True, exist_ok=True)


def unknown_file_type(path: str | Path, problem: str, suffixes: Iterable[str]) -> FileError:
    """Build the error for a file with an unknown suffix, or for one that cannot be read at all.

    Parameters
    ----------
    path : str or Path
    problem : str
        Names the content that was expected, such as "unknown file type for a form".
    suffixes : iterable of str
        The valid suffixes.
    """
    try:
        read_start(path, 1)
    except FileError as error:
        return error
    seen, expected = Path(path).suffix or _("no suffix"), ", ".join(suffixes)
    remedy = Remedy.SAVE_AS_CSV if seen.lower() in _SPREADSHEETS else None
    fault = Fault(problem, str(path), seen=seen, expected=expected, remedy=remedy)
    return FileError([fault])


def read_bytes(path: str | Path, limit: int = FILE_BYTES) -> bytes:
    """Read the content of a file.

    Raises
    ------
    FileError
        The file is missing, a directory, not readable, or has more bytes than the limit.
    """
    try:
        with open_binary(path) as file:
            size = os.fstat(file.fileno()).st_size  # 0 for a device, which may be endless
            content = file.read(limit + 1) if size <= limit else b""
    except OSError as error:
        raise FileError([unreadable_fault(path, error)]) from None
    if max(size, len(content)) > limit:
        expected = _("at most {n} MB", n=number(limit // 10**6))
        raise FileError([Fault("too large", str(path), expected=expected)])
    return content


def open_binary(path: str | Path) -> BufferedReader:
    """Open a file for reading.

    Raises
    ------
    FileError
        The file is missing, a directory, or not readable.
    """
    try:
        return Path(path).open("rb")
    except (OSError, ValueError) as error:
        raise FileError([unreadable_fault(path, error)]) from None


def read_start(path: str | Path, n: int) -> bytes:
    """Read the first n bytes of a file; raise a `FileError` if it cannot be opened or read."""
    try:
        with open_binary(path) as file:
            return file.read(n)
    except OSError as error:
        raise FileError([unreadable_fault(path, error)]) from None


def read_text(path: str | Path, limit: int = FILE_BYTES) -> str:
    """Read a UTF-8 file, with or without a byte order mark.

    Raises
    ------
    FileError
        The file cannot be read, is empty, is not text, or has more bytes than the limit.
    """
    return decode_text(read_bytes(path, limit), str(path))


def decode_text(content: bytes, source: str) -> str:
    """Decode UTF-8 text, with or without a byte order mark.

    Raises
    ------
    FileError
        The content is empty, or not text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FileError([not_utf_8_fault(source, line)]) from None
    if not text.strip():
        raise FileError([Fault("the file is empty", source=source)])
    if "\x00" in text:
        raise FileError([Fault("binary, not text", source=source)])
    return text


def not_utf_8_fault(source: str, line: int) -> Fault:
    """Describe text in an unknown encoding by the first line that is not UTF-8."""
    problem = _("not UTF-8 text (line {line})", line=number(line, "d"))
    return Fault(problem, source=source, remedy=Remedy.SAVE_AS_UTF8)


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a TOML file.

    Raises
    ------
    FileError
        The file cannot be read, is not TOML, or is larger than any form or catalogue.
    """
    text = read_text(path, FORM_BYTES)
    if match := _LONG_NAME.search(text):  # the parser would take memory of the square of the parts
        expected = _("at most {limit}", limit=number(KEY_PARTS))
        raise FileError(
            [Fault("too many parts in a name", str(path), seen=clip(match[0]), expected=expected)]
        )
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        from .parser_errors import toml_faults

        raise FileError(toml_faults(text, str(path), error)) from None


def read_json(path: str | Path) -> Any:
    """Read a JSON file.

    Raises
    ------
    FileError
        The file cannot be read, is not JSON, has a key twice in one object, or is larger than the limit.
    """
    return parse_json(read_text(path), str(path))


def parse_json(text: str, source: str, row: int | None = None) -> Any:
    """Parse a JSON text strictly: NaN, infinity and repeated keys are refused.

    Raises
    ------
    FileError
        The text is not JSON, has a key twice in one object, or has too many values.
    """
    if faults := json_size_faults(text, source):
        raise FileError(faults)
    try:
        value = json.loads(text, object_pairs_hook=_reject_duplicate_keys, parse_constant=_reject_constant)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()  # raises for half of a character
    except (ValueError, RecursionError) as error:
        from .parser_errors import parser_message

        seen = parser_message(error)
        raise FileError([Fault("not JSON", source=source, row=row, seen=seen)]) from None
    return value


def json_size_faults(text: str, source: str) -> list[Fault]:
    """Report a JSON text whose values would take many times its own memory."""
    if len(text) <= VALUES:
        return []
    n_values = sum(map(text.count, ",[{"))
    return (
        [too_large(source, n_values, N_("{n} values"), VALUES, Remedy.SAVE_AS_CSV)]
        if n_values > VALUES
        else []
    )


@contextmanager
def open_atomic(path: str | Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Open a file for writing that replaces its target only when the block ends without an exception.

    Parameters
    ----------
    path : str or Path
        The target; missing folders are created.
    private : bool
        Let only the user read the file (mode 0600).

    Raises
    ------
    FileError
        The file cannot be written; the target is unchanged, as it is after any other exception.
    """
    with open_all_atomic([path], private=private) as (file,):
        yield file


@contextmanager
def open_all_atomic(paths: Sequence[str | Path], *, private: bool = False) -> Iterator[list[BinaryIO]]:
    """Open files as `open_atomic` does; they replace their targets together, once all are complete."""
    with ExitStack() as stack:
        staged = [stack.enter_context(StagedFile(path)) for path in paths]
        yield [each.file for each in staged]
        for each in staged:
            each.complete(private)
        # streams first: only they can still fail, and no file is replaced if one does
        for each in sorted(staged, key=lambda each: not each.is_stream):
            each.replace_target()


def write_atomic(
    path: str | Path, content: str | bytes | Iterable[str | bytes], *, private: bool = False
) -> None:
    """Write the content of a file completely or not at all.

    Parameters
    ----------
    path : str or Path
        The target; missing folders are created.
    content : str, bytes or iterable of these
        The content; text is encoded as UTF-8. Parts, all text or all bytes, are written one after the other.
    private : bool
        Let only the user read the file (mode 0600).

    Raises
    ------
    FileError
        The file cannot be written; the target is unchanged.
    """
    parts = [content] if isinstance(content, str | bytes) else content
    with open_atomic(path, private=private) as file:
        for block in _in_blocks(parts):
            with report_write_errors(path):
                file.write("".join(block).encode() if isinstance(block[0], str) else b"".join(block))


def _in_blocks(parts: Iterable[str | bytes]) -> Iterator[list[Any]]:
    """Collect parts until they are worth a call of the system."""
    block: list[Any] = []
    size = 0
    for part in parts:
        block.append(part)
        size += len(part)
        if size >= _BLOCK_SIZE:
            yield block
            block, size = [], 0
    if block:
        yield block


def write_new(path: str | Path, text: str, *, private: bool = False) -> None:
    """Write a new file, so that a form somebody filled in is never overwritten.

    Parameters
    ----------
    path : str or Path
        The target, which must not exist; missing folders are created.
    text : str
        The content.
    private : bool
        Let only the user read the file (mode 0600).

    Raises
    ------
    FileError
        The file exists already, or cannot be written.
    """
    if faults := existing_file_faults(path):
        raise FileError(faults)
    write_atomic(path, text, private=private)


_REASONS = (  # of the system, which words them in English
    N_("permission denied"),
    N_("is a directory"),
    N_("is a disk"),
    N_("not a directory"),
    N_("no such file or directory"),
    N_("no space left on device"),
    N_("read-only file system"),
    N_("file name too long"),
    N_("file too large"),
    N_("input/output error"),
    N_("too many levels of symbolic links"),
    N_("device or resource busy"),
    N_("disk quota exceeded"),
    N_("embedded null byte"),
)


def unreadable_fault(path: str | Path, error: OSError | ValueError) -> Fault:
    """Describe why a file cannot be read."""
    match error:
        case FileNotFoundError():
            problem = N_("no such file")
        case IsADirectoryError():
            problem = N_("a directory, not a file")
        case PermissionError():
            problem = N_("no permission to read it")
        case OSError():
            problem = _("cannot be read: {reason}", reason=_reason(error))
        case _:
            problem = _("not a file name: {reason}", reason=error)
    return Fault(problem, source=clip(str(path), 200).strip("'"))


def _reason(error: OSError | ValueError) -> str:
    """Word why the system refused an operation."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return _(reason.lower())


def _reject_duplicate_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Build an object from its pairs, as Python's parser would, which ignores repeated keys."""
    value: dict[str, Any] = {}
    for key, item in pairs:
        if key in value:
            raise ValueError(_("the key {key} occurs twice in one object", key=repr(key)))
        value[key] = item
    return value


def _reject_constant(name: str) -> float:
    """Refuse NaN and infinity, which Python's parser would read."""
    text = N_("{name} is not a JSON value; leave the field out or write null")
    raise ValueError(_(text, name=name))


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


def suffix_to_write(path: str | Path, default: str) -> str:
    """Find the suffix that states the format of a target: the default for a device or pipe without one.

    Examples
    --------
    >>> suffix_to_write("mine.JSON", ".csv"), suffix_to_write("/dev/stdout", ".csv")
    ('.json', '.csv')
    """
    suffix = Path(path).suffix.lower()
    if suffix:
        return suffix
    with report_write_errors(path):
        return default if is_stream(path) else ""


def descriptor_of(path: str | Path) -> int | None:
    """Find the file descriptor that a path such as ``/dev/stdout`` names; None if it names none."""
    target = Path(path)
    own_descriptors = rf"/dev/fd|/proc/{os.getpid()}(/task/\d+)?/fd"
    for _link in range(_MAX_LINKS):
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
        raise FileError([Fault("cannot be written", source=str(path), seen=_reason(error))]) from None


def resolve_target(path: str | Path) -> Path:
    """Follow the symbolic links of a target, and check that it can be written; a stream keeps its path.

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
        problem = N_("has a second name (a hard link), which would keep the old content")
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
            problem = _("would overwrite {other}", other=_(other))
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
