"""Command classes: help with the table formats, and our own messages for invalid options."""

import re
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

_DEFAULT = re.compile(r"\[default: \((.*)\)\]$")  # typer puts a default in words between parentheses


class Commands(TyperGroup):
    """A group of commands whose error messages never quote pydantic or click."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _message(error)
            raise


class Command(TyperCommand):
    """A command that replaces ``{formats}`` in its help by the table formats, loaded only then."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a fault in the value of an option names the option as it was typed."""
        from ..data.errors import InputError

        try:
            return super().invoke(ctx)
        except InputError as error:
            given = {
                parameter.name: parameter.opts[0]
                for parameter in self.params
                if isinstance(parameter, TyperOption)
                and ctx.get_parameter_source(parameter.name).name == "COMMANDLINE"
            }
            raise error.with_field_names(given) from None

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the help of arguments and options; those of a panel, such as Spark's, come last."""
        from ..data.tables.formats import format_names

        for parameter in self.params:
            if isinstance(parameter, TyperArgument | TyperOption) and parameter.help:
                parameter.help = parameter.help.replace("{formats}", format_names())
        panels: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": []}
        for parameter in self.get_params(ctx):
            if record := parameter.get_help_record(ctx):
                name = "Arguments" if isinstance(parameter, TyperArgument) else "Options"
                panel = getattr(parameter, "rich_help_panel", None) or name
                panels.setdefault(panel, []).append((record[0], _DEFAULT.sub(r"[default: \1]", record[1])))
        for panel, records in panels.items():
            if records:
                with formatter.section(panel):
                    formatter.write_dl(records)


def _message(error: typer.BadParameter) -> str:
    """Word an invalid value that pydantic found like our own faults; leave other messages unchanged."""
    from pydantic import ValidationError

    from ..data.parser_errors import validation_faults

    if not isinstance(error.__cause__, ValidationError):
        return error.message
    (fault, *_) = validation_faults(error.__cause__, None)
    expected, _, choices = fault.expected.partition(" is not one of ")  # typer's wording
    return f"seen {fault.seen}, expected {choices.rstrip('.') or expected}"
