"""The page of commands, with the help of each."""

from collections.abc import Iterator
from typing import Any

from typer.main import get_command
from typer.testing import CliRunner

from offerodds.cli.main import app

_INTRO = """\
# Commands

The `--help` of every command. Those that print results have `--json`. Exit codes: 0 done, 1 failed, 2 bad
input. A message about bad input lists every error, with rows counted from 1 below the header.
"""


def commands_page() -> str:
    """Build the page as Markdown: a section for each command, with its help as in the terminal."""
    return "\n".join([_INTRO, *(_section(path) for path in command_paths())])


def command_paths() -> list[tuple[str, ...]]:
    """List every command as the words after ``offerodds``, groups before their commands.

    Examples
    --------
    >>> command_paths()[:3], ("journal", "add") in command_paths()
    ([(), ('predict',), ('form',)], True)
    """
    return list(_walk(get_command(app), ()))


def help_of(path: tuple[str, ...]) -> str:
    """Run a command with ``--help``, 80 characters wide, and return its output.

    Raises
    ------
    RuntimeError
        There is no such command.
    """
    environment = {"COLUMNS": "80", "NO_COLOR": "1"}
    result = CliRunner().invoke(app, [*path, "--help"], prog_name="offerodds", env=environment)
    if result.exit_code:
        raise RuntimeError(result.output)
    return "\n".join(line.rstrip() for line in result.output.strip().splitlines())


def _walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield path
    for name, inner in getattr(command, "commands", {}).items():
        yield from _walk(inner, (*path, name))


def _section(path: tuple[str, ...]) -> str:
    title = " ".join(("offerodds", *path))
    return f"## {title}\n\n```text\n{help_of(path)}\n```\n"
