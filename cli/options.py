"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Catalogue = Annotated[
    Path | None,
    typer.Option(
        readable=False, help="A catalogue of your own signals (TOML).", show_default="the built-in one"
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|default",
        help="A trained model; `default` for published evidence alone.",
        show_default="your trained model, if there is one",
    ),
]
Level = Annotated[float, typer.Option(help="Coverage of the interval: 0.9 for 90%.")]
BaseRate = Annotated[
    float | None,
    typer.Option(help="Share of such interviews that end in an offer: 0.3 for 30%."),
]
Tables = Annotated[
    list[Path],
    typer.Argument(
        metavar="TABLE...",
        readable=False,
        help="Interviews with outcomes ({formats}).",
    ),
]
OptionalTables = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[TABLE...]",
        help="Interviews with outcomes ({formats}).",
        show_default="your journal",
    ),
]
Outcome = Annotated[str, typer.Option(help="Column that holds the outcomes.")]
Plot = Annotated[
    Path | None,
    typer.Option(readable=False, help="Also draw it, to a PNG, SVG or PDF file."),
]
Engine = Annotated[
    Literal["local", "spark"],
    typer.Option(help="What does the work: this process, or a Spark."),
]
Master = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Spark's master: spark://HOST:PORT, yarn, …", show_default="local[*]"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

JournalFile = Annotated[
    Path | None,
    typer.Option("--journal", readable=False, help="The journal.", show_default="in your data folder"),
]
Number = Annotated[int, typer.Argument(metavar="ID", help="Number of the interview, as `list` shows it.")]
Day = Annotated[
    str | None,
    typer.Option("--date", metavar="YYYY-MM-DD", help="The day it happened.", show_default="today"),
]
