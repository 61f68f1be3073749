"""The terminal in the language of the person: nothing stays English, and what is typed is understood."""

import re
from datetime import date, timedelta
from gettext import NullTranslations
from io import StringIO

import pytest
from typer.main import get_command

from documents import commands
from helpers import CATALOGUE, ROOT, set_day
from languages import bracketed, not_translated
from offerodds.cli import questionnaire
from offerodds.cli.console import confirmed, is_no, is_yes, plain_table
from offerodds.cli.console import terminal as terminal_console
from offerodds.cli.main import app
from offerodds.data import language
from offerodds.data.catalogue.findings import findings
from offerodds.data.language import use_language

EXAMPLE = ROOT / "data" / "examples" / "interview.toml"
GOLDEN = ROOT / "tests" / "cli" / "golden"
TODAY = date(2026, 11, 24)
# what stays as it is in every language
NAMES = {
    *("offerodds", "Acme", "Engineer"),  # names
    *("id", "toml", "csv"),  # ids, and suffixes
    *("CSV", "TSV", "Parquet", "Excel", "JSON", "lines"),  # formats
    *CATALOGUE.questions,
}
LEVELS = sorted(
    {level for each in CATALOGUE.questions.values() for level in each.levels}, key=len, reverse=True
)

pytestmark = pytest.mark.usefixtures("today")
TYPED = {  # words of help that are typed, and types of Python
    *("str", "int", "float", "path", "Path", "list", "range"),
    *("local", "spark", "open", "validate", "default", "level", "trained", "outcome", "status"),
    *("toml", "csv", "json", "html", "heard", "back", "next", "round", "thanked", "followed", "up"),
}


def english(text, names):
    """List the words that are not translated, without commands, files, options, months and findings."""
    text = re.sub(
        rf"\b({'|'.join(LEVELS)})\s(?=\(⟦)", "", text
    )  # a word of files, followed by its translation
    rest = re.sub("⟦.*", "", not_translated(text.replace("⟧", "⟧ ")))  # what is shortened has no end
    rest = " ".join(rest.split())
    for finding in findings().values():
        for part in (finding.note, finding.citation, finding.construct, finding.figure):
            rest = rest.replace(" ".join(part.split()), "")
    rest = re.sub(
        r"offerodds (journal )?[a-z]+|\S*/\S*|\S+\.(toml|csv|html|json|md|png|ics)\b|--?[a-z-]+|doi:\S+",
        " ",
        rest,
    )
    rest = re.sub(r"\d\. [A-Z][a-z]{2,3}\.? \d{4}", " ", rest)
    return {word for word in re.findall(r"[^\W\d]{2,}", rest) if word not in names}


@pytest.mark.parametrize("document", ["README.md", "docs/journal.md"])
def test_every_command_is_translated(document, folder, offerodds, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "de")
    monkeypatch.setenv("COLUMNS", "200")
    found = {}
    for command in commands(ROOT / document):
        program, *arguments = command.words
        if program != "offerodds" or arguments[0] in ("serve", "mcp"):
            continue
        with bracketed():
            ran = offerodds(*arguments)
        if words := english(ran.out + ran.err, NAMES):
            found[" ".join(command.words)] = words
    assert not found


def _groups(command, *names):
    yield names
    for name, each in getattr(command, "commands", {}).items():
        yield from _groups(each, *names, name)


HELP = [*_groups(get_command(app))]


@pytest.mark.parametrize("names", HELP, ids=" ".join)
def test_help_is_translated(names, offerodds, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "de")
    with bracketed():
        ran = offerodds(*names, "--help")
    assert ran.code == 0
    assert ": (" not in offerodds(*names, "--help").out  # around a default in words
    mentioned = {word for path in HELP for word in path}
    assert english(ran.out, NAMES | TYPED | mentioned) == set()


@pytest.mark.parametrize(
    "mistake",
    [
        ["predit"],
        ["predict", "--levl", "3"],
        ["predict", "--level"],
        ["predict", "--level", "much"],
        ["predict", "a.toml", "b.toml"],
        ["evaluate"],
        ["journal", "event", "3"],
        ["journal", "event", "3", "nonsense"],
        ["journal", "list", "--page", "0"],
        ["journal", "list", "--page", "x"],
        ["weights", "--json=3"],
    ],
    ids=" ".join,
)
def test_faults_of_typer_are_translated(mistake, offerodds, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "de")
    with bracketed():
        ran = offerodds(*mistake)
    assert ran.code == 2
    names = {*mistake, "predict", "journal", "event", "list", "weights", "evaluate", "much"}
    assert english(ran.err, names | NAMES | TYPED) == set()


@pytest.mark.parametrize("code", ["de", "es"])
def test_a_session_matches_its_golden_file(code, offerodds, tmp_path, monkeypatch, request):
    """After an intended change, run ``pytest --golden`` and read it as a native speaker would."""
    monkeypatch.setenv("LANGUAGE", code)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain.toml").write_text('rapport = "polite"\nstage = "first"\n', encoding="utf-8")
    rows = ["company,rapport,met_team,outcome", *["A & B,5,yes,offer"] * 6, *["A & B,2,no,rejected"] * 9]
    (tmp_path / "mine.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    set_day(monkeypatch, TODAY - timedelta(40))
    assert offerodds("journal", "add", "plain.toml", "--company", "Byte", "--role", "Analyst").code == 0
    assert offerodds("journal", "add", "plain.toml", "--company", "Lorem").code == 0
    set_day(monkeypatch, TODAY - timedelta(12))
    assert offerodds("journal", "outcome", "1", "rejected").code == 0
    set_day(monkeypatch, TODAY)
    typed = {"de": ["letzte Runde", "5", "j", "z", "nein"], "es": ["ronda final", "5", "s", "v", "no"]}[code]
    _answer(monkeypatch, [*typed, *[""] * 7, "n"])
    lines = []
    for command in [
        ["predict", EXAMPLE, "--what-if", "timeline_given=vague", "--what-if", "rapport=5"],
        ["predict"],
        ["journal", "add", EXAMPLE, "--company", "Acme", "--role", "Engineer"],
        ["journal", "list"],
        ["journal", "show", "3"],
        ["journal", "show", "1"],
        ["journal", "outlook"],
        ["status"],
        ["train", "mine.csv", "--details"],
        ["predict", "lost.toml"],
        ["predict", "--levl", "3"],
        ["journal", "--help"],
    ]:
        ran = offerodds(*command)
        shown = " ".join("interview.toml" if each is EXAMPLE else each for each in command)
        lines.append(f"$ offerodds {shown}\n{ran.out}{ran.err}")
    printed = re.sub(r"[ \t]+$", "", "\n".join(lines).replace(str(tmp_path), "FOLDER"), flags=re.MULTILINE)
    golden = GOLDEN / f"session_{code}.txt"
    if request.config.getoption("--golden"):
        golden.write_text(printed, encoding="utf-8")
    assert printed == golden.read_text(encoding="utf-8")


def _answer(monkeypatch, replies):
    """Reply to the questions in turn."""
    waiting = iter(replies)

    def reply(prompt):
        print(f"{prompt}{(typed := next(waiting))}")
        return typed

    monkeypatch.setattr(questionnaire, "read_line", reply)
    monkeypatch.setattr("offerodds.cli.save.read_line", reply, raising=False)
    monkeypatch.setattr(questionnaire, "require_terminal", lambda: None)


@pytest.mark.parametrize("code", ["de", "es"])
def test_every_shown_choice_and_every_english_word_can_be_typed(code):
    for question in CATALOGUE.questions.values():
        english_words = questionnaire._choices(question)
        with use_language(code):
            shown = questionnaire._choices(question)
            assert len({title for title, _ in shown}) == len(shown)
            for (title, value), (word, _) in zip(shown, english_words, strict=True):
                assert questionnaire._meant(question, shown, title.upper()) == [value]
                assert questionnaire._meant(question, shown, word) == [value]


@pytest.mark.parametrize(
    ("code", "yes", "no"), [("de", "j ja JA yes", "n nein no"), ("es", "s sí si", "n no")]
)
def test_yes_and_no_may_be_typed_in_both_languages(code, yes, no, monkeypatch):
    with use_language(code):
        assert all(map(is_yes, [*yes.split(), "y"]))
        assert all(map(is_no, no.split()))
        assert not any(map(is_no, yes.split()))


def test_a_question_of_yes_or_no_is_asked_again(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", StringIO("vielleicht\nja\n"))
    with use_language("de"):
        assert confirmed("Löschen?")
    printed = capsys.readouterr()
    assert printed.out == "Löschen? [j/N]: " * 2
    assert printed.err == "Gib j für Ja oder n für Nein ein.\n"


def test_a_number_stays_beside_its_sign(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "11")
    console = terminal_console()
    console.print("es sind 36\u00a0% davon")
    table = plain_table("Chance", width=11)
    table.add_row("es sind 36\u00a0%")
    console.print(table)
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines == ["es sind", "36\u00a0% davon", "Chance", "es sind", "36\u00a0%"]


class _Twisted(NullTranslations):
    def pgettext(self, context, message):  # noqa: ARG002 (given by gettext)
        return {"cold": "warm"}.get(message, message)


def test_an_ambiguous_word_is_asked_back(monkeypatch, capsys):
    """In a language where the word for cold is the English one for warm."""
    monkeypatch.setattr(language, "_translations", lambda _code: _Twisted())
    _answer(monkeypatch, ["warm", "1"])
    question = CATALOGUE.questions["rapport"]
    assert questionnaire._ask(question) == "cold"
    assert "“warm” can mean: 1 warm, 4 warm. Enter the number." in capsys.readouterr().err


def test_a_dash_removes_the_answer_to_a_yes_or_no_question(monkeypatch):
    _answer(monkeypatch, ["-"])
    assert questionnaire._ask(CATALOGUE.questions["met_team"]) is None


@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({"LANGUAGE": "de"}, "Aufruf:"),
        ({"LANGUAGE": "fr:es:de"}, "Uso:"),
        ({"LANGUAGE": "de@euro"}, "Aufruf:"),
        ({"LC_ALL": "de_AT.UTF-8", "LANG": "es_ES.UTF-8"}, "Aufruf:"),
        ({"LANG": "es_MX.UTF-8"}, "Uso:"),
        ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, "Usage:"),
        ({"LANG": "fr_FR.UTF-8"}, "Usage:"),
        ({}, "Usage:"),
    ],
)
def test_the_system_chooses_the_language(variables, shown, offerodds, monkeypatch):
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert offerodds("--help").out.startswith(shown)


def test_json_and_forms_are_the_same_in_every_language(offerodds, monkeypatch):
    printed = {}
    for code in ("en", "de"):
        monkeypatch.setenv("LANGUAGE", code)
        printed[code] = [
            offerodds("predict", EXAMPLE, "--json").out,
            offerodds("form", "--format", "csv").out,
        ]
    assert printed["de"] == printed["en"]


def test_questions_are_answered_in_german_in_a_terminal(terminal, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "de")
    child = terminal("predict")
    for place, typed in (("Frage 1 von 10", "zweites Gespräch"), ("Frage 2 von 10", "z")):
        child.expect_exact(place)
        child.expect_exact("\x1b[?7h")  # the prompt is complete
        child.send(f"{typed}\r")
    child.expect_exact("Deine Antwort: zweites Gespräch.")
    child.expect_exact("\x1b[?7h")
    child.send(chr(3))
    child.expect_exact("Deine 1 Antwort bleibt erhalten.")
    assert child.finish() == 130
