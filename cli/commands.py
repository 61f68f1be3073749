"""Commands built when named, help with the table formats, and our own messages for invalid options."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import typer
import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from .streams import STANDARD_INPUT, STREAM, standard_input_copied

if TYPE_CHECKING:
    from ..data.errors import InputError

_OTHER_WITHOUT_OUT = ("predict", "train")  # a table for people, and a file in the data folder
_DEFAULT = re.compile(r"\[default: \((.*)\)\]$")  # typer puts a default in words between parentheses


class Commands(TyperGroup):
    """A group that imports and builds a command when it is named; its messages never quote pydantic or click.

    A class for each group lists in ``homes`` the module and the function, or the group, of each command.
    """

    homes: ClassVar[Mapping[str, str]] = {}

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": _Lazy(self.homes)})

    def get_params(self, ctx: Any) -> list[Any]:
        """List the parameters."""
        return _without_pydantic(super().get_params(ctx))

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _message(error)
            raise


class _Lazy(Mapping[str, Any]):
    """The commands of a group by name, each built when it is looked up."""

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._homes = homes
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            self._built[name] = _build(name, self._homes[name])
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._homes)

    def __len__(self) -> int:
        return len(self._homes)


def _build(name: str, home: str) -> Any:
    module, _, function = home.partition(":")
    found = getattr(import_module(f".{module}", __package__), function)
    if isinstance(found, typer.Typer):
        return typer.main.get_command(found)
    alone = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)
    alone.command(name, cls=Command)(found)
    return typer.main.get_command(alone)


class Command(TyperCommand):
    """A command that takes ``-`` for a file, and lists the table formats in its help, loaded only then."""

    def get_params(self, ctx: Any) -> list[Any]:
        """List the parameters."""
        return _without_pydantic(super().get_params(ctx))

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a fault in the value of an option names the option as it was typed."""
        from ..data.errors import InputError
        from .remedies import chosen_journal

        chosen_journal.set(ctx.params.get("journal"))
        if str(ctx.params.get("out")) == STREAM and self.name not in _OTHER_WITHOUT_OUT:
            ctx.params["out"] = None  # without it they print what they write
        try:
            with standard_input_copied(ctx.params) as copy:
                try:
                    return super().invoke(ctx)
                except InputError as error:
                    raise _named(error, copy) if copy else error from None
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


def _without_pydantic(parameters: list[Any]) -> list[Any]:
    """Keep typer from loading pydantic for a default, and for text where text is wanted."""
    for parameter in parameters:  # typer has no setting for it
        parameter.process_value = partial(_process, parameter)
    return parameters


def _process(parameter: Any, ctx: Any, value: Any) -> Any:
    is_text = isinstance(value, str) and parameter.type_descriptor.annotation is str
    if is_text or (value is parameter.default and not parameter.required):
        return value
    return type(parameter).process_value(parameter, ctx, value)


def _named(error: "InputError", copy: Path) -> "InputError":
    """Name standard input, not its copy, in every fault."""
    named = (replace(fault, source=fault.source.replace(str(copy), STANDARD_INPUT)) for fault in error.faults)
    return type(error)(named, error.count, error.remedy)


def _message(error: typer.BadParameter) -> str:
    """Word an invalid value that pydantic found like our own faults; leave other messages unchanged."""
    from pydantic import ValidationError

    from ..data.parser_errors import validation_faults

    if not isinstance(error.__cause__, ValidationError):
        return error.message
    (fault, *_) = validation_faults(error.__cause__, None)
    expected, _, choices = fault.expected.partition(" is not one of ")  # typer's wording
    return f"seen {fault.seen}, expected {choices.rstrip('.') or expected}"
