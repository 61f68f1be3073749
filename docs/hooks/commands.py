"""The page of commands: what each says with ``--help``."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from offerodds.cli.main import app

_INTRO = """\
# Commands

What each command says with `--help`. Those that print results have `--json`. Exit codes: 0 done, 1 failed,
2 bad input; a message about bad input lists every fault, with rows counted from 1 below the header.
"""


def commands_page() -> str:
    """Return the page as Markdown: a section a command, with its help as the terminal shows it."""
    return "\n".join([_INTRO, *(_section(path) for path in command_paths())])


def command_paths() -> list[tuple[str, ...]]:
    """Return every command by the words after ``offerodds``, groups before what they hold.

    Examples
    --------
    >>> command_paths()[:3], ("journal", "add") in command_paths()
    ([(), ('predict',), ('form',)], True)
    """
    return list(_within(get_command(app), ()))


def help_of(path: tuple[str, ...]) -> str:
    """Return what a command prints with ``--help``, 80 characters wide.

    Raises
    ------
    RuntimeError
        There is no such command.
    """
    terminal = {"COLUMNS": "80", "NO_COLOR": "1"}
    ran = CliRunner().invoke(app, [*path, "--help"], prog_name="offerodds", env=terminal)
    if ran.exit_code:
        raise RuntimeError(ran.output)
    return "\n".join(line.rstrip() for line in ran.output.strip().splitlines())


def _within(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _within(inner, (*path, name))


def _section(path: tuple[str, ...]) -> str:
    title = " ".join(("offerodds", *path))
    return f"## {title}\n\n```text\n{help_of(path)}\n```\n"
