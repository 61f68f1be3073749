"""The documents of the project, and the blocks of code in them."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers import ROOT

DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
DOCUMENTS += sorted((ROOT / "docs").rglob("*.md"))
_BLOCK = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^[\s>]*(?:```|~~~)", re.MULTILINE)
_COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A line that a document tells to type: its words, and what it prints as far as is shown."""

    words: tuple[str, ...]
    shown: str


def name_of(path: Path) -> str:
    """Return where a document stands in the repository."""
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, *wanted: str) -> list[str]:
    """Return the blocks of some languages."""
    return [text for language, text in _all_blocks(path) if language in wanted]


def languages(path: Path) -> set[str]:
    """Return the languages of all blocks; a fence that begins none counts as a language of its own."""
    found = _all_blocks(path)
    stray = len(_FENCE.findall(path.read_text(encoding="utf-8"))) != 2 * len(found)
    return {language for language, _ in found} | (
        {"a fence that is indented or never ends"} if stray else set()
    )


def commands(path: Path) -> Iterator[Command]:
    """Give every command of a document, in order, with what is shown below it."""
    for block in blocks(path, "console"):
        assert block.startswith("$ "), block
        for typed, shown in _COMMAND.findall(block):
            words = shlex.split(typed.replace("\\\n", " "), comments=True)
            yield Command(tuple(words), shown.strip())


def prose(path: Path) -> str:
    """Return a document without its code."""
    return re.sub(r"`[^`\n]*`", "", _BLOCK.sub("", path.read_text(encoding="utf-8")))


def headings(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as code hosts and the site make them."""
    text = _BLOCK.sub("", path.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _all_blocks(path: Path) -> list[tuple[str, str]]:
    return _BLOCK.findall(path.read_text(encoding="utf-8"))
