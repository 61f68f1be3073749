"""The ``offerodds`` command: subcommands, error messages and exit codes.

Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted. A command is imported when it is named, and
heavy imports stay inside it, so that ``--help`` loads only typer.
"""

import atexit
import errno
import gc
import os
import sys
from contextlib import suppress
from typing import Annotated, ClassVar, NoReturn

import typer

from ..data.language import _, set_language, system_language
from .commands import Commands, usage_fault
from .streams import prepare_streams


class _Main(Commands):
    homes: ClassVar = {
        "predict": "predict:predict",
        "form": "form:form",
        "train": "train:train",
        "evaluate": "evaluate:evaluate",
        "weights": "signals:weights",
        "signals": "signals:signals",
        "scorecard": "scorecard:scorecard",
        "simulate": "simulate:simulate",
        "serve": "serve:serve",
        "mcp": "serve:mcp",
        "status": "status:status",
        "journal": "journal.app:journal",
    }


app = typer.Typer(
    name="offerodds",
    cls=_Main,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(requested: bool) -> None:
    if requested:
        from .. import __version__

        typer.echo(f"offerodds {__version__}")
        raise typer.Exit


@app.callback()
def offerodds(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Estimate the chance of a job offer from the signs of an interview, with an honest range.

    The built-in weights come from published evidence, and your own outcomes retrain them. Everything
    stays on this computer. offerodds is for candidates, not for deciding whom to hire.

    Example: offerodds predict
    """


def run() -> NoReturn:
    """Run the command line, and print all faults of the input as one message on stderr."""
    gc.set_threshold(500_000)  # start-up creates many objects and no garbage
    atexit.register(gc.freeze)  # at exit the system frees memory faster than a last collection
    # otherwise pydantic searches every installed package for plugins
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")
    from ..data.errors import InputError, OfferOddsError

    prepare_streams()
    set_language(system_language(os.environ))
    try:
        sys.exit(app(prog_name="offerodds", standalone_mode=False))
    except typer.TyperException as error:
        typer.echo(usage_fault(error), err=True)
        sys.exit(error.exit_code)
    except typer.Abort:
        typer.echo(_("Aborted!"), err=True)
        sys.exit(1)
    except OfferOddsError as error:
        from .remedies import TERMINAL, in_journal

        print(f"offerodds: {in_journal(error.worded(TERMINAL))}", file=sys.stderr)
        sys.exit(2 if isinstance(error, InputError) else 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:
        source = f"{error.filename}: " if error.filename else ""
        print(f"offerodds: {source}{(error.strerror or str(error)).lower()}", file=sys.stderr)
        with suppress(OSError):  # closing flushes the output, which fails again
            sys.stdout.close()
        sys.exit(2 if error.errno == errno.ENAMETOOLONG else 1)
