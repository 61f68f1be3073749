"""Terminal output, progress on stderr, and a clean exit on signals."""

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from ..data.errors import printable
from ..data.language import _, number, plural
from ..data.name_matching import without_accents
from .streams import terminal_encoding

if TYPE_CHECKING:
    from rich.segment import Segment
    from rich.table import Column, Table
    from rich.text import Text

    from ..data.tables.base import Progress as RowsRead

_NO_BREAK = "\u00a0"
_TIED = "\ue000"  # a character for private use


@contextmanager
def rows_bar(label: str) -> "Iterator[RowsRead]":
    """Show a progress bar with rows per second.

    Yields
    ------
    callable
        Takes the number of rows so far, and their share of all rows.
    """
    from rich import progress

    speed_column = progress.TextColumn("{task.fields[speed]}")
    columns = [progress.TextColumn(label), progress.BarColumn(), progress.TaskProgressColumn(), speed_column]
    with _bar(*columns, progress.TimeRemainingColumn(), total=1.0, speed="") as bar:

        def update(rows: int, share: float) -> None:
            if bar:
                elapsed = bar.tasks[0].elapsed or 0.0
                counted = number(rows), number(rows / max(elapsed, 1e-9), ",.0f")
                speed = _("{rows} rows, {speed} a second", rows=counted[0], speed=counted[1])
                bar.update(bar.task_ids[0], completed=share, speed=speed)

        yield update


@contextmanager
def steps_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar of steps.

    Yields
    ------
    callable
        Takes the number of finished steps, and the total.
    """
    with _bar(description=label, total=None) as bar:

        def update(done: int, total: int) -> None:
            if bar:
                bar.update(bar.task_ids[0], completed=done, total=total)

        yield update


@contextmanager
def _bar(*columns: Any, description: str = "", **task: Any) -> "Iterator[Any]":
    """Show a bar if stderr is a terminal, else yield None: older versions of rich print an empty line."""
    from rich.progress import Progress

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Progress(*columns, console=console, transient=True) as bar:
        bar.add_task(description, **task)
        yield bar


@contextmanager
def spinner(label: str) -> Iterator[None]:
    """Show a spinner during work of unknown length."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(label):
        yield


class _Terminal(Console):
    @property
    def encoding(self) -> str:
        """The encoding of the system: redirected output is always UTF-8, whatever the system uses."""
        return terminal_encoding()

    def render_str(self, text: str, **settings: Any) -> "Text":
        """Keep a number and its sign together, as in 36 %: rich takes a no-break space for a space."""
        return super().render_str(text.replace(_NO_BREAK, _TIED), **settings)

    def render(self, renderable: Any, options: Any = None) -> "Iterable[Segment]":
        """Write the no-break spaces again."""
        for segment in super().render(renderable, options):
            yield segment._replace(text=segment.text.replace(_TIED, _NO_BREAK))


def terminal() -> Console:
    """Open a console that prints text unchanged, never as markup."""
    return _Terminal(markup=False, highlight=False, emoji=False)


@contextmanager
def paged(console: Console) -> Iterator[None]:
    """Show what the block prints through the system's pager if it is longer than the screen.

    Only if a person reads it: output to a file or a pipe is never changed. ``PAGER=cat`` turns it off.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield
        return
    with console.capture() as captured:
        yield
    text = captured.get()
    if text.count("\n") < console.height:
        typer.echo(text, nl=False)
        return
    import pydoc

    os.environ.setdefault("LESS", "FRX")  # as git does: colours, and the text stays on the screen
    pydoc.pager(text)


def plain_table(*columns: "Column | str", **style: Any) -> "Table":
    """Make a table without lines; the text of a column given by its name is folded where it is too long."""
    from rich.table import Column, Table

    given = [Column(each, overflow="fold") if isinstance(each, str) else each for each in columns]
    return Table(*given, box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0), **style)


def fixed(*names: str) -> "list[Column]":
    """Make columns of text that is never wrapped."""
    from rich.table import Column

    return [Column(name, no_wrap=True) for name in names]


def numeric(*names: str) -> "list[Column]":
    """Make columns of numbers, aligned to the right."""
    from rich.table import Column

    return [Column(name, no_wrap=True, justify="right") for name in names]


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Remove temporary files on the signals of a batch system or a closed terminal, just as on Ctrl-C.

    Signals that are ignored, such as SIGHUP below ``nohup``, stay ignored.
    """

    def stop(number: int, frame: object) -> None:  # noqa: ARG001 (given by the system)
        sys.exit(128 + number)  # the exit code that shells report for a signal

    names = ("SIGTERM", "SIGHUP", "SIGQUIT")  # Windows has only the first
    caught = [getattr(signal, name) for name in names if hasattr(signal, name)]
    previous = {each: was for each in caught if (was := signal.getsignal(each)) != signal.SIG_IGN}
    for each in previous:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each, handler in previous.items():
            signal.signal(each, handler)


def confirmed(question: str) -> bool:
    """Ask a question that Enter answers with no; the words and letters of English count in every language."""
    yes, no = _("yes")[0], _("no")[0]
    while True:
        reply = typer.prompt(f"{question} [{yes}/{no.upper()}]", default="", show_default=False)
        if is_yes(reply) or is_no(reply):
            return is_yes(reply)
        typer.echo(_("Enter {yes} for yes, or {no} for no.", yes=yes, no=no), err=True)


def is_yes(reply: str) -> bool:
    """Test whether a reply is yes, or its first letter.

    Examples
    --------
    >>> from offerodds.data.language import use_language
    >>> with use_language("es"):
    ...     [is_yes(reply) for reply in ("Sí", "si", "s", "Y", "no")]
    [True, True, True, True, False]
    """
    return is_word(reply, "yes", _("yes"))


def is_no(reply: str) -> bool:
    """Test whether a reply is no, or its first letter, or blank."""
    return not reply.strip() or is_word(reply, "no", _("no"))


def is_word(reply: str, *words: str) -> bool:
    """Test whether a reply is one of some words or its first letter, whatever its case and accents."""
    plain = [without_accents(word.casefold()) for word in words]
    return without_accents(reply.strip().casefold()) in {*plain, *(word[:1] for word in plain)}


def print_remarks(remarks: Iterable[str]) -> None:
    """Print on stderr how ambiguous parts of tables were read."""
    for remark in remarks:
        typer.echo(f"{printable(remark)}.", err=True)


def print_skipped_rows(n_bad: int, path: str | Path | None, *, err: bool) -> None:
    """Print how many rows were skipped, if any."""
    if n_bad:
        skipped = plural(
            n_bad,
            "Skipped {n} row; see {file} for the reasons.",
            "Skipped {n} rows; see {file} for the reasons.",
            file=path,
        )
        typer.echo(skipped, err=err)
