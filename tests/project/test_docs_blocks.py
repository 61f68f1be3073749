"""Every code block in the documents runs: Python, catalogues, and commands with the shown output."""

import argparse
import doctest
import json
import re
import runpy
import sys
import tomllib
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

import offerodds as package
from curl import parse_curl, send, wait_for_training
from documents import DOCUMENTS, blocks, commands, languages, name_of
from helpers import ROOT
from offerodds.web.app import create_app
from offerodds.web.pages.docs import operations
from offerodds.web.settings import Settings

SHELL = {"SECRET": "s", "TOKEN": "t"}
UNTESTED_COMMANDS = {"git", "cd", "pytest"}  # commands outside this project
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)


@each_document
def test_every_block_has_a_tested_language(path):
    assert languages(path) <= {"python", "pycon", "toml", "json", "console"}


@each_document
def test_python_blocks_run(path, folder):
    scope: dict[str, object] = {}
    for block in blocks(path, "python", "pycon"):
        if block.startswith(">>>"):
            shown = doctest.DocTestParser().get_doctest(block, scope, path.name, str(path), 0)
            result = doctest.DocTestRunner().run(shown, clear_globs=False)
            assert result.failed == 0
            scope.update(shown.globs)
        else:
            exec(compile(block, str(path), "exec"), scope)


@each_document
def test_toml_blocks_are_valid_catalogues(path, folder):
    for block in blocks(path, "toml"):
        (folder / "shown.toml").write_text(block, encoding="utf-8")
        package.Catalogue.load(folder / "shown.toml")


@each_document
def test_json_blocks_configure_existing_commands(path, offerodds):
    for block in blocks(path, "json"):
        (configured,) = json.loads(block)["mcpServers"].values()
        assert configured["command"] == "offerodds"
        assert offerodds(*configured["args"], "--help").code == 0


@each_document
def test_console_blocks_print_the_shown_output(path, folder, offerodds):
    run = {"offerodds": _offerodds, "curl": _curl, "make": _make, "pip": _pip, "python": _python}
    servers = {}
    for command in commands(path):
        program, *arguments = (Template(word).safe_substitute(SHELL) for word in command.words)
        name = program.removeprefix(".venv/bin/")
        if name in run:
            run[name](arguments, command.shown, offerodds=offerodds, servers=servers)
        elif assigned := re.fullmatch(r"(\w+)=.*", program):
            assert assigned[1] in SHELL
        else:
            assert name in UNTESTED_COMMANDS


def test_rest_page_covers_every_operation():
    lines = (without_pipe(each.words) for each in commands(ROOT / "docs" / "rest.md"))
    sent = [parse_curl(words) for words in lines if words[0] == "curl"]
    for operation in operations(create_app(Settings()).openapi()):
        pattern = re.sub(r"\{\w+\}", r"[a-z0-9]+", operation.path)
        assert any(
            line.method == operation.method and re.fullmatch(pattern, urlsplit(line.url).path)
            for line in sent
        ), (operation.method, operation.path)


def _offerodds(arguments, shown, *, offerodds, **_):
    """Run one of our commands; for the server, which would not end, only its help."""
    if arguments[0] in ("serve", "mcp") or "spark" in arguments:  # Spark needs a cluster; see test_spark
        arguments = [*arguments, "--help"]
        shown = ""
    with filled_form(arguments):
        ran = offerodds(*arguments)
    assert ran.code == 0, ran.err
    assert_output(shown, ran.out)


@contextmanager
def filled_form(arguments):
    """Let ``form --out`` write a new form, then restore the filled one, as if the reader had filled it in."""
    form = Path(arguments[2]) if arguments[:2] == ["form", "--out"] else Path("none")
    filled = form.read_bytes() if form.exists() else None
    form.unlink(missing_ok=True)
    yield
    if filled is not None:
        form.write_bytes(filled)


def _curl(arguments, shown, *, servers, **_):
    """Send a request to the server of its address, which keeps its state until the end of the document."""
    words = without_pipe(["curl", *arguments])
    request = parse_curl(words)
    host = urlsplit(request.url).hostname
    if host not in servers:
        public = {} if host == "127.0.0.1" else {"host": "0.0.0.0", "token": "t"}
        servers[host] = TestClient(create_app(Settings(secret="s", **public)), base_url=request.url)
    client = servers[host]
    answer = send(client, request, lambda name: Path(name).read_bytes())
    wait_for_training(client)
    assert (answer.status_code < 300) != ('"faults"' in shown), answer.text
    if "-OJ" in words:
        name = re.search('filename="(.*)"', answer.headers["content-disposition"])[1]
        Path(name).write_bytes(answer.content)
    if piped := arguments[len(words) :]:
        assert piped == ["python", "-m", "json.tool"]
        assert_output(shown, json.dumps(answer.json(), indent=4, ensure_ascii=True))
    else:
        assert_output(shown, answer.text)


def without_pipe(words):
    return list(takewhile(lambda word: word != "|", words))


def _make(arguments, *_, **__):
    assert f"\n{arguments[0]}:" in (ROOT / "Makefile").read_text(encoding="utf-8")


def _pip(arguments, *_, **__):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for named in re.findall(r"(?:\.|offerodds)\[(\S+)\]", " ".join(arguments)):
        assert extras["optional-dependencies"].keys() >= set(named.split(","))


def _python(arguments, *_, **__):
    """Let a script parse its arguments and stop there; the rest takes minutes to hours."""
    if arguments[:2] == ["-m", "venv"]:
        return
    parse_args = argparse.ArgumentParser.parse_args

    def parse_and_stop(parser, *arguments):
        parse_args(parser, *arguments)
        sys.exit(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", arguments)
        patch.setattr(argparse.ArgumentParser, "parse_args", parse_and_stop)
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / arguments[0]), run_name="__main__")
    assert ended.value.code == 0


def assert_output(shown, printed):
    """Compare with the shown output, up to three dots at its end."""
    printed = "\n".join(line.rstrip() for line in printed.splitlines()).strip()
    if shown.endswith("…"):
        assert printed.startswith(shown.removesuffix("…").strip())
    elif shown:
        assert printed == shown
