"""The documents of the project and their code blocks."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from helpers import ROOT

DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")]
DOCUMENTS += sorted((ROOT / "docs").rglob("*.md"))
_BLOCK = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^[\s>]*(?:```|~~~)", re.MULTILINE)
_COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command in a document: its words, and the output shown below it."""

    words: tuple[str, ...]
    shown: str


def name_of(path: Path) -> str:
    """Return the path of a document in the repository."""
    return path.relative_to(ROOT).as_posix()


def blocks(path: Path, *wanted: str) -> list[str]:
    """Extract the code blocks of some languages."""
    return [text for language, text in _all_blocks(path) if language in wanted]


def languages(path: Path) -> set[str]:
    """List the languages of all blocks, and an invalid one if a fence is not part of a block."""
    all_blocks = _all_blocks(path)
    stray = len(_FENCE.findall(path.read_text(encoding="utf-8"))) != 2 * len(all_blocks)
    return {language for language, _ in all_blocks} | (
        {"a fence that is indented or never ends"} if stray else set()
    )


def commands(path: Path) -> Iterator[Command]:
    """Yield the commands of a document, in order, with the output shown below each."""
    for block in blocks(path, "console"):
        assert block.startswith("$ "), block
        for typed, shown in _COMMAND.findall(block):
            words = shlex.split(typed.replace("\\\n", " "), comments=True)
            yield Command(tuple(words), shown.strip())


def prose(path: Path) -> str:
    """Read a document without its code."""
    return re.sub(r"`[^`\n]*`", "", _BLOCK.sub("", path.read_text(encoding="utf-8")))


def headings(path: Path) -> set[str]:
    """Compute the anchors of a document's headings, as code hosts and the site do."""
    text = _BLOCK.sub("", path.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _all_blocks(path: Path) -> list[tuple[str, str]]:
    return _BLOCK.findall(path.read_text(encoding="utf-8"))
