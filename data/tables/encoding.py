"""How the text of a table is encoded: UTF-8, or what Excel writes instead."""

import codecs
import re
from typing import BinaryIO

from ..errors import Fault, FileError

UTF_8, UTF_16, WINDOWS = "utf-8-sig", "utf-16", "cp1252"
REMARKS = {
    UTF_16: "read as UTF-16",
    WINDOWS: "not UTF-8, so it was read as Windows-1252 (cp1252); if letters are wrong, save it as UTF-8",
}
_CHUNK = 1 << 20
_NOT_WINDOWS = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]")


def encoding_of(file: BinaryIO, source: str) -> str:
    """Return the encoding of a whole file, which is left at its beginning.

    It is UTF-16 if it begins with a mark that says so, else UTF-8 if all of it is, else Windows-1252 if all
    of it can be. No other encoding is guessed, and a file of which a part is UTF-8 is refused.

    Raises
    ------
    FileError
        It is none of these.

    Examples
    --------
    >>> import io
    >>> encoding_of(io.BytesIO("Müller".encode("cp1252")), "mine.csv")
    'cp1252'
    """
    file.seek(0)
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        file.seek(0)
        return UTF_16
    found = UTF_8 if _utf_8_until(file) is None else WINDOWS
    if found == WINDOWS and not _is_windows(file):
        raise FileError([_not_text(file, source)])
    file.seek(0)
    return found


def _not_text(file: BinaryIO, source: str) -> Fault:
    """Return the fault of a file that is not text in an encoding we read, with its first line that is not."""
    wrong = _utf_8_until(file) or 0
    file.seek(0)
    line = 1
    while wrong > 0:
        chunk = file.read(min(wrong, _CHUNK))
        line += chunk.count(b"\n")
        wrong -= len(chunk) or wrong
    return Fault(f"not UTF-8 text (line {line})", source=source, remedy="save it as UTF-8")


def _utf_8_until(file: BinaryIO) -> int | None:
    """Return the place of the first byte that is not UTF-8, None where all are."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = 0
    while True:
        chunk = file.read(_CHUNK)
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return read + len(chunk) - len(error.object) + error.start
        if not chunk:
            return None
        read += len(chunk)


def _is_windows(file: BinaryIO) -> bool:
    """Return whether a file that is not UTF-8 can be Windows-1252: what is UTF-8 before is ASCII alone."""
    before = _utf_8_until(file) or 0
    file.seek(0)
    while chunk := file.read(_CHUNK):
        if not chunk[: max(before, 0)].isascii() or _NOT_WINDOWS.search(chunk):
            return False
        before -= len(chunk)
    return True
