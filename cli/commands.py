"""Commands built when named, help in the person's language, and our own messages for invalid options."""

import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import typer
import typer.main
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from ..data.language import ENGLISH, N_, _, set_language
from .streams import STANDARD_INPUT, STREAM, standard_input_copied

if TYPE_CHECKING:
    from ..data.errors import InputError

_OTHER_WITHOUT_OUT = ("predict", "train")  # a table for people, and a file in the data folder
_DEFAULT = re.compile(r"default: \((.*)\)")  # typer puts a default in words between parentheses
_OF_TYPER = (  # what typer shows and does not translate; a longer message before one that it begins with
    N_("[OPTIONS]"),
    N_("COMMAND [ARGS]..."),
    N_("Show this message and exit."),
    N_("Install completion for the current shell."),
    N_("Show completion for the current shell, to copy it or customize the installation."),
    N_("required"),
    N_("default: {default}"),
    N_("Invalid value for {name}: {fault}"),
    N_("Missing argument {name}."),
    N_("Missing argument {name}. Choose from:{choices}"),
    N_("Missing option {name}."),
    N_("Missing command."),
    N_("No such command {name}. Did you mean {names}?"),
    N_("No such command {name}."),
    N_("No such option: {name} (Possible options: {names})"),
    N_("No such option: {name}"),
    N_("Option {name} requires an argument."),
    N_("Option {name} does not take a value."),
    N_("Got unexpected extra argument(s) ({arguments})"),
)


def usage_fault(error: typer.TyperException) -> str:
    """Word a fault in how a command was called, below the usage of the command.

    Parameters
    ----------
    error : typer.TyperException
        Raised by typer; without any argument it already is the whole help.
    """
    ctx = getattr(error, "ctx", None)
    message = _("Error: {fault}", fault=_translated(error.format_message()))
    if ctx is None:
        return message
    usage = str(ctx.get_usage())
    if error.message.startswith(usage):
        return error.message
    command = f"{ctx.command_path} {ctx.help_option_names[0]}"
    return "\n".join([usage, _("Try '{command}' for help.", command=command), "", message])


def _translated(text: str) -> str:
    """Translate a message of typer, whose values are filled in already."""
    for message in _OF_TYPER:
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(message))
        if found := re.fullmatch(pattern, text, re.DOTALL):
            values = found.groupdict()
            if "name" in values:
                values["name"] = re.sub(
                    r"^'([A-Z=|-]+)'$", lambda metavar: f"'{_(metavar[1])}'", values["name"]
                )
            return _(message, **values)
    return _(text)


class _Help:
    """Help in the current language, which is looked up only when help is shown."""

    def collect_usage_pieces(self: Any, ctx: Any) -> list[str]:
        """List what follows the name of the command in its usage."""
        pieces = [piece for each in self._shown(ctx) for piece in each.get_usage_pieces(ctx)]
        commands = [_(self.subcommand_metavar)] if isinstance(self, TyperGroup) else []
        return [_(self.options_metavar), *pieces, *commands]

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        """Write the usage."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{_('Usage:')} ")

    def format_help_text(self: Any, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 (given by typer)
        """Write what the command does."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_(self.help or ""))

    def get_short_help_str(self: Any, limit: int = 45) -> str:
        """Shorten the help to its first sentence."""
        shown = copy(self)
        shown.help = _(self.help or "")
        return str(TyperCommand.get_short_help_str(shown, limit))

    def format_options(self: Any, ctx: Any, formatter: Any) -> None:
        """Write the help of arguments and options; those of a panel, such as Spark's, come last."""
        arguments, options = _("Arguments"), _("Options")
        panels: dict[str, list[tuple[str, str]]] = {arguments: [], options: []}
        for parameter in self._shown(ctx):
            if record := parameter.get_help_record(ctx):
                name = arguments if isinstance(parameter, TyperArgument) else options
                panel = getattr(parameter, "rich_help_panel", None) or name
                panels.setdefault(panel, []).append((record[0], _with_default(record[1])))
        if isinstance(self, TyperGroup):
            limit = formatter.width - 6 - max(map(len, self.commands))
            commands = self.commands.items()
            panels[_("Commands")] = [(name, each.get_short_help_str(limit)) for name, each in commands]
        for panel, records in panels.items():
            if records:
                with formatter.section(panel):
                    formatter.write_dl(records)

    def _shown(self: Any, ctx: Any) -> list[Any]:
        """Copy the parameters, with their texts in the current language."""
        shown = [copy(parameter) for parameter in self.get_params(ctx)]
        for parameter in shown:
            for name in ("help", "metavar", "show_default", "rich_help_panel"):
                if isinstance(text := getattr(parameter, name, None), str):
                    setattr(parameter, name, _(text))
            if parameter.help and "{formats}" in parameter.help:
                from ..data.tables.formats import format_names

                parameter.help = parameter.help.replace("{formats}", format_names())
        return shown


def _with_default(text: str) -> str:
    """Translate what typer adds to the help of a parameter: its default and limits, between brackets."""
    text, separator, added = text.rpartition("  [")
    if not separator:
        return added
    parts = [*map(_translated, _DEFAULT.sub(r"default: \1", added.removesuffix("]")).split("; "))]
    return f"{text}{separator}{'; '.join(parts)}]"


class Commands(_Help, TyperGroup):
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


class Command(_Help, TyperCommand):
    """A command that takes ``-`` for a file, and whose JSON is English in every language."""

    def get_params(self, ctx: Any) -> list[Any]:
        """List the parameters."""
        return _without_pydantic(super().get_params(ctx))

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a fault in the value of an option names the option as it was typed."""
        from ..data.errors import InputError
        from .remedies import chosen_journal

        chosen_journal.set(ctx.params.get("journal"))
        if ctx.params.get("as_json"):
            set_language(ENGLISH)
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


def _without_pydantic(parameters: list[Any]) -> list[Any]:
    """Keep typer from loading pydantic for a default, a text or a file, which the command itself checks."""
    for parameter in parameters:  # typer has no setting for it
        parameter.process_value = partial(_process, parameter)
    return parameters


def _process(parameter: Any, ctx: Any, value: Any) -> Any:
    wanted = parameter.type_descriptor.annotation
    if isinstance(value, str) and wanted in (str, Path):
        return wanted(value)
    if value is parameter.default and not parameter.required:
        return value
    return type(parameter).process_value(parameter, ctx, value)


def _named(error: "InputError", copy: Path) -> "InputError":
    """Name standard input, not its copy, in every fault."""
    name = _(STANDARD_INPUT)
    named = (replace(fault, source=fault.source.replace(str(copy), name)) for fault in error.faults)
    return type(error)(named, error.count, error.remedy)


def _message(error: typer.BadParameter) -> str:
    """Word an invalid value that pydantic found like our own faults; leave other messages unchanged."""
    from pydantic import ValidationError

    from ..data.parser_errors import validation_faults

    if not isinstance(error.__cause__, ValidationError):
        return error.message
    fault = validation_faults(error.__cause__, None)[0]
    expected, found, choices = fault.expected.partition(" is not one of ")  # typer's wording
    wanted = choices.rstrip(".") if found else expected
    return _("seen {seen}, expected {expected}", seen=fault.seen, expected=wanted)
