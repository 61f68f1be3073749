"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ..data.language import N_, _

_SPARK = N_("For tables on Spark")
FOR_TABLES = N_("For tables")

Catalogue = Annotated[
    Path | None,
    typer.Option(
        "--catalogue",
        "-c",
        readable=False,
        help="A catalogue with your own signs (TOML).",
        show_default="the built-in one",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        "-m",
        metavar="FILE|default",
        help="A trained model, or `default`: published evidence only.",
        show_default="your trained model, if any",
    ),
]


def read_number(text: str) -> float:
    """Read a number as in a form; a number outside the limits is left to the command.

    Raises
    ------
    typer.BadParameter
        The text is not a number.

    Examples
    --------
    >>> read_number("9"), read_number("0,5")
    (9.0, 0.5)
    """
    from ..data.answers.parsing import InvalidAnswerError, plain_number, read_answer
    from ..data.catalogue.question_schema import MAX_NUMBER, Question
    from ..data.errors import clip

    number = plain_number(text)
    try:  # refuses 1.000, which may be a thousand
        read_answer(Question(id="days", question="Days?", kind="days", minimum=-MAX_NUMBER), text)
    except InvalidAnswerError:
        number = None
    if number is None:
        raise typer.BadParameter(_("seen {seen}, expected a number", seen=clip(text)))
    return number


def read_share(text: str | float) -> float:
    """Read a percentage or a share as in a form; a number outside the limits is left to the command.

    Raises
    ------
    typer.BadParameter
        The text is not a number.

    Examples
    --------
    >>> read_share("30%"), read_share("30"), read_share("0.3"), read_share("100%")
    (0.3, 0.3, 0.3, 1.0)
    """
    from ..data.answers.parsing import InvalidAnswerError, expected_answer, plain_number, read_answer
    from ..data.catalogue.question_schema import LIMITS, Question
    from ..data.errors import clip

    low, high = LIMITS["probability"]
    question = Question(id="share", question="Share?", kind="probability", minimum=low, maximum=high)
    written = str(text).strip()
    number = plain_number(written.removesuffix("%"))
    if number is None:
        expected = expected_answer(question)
        raise typer.BadParameter(_("seen {seen}, expected {expected}", seen=clip(text), expected=expected))
    try:
        return read_answer(question, text)
    except InvalidAnswerError:
        return number / (100 if written.endswith("%") else 1)


Level = Annotated[
    float,
    typer.Option(
        "--level",
        "-l",
        parser=read_share,
        metavar="PERCENT",
        help="Level of the interval.",
        show_default="90%",
    ),
]
BaseRate = Annotated[
    float | None,
    typer.Option(
        "--base-rate",
        "-b",
        parser=read_share,
        metavar="PERCENT",
        help="Share of such interviews that lead to an offer, such as 30%.",
    ),
]
Tables = Annotated[
    list[Path], typer.Argument(metavar="TABLE", readable=False, help="Interviews with outcomes ({formats}).")
]
OptionalTables = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TABLE", help="Interviews with outcomes ({formats}).", show_default="your journal"
    ),
]
Outcome = Annotated[str, typer.Option(help="Name of the outcome column.")]
Plot = Annotated[
    Path | None, typer.Option("--plot", "-p", readable=False, help="Also save a picture (PNG, SVG or PDF).")
]
Engine = Annotated[
    Literal["local", "spark"], typer.Option(help="Run in this process, or on Spark.", rich_help_panel=_SPARK)
]
Master = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Spark master: spark://HOST:PORT, yarn, …",
        show_default="local[*]",
        rich_help_panel=_SPARK,
    ),
]
Details = Annotated[bool, typer.Option("--details", help="Also print all figures.")]
Json = Annotated[bool, typer.Option("--json", "-j", help="Print JSON.")]
Sheet = Annotated[
    str | None, typer.Option(metavar="NAME", help="Sheet of a workbook, if several could be meant.")
]
Force = Annotated[bool, typer.Option("--force", "-f", help="Replace existing files.")]

JournalFile = Annotated[
    Path | None,
    typer.Option("--journal", readable=False, help="Journal file.", show_default="in your data folder"),
]
Number = Annotated[int, typer.Argument(metavar="ID", help="Number of the interview; `list` shows it.")]
Day = Annotated[
    str | None,
    typer.Option("--date", metavar="YYYY-MM-DD", help="Day it happened, or `unknown`.", show_default="today"),
]
