"""Every remedy is worded for every interface, and no layer below ``cli/`` names a command or an option."""

import ast
import json
import re
import string

import pytest
from typer.main import get_command

from helpers import LAYERS, ROOT
from offerodds.cli.main import app
from offerodds.cli.remedies import FORM_NOTE, TERMINAL
from offerodds.data.errors import PYTHON, ClusterError, Fault, InputError, Kind, Remedy
from offerodds.training.spark.partitions import fault_from_data, fault_to_data
from offerodds.web.app import create_app
from offerodds.web.mcp_server import ENDPOINTS, Operation
from offerodds.web.remedies import API, PAGE, TOOLS
from offerodds.web.settings import Settings

FACES = {"Python": PYTHON, "terminal": TERMINAL, "page": PAGE, "API": API, "tools": TOOLS}
LOWER_LAYERS = [layer for layer in LAYERS if layer != "cli"]


def _commands(command, path=()):
    """Yield every command, without groups, with its options."""
    subs = getattr(command, "commands", {})
    if not subs:
        yield " ".join(path), {option for each in command.params for option in each.opts}
    for name, sub in subs.items():
        yield from _commands(sub, (*path, name))


COMMANDS = dict(_commands(get_command(app)))
NAMES = "|".join(sorted(COMMANDS))
OPTION = re.compile(r"(?<![\w-])--(?!pic-)[a-z][\w-]*")  # not the colours of pictures
# not a single word in backticks: `train` is also a public function
COMMAND = re.compile(
    rf"\bofferodds (?:{NAMES})\b|`journal [a-z]+\b|<code>(?:{NAMES})</code>|{OPTION.pattern}"
)
# a call, an argument, an attribute
PYTHON_WORDS = re.compile(r"\w\(|\b[a-z]\w*=[\"\w]*[T\"]|\b[A-Z][a-z]+[A-Z]\w*\.\w|`\w+\.\w+`|skip_bad")


def _worded(remedy, words):
    return remedy.worded(words, field="end", word="Limbo", number=7)


@pytest.mark.parametrize("remedy", Remedy, ids=lambda remedy: remedy.name)
@pytest.mark.parametrize("face", FACES)
def test_every_remedy_is_worded_for_every_interface(face, remedy):
    text = _worded(remedy, FACES[face])
    assert text.strip()
    assert remedy.name not in text
    if face != "Python":
        assert not PYTHON_WORDS.search(text)
    if face != "terminal":
        assert not COMMAND.search(text)


@pytest.mark.parametrize("face", FACES)
def test_no_wording_repeats_that_of_python(face):
    assert [remedy for remedy, text in FACES[face].items() if text == remedy.value] == []


def test_wordings_use_only_field_word_and_number():
    texts = [remedy.value for remedy in Remedy] + [
        text for words in FACES.values() for text in words.values()
    ]
    found = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    assert found == {"field", "word", "number"}


def test_terminal_names_existing_commands_and_options():
    options = {option for found in COMMANDS.values() for option in found}
    texts = [_worded(remedy, TERMINAL) for remedy in Remedy] + [FORM_NOTE]
    named = [rest for text in texts for rest in re.findall(r"\bofferodds ([a-z].*)", text)]
    assert len(named) > 5
    assert [rest for rest in named if not re.match(rf"(?:{NAMES})\b", rest)] == []
    assert {option for text in texts for option in OPTION.findall(text)} <= options


def test_api_names_existing_requests(tmp_path):
    settings = Settings(host="testserver", port=80, journal=tmp_path / "j.db", model="default", secret="s")
    paths = create_app(settings).openapi()["paths"]
    named = 0
    for remedy, text in API.items():
        for method, path in re.findall(r"\b([A-Z]+) (/api[\w/.{}]*)", text):
            named += 1
            assert method.lower() in paths[path.replace("{number}", "{id}")], remedy
    assert named > 5


def test_tools_name_existing_tools():
    named = {name for text in TOOLS.values() for name in re.findall(r"`(\w+_\w+)`", text)}
    assert len(named) > 2
    assert named <= {Operation(endpoint).name for endpoint in ENDPOINTS}


def _texts(tree):
    """Yield every string of a module, docstrings without their examples."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
            if id(node) in docstrings:
                text = re.sub(r"^ *(>>>|\.\.\.) .*$", "", text, flags=re.MULTILINE)
            yield node.lineno, text


@pytest.mark.parametrize("layer", LOWER_LAYERS)
def test_lower_layers_name_no_command_or_option(layer):
    found = []
    for path in sorted((ROOT / layer).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [
            f"{path.relative_to(ROOT)}:{line}: {match[0]}"
            for line, text in _texts(tree)
            for match in COMMAND.finditer(text)
        ]
    assert found == []


def test_pages_name_no_command_or_option():
    found = [
        f"{path.name}: {match[0]}"
        for path in sorted((ROOT / "web" / "templates").glob("*.html"))
        for match in COMMAND.finditer(
            re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        )
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["run `offerodds journal list`", "`journal import` takes it", "give --model x"]
)
def test_pattern_matches_commands_and_options(text):
    assert COMMAND.search(text)


@pytest.mark.parametrize(
    "text", ["`train` fits a model", "an offerodds model file", "a well-known --", "offerodds"]
)
def test_pattern_matches_no_functions(text):
    assert not COMMAND.search(text)


@pytest.mark.parametrize("layer", [layer for layer in LOWER_LAYERS if layer != "web"])
def test_faults_of_lower_layers_carry_remedy_codes(layer):
    found = []
    for path in sorted((ROOT / layer).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "remedy":
                texts = [
                    each for each in ast.walk(node.value) if isinstance(each, ast.JoinedStr | ast.Constant)
                ]
                found += [
                    f"{path.relative_to(ROOT)}:{each.lineno}" for each in texts if each.value is not None
                ]
    assert found == []


def test_message_lists_all_faults_with_their_remedies():
    faults = [
        Fault("not an outcome", "t.csv", 3, "end", "'Limbo'", nearest="rejected", remedy=Remedy.MAP_WORD),
        Fault("not a date", "t.csv", 4, "date", "'31.10.'", remedy=Remedy.DATE_FORMAT),
    ]
    assert InputError(faults, remedy=Remedy.SKIP_BAD).worded(TERMINAL).splitlines() == [
        "2 faults",
        "  t.csv, row 3, end: not an outcome; seen 'Limbo'; did you mean `rejected`? Or map it: "
        "--value 'Limbo=OUTCOME'",
        "  t.csv, row 4, date: not a date; seen '31.10.'; give the format of dates: --date-format dd.mm.yyyy",
        "To skip these rows and write them to another table: --skip-bad bad.csv",
    ]
    error = ClusterError("no Spark master answers at spark://x:7077", Remedy.START_MASTER)
    assert str(error) == "no Spark master answers at spark://x:7077: start it, or choose another master"


@pytest.mark.parametrize("remedy", [None, *Remedy])
@pytest.mark.parametrize("kind", Kind)
def test_faults_survive_transport_from_spark_workers(remedy, kind):
    fault = Fault("torn", "t.csv", 3, "end", "2", "3", remedy=remedy, nearest="offer", kind=kind)
    assert fault_from_data(json.loads(json.dumps(fault_to_data(fault)))) == fault
