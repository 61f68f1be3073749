"""Commands: help that lists the table formats, and faulty options in our own words."""

from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption


class Commands(TyperGroup):
    """Commands whose faults never quote the library that checks values."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _worded(error)
            raise


class Command(TyperCommand):
    """A command in whose help ``{formats}`` is the list of the table formats, which a start does not load."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the help of arguments and options."""
        from ..data.tables.formats import format_names

        for each in self.params:
            if isinstance(each, TyperArgument | TyperOption) and each.help:
                each.help = each.help.replace("{formats}", format_names())
        super().format_options(ctx, formatter)


def _worded(error: typer.BadParameter) -> str:
    """Return what was seen and expected where pydantic checked the value, else the message as it is."""
    from pydantic import ValidationError

    from ..data.schema_errors import validation_faults

    if not isinstance(error.__cause__, ValidationError):
        return error.message
    (fault, *_) = validation_faults(error.__cause__, None)
    said, _, choices = fault.expected.partition(" is not one of ")  # as typer words it
    return f"seen {fault.seen}, expected {choices.rstrip('.') or said}"
