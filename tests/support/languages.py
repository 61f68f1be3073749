"""Collect every text that people read, and bring the translations up to date.

    python tests/support/languages.py

adds new messages to each ``offerodds.po`` below ``data/locale``, removes those that are gone, and compiles
all; it lists what lacks a translation. A new language begins with

    python tests/support/languages.py fr
"""

import ast
import inspect
import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from offerodds.data import language
from offerodds.data.catalogue.catalogue import Catalogue as Questions
from offerodds.data.language import DOMAIN, LOCALE

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("data", "model", "training", "journal", "reporting", "plotting", "web", "cli")
MARKS = ("_", "N_")  # of a message; `plural` has two
KEYWORDS = (
    "expected",
    "help",
    "metavar",
    "remedy",
    "show_default",
)  # arguments that are translated where they are shown
COMMAND = re.compile(r"\b(typer\.(Option|Argument)|options\.[A-Z])")  # in the arguments of a command
Found = tuple[str | tuple[str, str], str]  # a message, or one for 1 and one for many; and where it is


def messages() -> Catalog:
    """Collect the messages of the code, the templates, the questions and the command line."""
    found = Catalog(project=DOMAIN)
    for layer in LAYERS:
        for path in sorted((ROOT / layer).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            for message in of_module(
                ast.parse(path.read_text(encoding="utf-8")), command_line=layer == "cli"
            ):
                _add(found, message, name)
    for path in sorted((ROOT / "web" / "templates").glob("*.html")):
        with path.open("rb") as file:
            options = {
                "trimmed": "true",
                "silent": "false",
                "newstyle_gettext": "true",
                "trim_blocks": "true",
                "lstrip_blocks": "true",
            }
            for _, message, _, _ in extract("jinja2", file, options=options):
                _add(found, message, path.relative_to(ROOT).as_posix())
    for context, message in of_questions():
        _add(found, message, "data/signals.toml", context)
    outcomes = tomllib.loads((ROOT / "data" / "outcomes.toml").read_text(encoding="utf-8"))
    for entry in outcomes["ambiguous"]:
        _add(found, entry["choices"], "data/outcomes.toml")
    return found


def _add(found: Catalog, message: str | tuple[str, ...], place: str, context: str | None = None) -> None:
    if message and message != ("",):
        found.add(message, locations=[(place, 0)], context=context)


def of_module(tree: ast.Module, *, command_line: bool) -> Iterator[str | tuple[str, str]]:
    """Collect the messages of a module: what is marked, faults, their remedies, and help."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=keywords):
                texts = [_text(arg) for arg in args]
                if name in ("plural", "ngettext") and len(texts) >= 3:
                    shift = 0 if name == "ngettext" else 1
                    if texts[shift] and texts[shift + 1]:
                        yield texts[shift], texts[shift + 1]
                elif texts and texts[0] and (name in MARKS or name == "Fault" or name.endswith("Error")):
                    yield texts[0]
                for keyword in keywords:
                    if keyword.arg in KEYWORDS and (text := _text(keyword.value)):
                        yield text
            case ast.ClassDef(name="Remedy", body=body):
                yield from (
                    text for line in body if isinstance(line, ast.Assign) and (text := _text(line.value))
                )
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Attribute) and getattr(key.value, "id", "") == "Remedy":
                        yield from filter(None, [_text(value)])
            case ast.FunctionDef(args=args) if command_line and COMMAND.search(ast.unparse(args)):
                yield inspect.cleandoc(ast.get_docstring(node) or "")


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def of_questions() -> Iterator[tuple[str, str]]:
    """Collect the texts of the built-in questions and groups, each with its id."""
    content = tomllib.loads((ROOT / "data" / "signals.toml").read_text(encoding="utf-8"))
    yield from ((group["id"], group["title"]) for group in content["groups"])
    for entry in (*content["fields"], *content["signals"]):
        texts = [entry["question"], entry.get("name") or entry["id"].replace("_", " ")]
        texts += [level.replace("_", " ") for level in entry.get("levels", ())]
        texts += [entry[key] for key in ("note", "favourable") if key in entry]
        yield from ((entry["id"], text) for text in texts)


def updated(code: str, template: Catalog) -> Catalog:
    """Read a language, and bring it up to date with the messages of the code."""
    path = po_file(code)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=code)
    else:
        catalog = Catalog(locale=code, project=DOMAIN)
    catalog.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    return catalog


def po_file(code: str) -> Path:
    """Return the file of a language."""
    return LOCALE / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def po_bytes(catalog: Catalog) -> bytes:
    """Write a language as text, without dates and line numbers, which change at every update."""
    catalog.header_comment = f"# {catalog.locale.english_name} of offerodds."
    stream = BytesIO()
    write_po(stream, catalog, width=110, sort_output=True, omit_header=False, include_lineno=False)
    lines = stream.getvalue().decode().splitlines(keepends=True)
    dates = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator', '"Language-Team')
    dates += ('"Report-Msgid-Bugs-To', '"Project-Id-Version')
    return "".join(line for line in lines if not line.startswith(dates)).encode()


def mo_bytes(catalog: Catalog) -> bytes:
    """Compile a language."""
    catalog.creation_date = datetime.fromtimestamp(
        0, UTC
    )  # else the same texts give another file every minute
    stream = BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def missing(catalog: Catalog) -> list[Message]:
    """List the messages without a translation."""
    return [message for message in catalog if message.id and not all(_texts(message))]


def _texts(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


class _Bracketed(NullTranslations):
    def gettext(self, message: str) -> str:
        return (
            "⟦" + re.sub(r"(\{\w+\}|%\(\w+\)s)", r"⟧\1⟦", message) + "⟧"
        )  # values need a translation of their own

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002
        return self.gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@contextmanager
def bracketed() -> Iterator[None]:
    """Show every message that is translated between ⟦ and ⟧, its values outside."""
    with patch.object(language, "_translations", return_value=_Bracketed()):
        yield
    for question in Questions.built_in().questions.values():
        vars(question).pop("translated_levels", None)


def not_translated(text: str) -> str:
    """Remove what is between ⟦ and ⟧, and return the rest."""
    while (shorter := re.sub("⟦[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    return text


def main(codes: list[str]) -> None:
    """Update and compile every language, and those that are named."""
    template = messages()
    for code in sorted({*codes, *(path.name for path in LOCALE.iterdir() if path.is_dir())}):
        catalog = updated(code, template)
        path = po_file(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(po_bytes(catalog))
        path.with_suffix(".mo").write_bytes(mo_bytes(catalog))
        lacking = missing(catalog)
        print(f"{path.resolve().relative_to(ROOT)}: {len(catalog)} messages, {len(lacking)} not translated")
        for message in lacking[:20]:
            print(f"  {message.id!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
