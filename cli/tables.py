"""What commands on tables of any size share: a tidy end, and what is said of rows with faults."""

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from ..data.errors import printable


@contextmanager
def tidy_end() -> Iterator[None]:
    """Let whoever ends the process, as a batch system does, find as little left behind as after Ctrl-C."""

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def say_remarks(remarks: Iterable[str]) -> None:
    """Say on stderr how tables were read where that is not plain."""
    for remark in remarks:
        typer.echo(f"{printable(remark)}.", err=True)


def say_put_aside(n_bad: int, place: str | Path | None, *, err: bool) -> None:
    """Say how many rows were put aside, if any."""
    from ..reporting.number_format import plural

    if n_bad:
        typer.echo(f"Put aside in {place}: {plural(n_bad, 'row')} with what is wrong with each.", err=err)
