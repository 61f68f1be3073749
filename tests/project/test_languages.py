"""Languages: every text that people read is in the catalogues, and translated with its values."""

import ast
import re
from itertools import combinations

import pytest

from languages import LAYERS, ROOT, messages, missing, mo_bytes, po_bytes, po_file, updated
from offerodds.data.language import ENGLISH, languages

CODES = [code for code in languages() if code != ENGLISH]
VALUE = re.compile(r"\{\w+\}|%\(\w+\)[sd]|</?\w+|`[^`]*`|--[a-z-]+")  # also tags, and what is typed


@pytest.fixture(scope="module")
def template():
    return messages()


@pytest.mark.parametrize("code", CODES)
def test_a_language_is_complete_and_compiled(code, template):
    catalog = updated(code, template)
    assert [message.id for message in missing(catalog)] == []
    assert po_file(code).read_bytes() == po_bytes(catalog), "run: python tests/support/languages.py"
    assert po_file(code).with_suffix(".mo").read_bytes() == mo_bytes(catalog)


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_values_of_its_message(code, template):
    for message in updated(code, template):
        if not message.id:  # the header
            continue
        originals, texts = message.id, message.string
        if isinstance(originals, str):
            originals, texts = (originals,), (texts,)
        for original, text in zip(originals, texts, strict=True):
            assert sorted(VALUE.findall(text)) == sorted(VALUE.findall(original)), text


def test_no_language_has_the_text_of_another(template):
    texts = {code: {each.id: each.string for each in updated(code, template)} for code in CODES}
    for one, other in combinations(CODES, 2):
        for message, text in texts[one].items():
            is_sentence = len(str(text).split()) > 3 and text != message
            assert not (is_sentence and text == texts[other][message]), text


def test_no_message_is_put_together_before_it_is_translated():
    """A text that is filled in first is in no catalogue."""
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    name = node.func.id
                    if name in ("_", "N_", "plural", "Fault") or name.endswith("Error"):
                        shown = node.args[:3] if name == "plural" else node.args[:1]
                        shown += [each.value for each in node.keywords if each.arg in ("expected", "help")]
                        where = f"{path.relative_to(ROOT)}:{node.lineno}"
                        assert not any(isinstance(each, ast.JoinedStr) for each in shown), where
