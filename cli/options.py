"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

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
Level = Annotated[float, typer.Option(help="Coverage of the interval: 0.9 for 90 %.")]
BaseRate = Annotated[
    float | None,
    typer.Option(help="Share of such interviews that end in an offer: 0.3 for 30 %."),
]
Tables = Annotated[
    list[Path],
    typer.Argument(
        metavar="TABLE...",
        readable=False,
        help="Interviews with outcomes (CSV, Parquet, JSON, JSON lines).",
    ),
]
Outcome = Annotated[str, typer.Option(help="Column that holds the outcomes.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
