"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

Catalogue = Annotated[
    Path | None,
    typer.Option(
        readable=False, help="A catalogue with your own signs (TOML).", show_default="the built-in one"
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|default",
        help="A trained model, or `default`: published evidence only.",
        show_default="your trained model, if any",
    ),
]
Level = Annotated[float, typer.Option(help="Level of the interval: 0.9 means 90%.")]
BaseRate = Annotated[
    float | None,
    typer.Option(help="Share of such interviews that lead to an offer: 0.3 means 30%."),
]
Tables = Annotated[
    list[Path],
    typer.Argument(
        metavar="TABLE",
        readable=False,
        help="Interviews with outcomes ({formats}).",
    ),
]
OptionalTables = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TABLE",
        help="Interviews with outcomes ({formats}).",
        show_default="your journal",
    ),
]
Outcome = Annotated[str, typer.Option(help="Name of the outcome column.")]
Plot = Annotated[
    Path | None,
    typer.Option(readable=False, help="Also save a picture (PNG, SVG or PDF)."),
]
Engine = Annotated[
    Literal["local", "spark"],
    typer.Option(help="Run in this process, or on Spark."),
]
Master = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Spark master: spark://HOST:PORT, yarn, …", show_default="local[*]"),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

JournalFile = Annotated[
    Path | None,
    typer.Option("--journal", readable=False, help="Journal file.", show_default="in your data folder"),
]
Number = Annotated[int, typer.Argument(metavar="ID", help="Number of the interview; `list` shows it.")]
Day = Annotated[
    str | None,
    typer.Option("--date", metavar="YYYY-MM-DD", help="Day it happened.", show_default="today"),
]
