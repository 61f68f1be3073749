"""Reading files, and writing them so that nothing is ever half-written."""

import json
import os
import re
import sys
import tomllib
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from io import BufferedReader, BufferedWriter, FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from .errors import Fault, FileError, Remedy, clip
from .targets import descriptor_of, existing_file_faults, is_stream, report_write_errors, resolve_target

if TYPE_CHECKING:
    from typing import Self

    from _typeshed import ReadableBuffer


_BINARY = getattr(os, "O_BINARY", 0)  # on Windows line ends would else be changed
_SPREADSHEETS = (".xlsx", ".xls", ".ods", ".numbers")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class StagedFile:
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

        self._target = resolve_target(path)
        with report_write_errors(path):
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
        with report_write_errors(self._source):
            self.file.flush()
            os.fsync(self._raw.fileno())
            self.file.close()
            if not self.is_stream:
                _match(self._scratch, self._target, private)

    def take_place(self) -> None:
        """Replace the target, or copy everything into a device or a pipe."""
        with report_write_errors(self._source):
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
        with report_write_errors(self._source):
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


def user_model_path() -> Path:
    """Return where training keeps the model that predictions then use."""
    return user_data_folder() / "model.json"


def user_journal_path() -> Path:
    """Return where the person's own journal lives."""
    return user_data_folder() / "journal.db"


def user_data_folder() -> Path:
    """Return the folder of the user's own models: ``OFFERODDS_HOME``, or the platform's place."""
    if home := os.environ.get("OFFERODDS_HOME"):
        return Path(home)
    from platformdirs import user_data_path

    return user_data_path("offerodds", appauthor=False)


def unknown_file_type(path: str | Path, what: str, suffixes: Iterable[str]) -> FileError:
    """Return the error for a file whose name does not say what it holds; if it is no file, that error.

    Parameters
    ----------
    path : str or Path
    what : str
        What it was taken for: "a form" or "a table".
    suffixes : iterable of str
        How the name of one ends.
    """
    try:
        read_bytes(path)
    except FileError as error:
        return error
    seen, expected = Path(path).suffix or "no suffix", ", ".join(suffixes)
    remedy = Remedy.SAVE_AS_CSV if seen.lower() in _SPREADSHEETS else None
    fault = Fault(f"not {what} by its name", str(path), seen=seen, expected=expected, remedy=remedy)
    return FileError([fault])


def read_bytes(path: str | Path) -> bytes:
    """Return what a file holds.

    Raises
    ------
    FileError
        It is missing, a directory, or not ours to read.
    """
    try:
        with open_binary(path) as file:
            return file.read()
    except OSError as error:
        raise FileError([unreadable_fault(path, error)]) from None


def open_binary(path: str | Path) -> BufferedReader:
    """Return a file open for reading, at its beginning.

    Raises
    ------
    FileError
        It is missing, a directory, or not ours to read.
    """
    try:
        return Path(path).open("rb")
    except (OSError, ValueError) as error:
        raise FileError([unreadable_fault(path, error)]) from None


def read_text(path: str | Path) -> str:
    """Return the text of a UTF-8 file, with or without a byte order mark.

    Raises
    ------
    FileError
        It cannot be read, is empty, or is not text.
    """
    return decode_text(read_bytes(path), str(path))


def decode_text(content: bytes, source: str) -> str:
    """Decode UTF-8 text, with or without a byte order mark.

    Raises
    ------
    FileError
        It is empty, or not text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        remedy = Remedy.SAVE_AS_UTF8
        raise FileError([Fault(f"not UTF-8 text (line {line})", source=source, remedy=remedy)]) from None
    if not text.strip():
        raise FileError([Fault("the file is empty", source=source)])
    if "\x00" in text:
        raise FileError([Fault("binary, not text", source=source)])
    return text


def read_toml(path: str | Path) -> dict[str, Any]:
    """Return what a TOML file holds.

    Raises
    ------
    FileError
        It cannot be read or is not TOML.
    """
    text = read_text(path)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        fault = Fault("not TOML", str(path), seen=str(error), remedy=Remedy.WRITE_TOML)
        raise FileError([fault]) from None


def read_json(path: str | Path) -> Any:
    """Return what a JSON file holds.

    Raises
    ------
    FileError
        It cannot be read, is not JSON, or names a key twice.
    """
    return parse_json(read_text(path), str(path))


def parse_json(text: str, source: str, row: int | None = None) -> Any:
    """Return the value that a JSON text stands for; NaN and infinity are not JSON.

    Raises
    ------
    FileError
        It is not JSON or names a key twice.
    """
    try:
        value = json.loads(text, object_pairs_hook=_without_twins, parse_constant=_refuse_constant)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()  # refuses half a character
    except (ValueError, RecursionError) as error:
        raise FileError([Fault("not JSON", source=source, row=row, seen=str(error))]) from None
    return value


@contextmanager
def open_atomic(path: str | Path, *, private: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write, which takes the place of another once it is complete.

    Parameters
    ----------
    path : str or Path
        Where it goes; missing folders are made.
    private : bool
        Whether only the user may read it (mode 0600).

    Raises
    ------
    FileError
        It cannot be written; what was there before is untouched, as it is after any other exception.
    """
    with open_all_atomic([path], private=private) as (file,):
        yield file


@contextmanager
def open_all_atomic(paths: Sequence[str | Path], *, private: bool = False) -> Iterator[list[BinaryIO]]:
    """Give files to write, which take their places together, once all are complete: else as `open_atomic`."""
    with ExitStack() as stack:
        scratch = [stack.enter_context(StagedFile(path)) for path in paths]
        yield [each.file for each in scratch]
        for each in scratch:
            each.complete(private)
        for each in sorted(scratch, key=lambda each: not each.is_stream):  # a stream is what may fail now
            each.take_place()


def write_atomic(path: str | Path, content: str | bytes | Iterable[str], *, private: bool = False) -> None:
    """Write a file whole or not at all: `open_atomic`, for what is known beforehand.

    Parameters
    ----------
    path : str or Path
        Where it goes; missing folders are made.
    content : str, bytes or iterable of str
        What it holds; text is written as UTF-8, one part after the other.
    private : bool
        Whether only the user may read it (mode 0600).

    Raises
    ------
    FileError
        It cannot be written; what was there before is untouched.
    """
    with open_atomic(path, private=private) as file:
        for part in [content] if isinstance(content, str | bytes) else content:
            with report_write_errors(path):
                file.write(part.encode() if isinstance(part, str) else part)


def write_new(path: str | Path, text: str, *, private: bool = False) -> None:
    """Write a file that is not there yet: what a person filled in is never overwritten.

    Parameters and the rest are those of `write_atomic`.

    Raises
    ------
    FileError
        It exists, or cannot be written.
    """
    if faults := existing_file_faults(path):
        raise FileError(faults)
    write_atomic(path, text, private=private)


def unreadable_fault(path: str | Path, error: OSError | ValueError) -> Fault:
    """Return the fault of a file that cannot be read."""
    match error:
        case FileNotFoundError():
            problem = "no such file"
        case IsADirectoryError():
            problem = "a directory, not a file"
        case PermissionError():
            problem = "no permission to read it"
        case OSError():
            problem = f"cannot be read: {(error.strerror or str(error)).lower()}"
        case _:
            problem = f"not a file name: {error}"
    return Fault(problem, source=clip(str(path), 200).strip("'"))


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice in one object")
        found[key] = value
    return found


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON value; leave the field out or write null")
