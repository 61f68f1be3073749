"""The form to give away: the chance in Chromium equals Python's, from a file, and its row can be imported."""

import random
import sys
from datetime import date, timedelta

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Visit
from playwright.sync_api import expect
from starlette.testclient import TestClient

from offerodds import Catalogue, Journal, OfferModel, simulate, train
from offerodds.data.answers.fields import valid_answers
from offerodds.data.answers.forms import short_form
from offerodds.data.language import use_language
from offerodds.reporting.number_format import percent
from offerodds.reporting.prediction import effect_text, points_before_silence, range_sentences, reasons
from offerodds.training.model_store import ActiveModel
from offerodds.web.app import create_app
from offerodds.web.form_fields import form_questions
from offerodds.web.form_file import form_file
from offerodds.web.settings import Settings

HOSTILE = "</script><script>document.title = 'broken'</script><img src=x onerror=\"document.title='broken'\">"
OWN = f"""
base_rate = 0.2
[silence]
median_days = 5
never_answered = 0.8
[[signals]]
id = "hostile"
question = '''{HOSTILE}'''
kind = "choice"
levels = ['''{HOSTILE}''', "<b>&amp;", 'say "yes"']
direction = "favourable"
[[signals]]
id = "stars"
name = "stars for them"
question = "How many stars?"
kind = "scale"
r_offer = 0.4
halo_loading = 0.7
[[signals]]
id = "jokes"
question = "How many jokes?"
kind = "rate"
of = ["actual_minutes", "scheduled_minutes"]
direction = "unfavourable"
[[signals]]
id = "longer"
question = "Longer than planned?"
kind = "ratio"
of = ["actual_minutes", "scheduled_minutes"]
r_offer = 0.2
[[signals]]
id = "small_talk"
question = "How many minutes of small talk?"
kind = "minutes"
typical = 0.5
spread = 0.5
r_offer = 0.1
[[signals]]
id = "mark"
question = "What mark (0 to 20) would you give it?"
kind = "number"
minimum = 0
maximum = 20
r_offer = 0.3
[[signals]]
id = "guess"
question = "What chance did they name?"
kind = "probability"
direction = "favourable"
"""
MODELS = ("default", "trained", "own")
TYPED = {
    "count": ("0", "1", "3", "250", "2.5", "1,000", "1.000"),
    "rate": ("0", "7", "40", "-1"),
    "minutes": ("0", "0.5", "0,25", "25", "45", "61.5", "37,5", "1e3", "1.200", "1.250.000"),
    "days": ("0", "0.5", "3", "12", "45", "400", "99999", "12.125"),
    "number": ("0", "7.25", "20", "21"),
    "probability": ("30%", "0.3", "62", "99.9 %", "1", "0,05"),
    "proportion": ("20/100", "3 of 7", "12.5% of 20", "0 out of 5", "2 de 9", "900000/1000000", "5/0", "8/3"),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    path = tmp_path_factory.mktemp("own") / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    past = simulate(80, seed=1)
    past["company"] = [f"Secret Firm {i % 9}" for i in range(len(past))]
    trained = train(past, group="company").model
    return {
        "default": OfferModel.default(),
        "trained": trained,
        "own": OfferModel.default(catalogue=Catalogue.load(path)),
    }


@pytest.fixture(scope="module")
def files(models, tmp_path_factory):
    folder = tmp_path_factory.mktemp("forms")
    for name, model in models.items():
        (folder / f"{name}.html").write_text(form_file(ActiveModel(model, None)), encoding="utf-8")
    for code in ("de", "es"):
        with use_language(code):
            text = form_file(ActiveModel(models["own"], None))
        (folder / f"{code}.html").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def visit(browser, files):
    """A window that may request files of this folder only."""
    window = Visit(browser, files.as_uri())
    yield window
    window.close()


def random_forms(catalogue, n):
    """Make up forms as people type them; some answers are invalid or contradict another."""
    fields = form_questions(catalogue, {}, {})
    fields = [*fields.first, *(field for topic in fields.topics for field in topic.fields)]
    choose = random.Random(20)
    forms = []
    for _ in range(n):
        share = choose.random()
        answered = [field for field in fields if choose.random() < share]
        forms.append(
            {
                field.id: choose.choice(
                    [value for value, _ in field.choices] or TYPED[catalogue.questions[field.id].kind]
                )
                for field in answered
            }
        )
    return forms


@pytest.mark.parametrize("name", MODELS)
def test_the_chance_in_the_browser_equals_that_of_python(visit, models, name):
    model = models[name]
    page = visit.go(f"/{name}.html")
    forms = random_forms(model.catalogue, 1000)
    found = page.evaluate(
        """(forms) => forms.map((form, i) => {
            const found = estimate(form);
            const { probability, whole, ofSigns, base, points, invalid } = found;
            const words = i < 100 ? { lines: rangeSentences(found), main: mainReasons(found, form) } : {};
            return { probability, whole, ofSigns, base, points, invalid, ...words };
        })""",
        forms,
    )
    valid = [valid_answers(model.catalogue, form) for form in forms]
    columns = {field: [form.get(field) for form in valid] for field in model.catalogue.questions}
    expected = model.predict_frame(columns)
    np.testing.assert_allclose(
        [each["probability"] for each in found], expected["probability"], rtol=0, atol=1e-9
    )
    np.testing.assert_allclose(
        [each["whole"] for each in found], expected[["low", "high"]], rtol=0, atol=1e-9
    )
    for form, read, result in zip(forms, valid, found, strict=True):
        assert sorted(result["invalid"]) == sorted(form.keys() - read.keys()), form
    for form, result in zip(valid[:100], found[:100], strict=True):  # the explanation takes most of the time
        p = model.predict(form)
        assert result["base"] == pytest.approx(p.base_rate, abs=1e-9)
        shown = {field: points for field, points in points_before_silence(p).items() if field in p.points}
        assert result["points"] == pytest.approx(shown, abs=1e-9), form
        signs = p.parts.signs
        assert result["ofSigns"] == pytest.approx([signs.low, signs.high], abs=1e-9), form
        assert result["lines"] == range_sentences(p)
        assert [tuple(each) for each in result["main"]] == reasons(p, model.catalogue)


@pytest.mark.parametrize("code", ["de", "es"])
def test_the_form_words_its_results_in_its_own_language(visit, models, code):
    page = visit.go(f"/{code}.html")
    model = models["own"]
    forms = random_forms(model.catalogue, 100)
    found = page.evaluate(
        """(forms) => forms.map((form) => {
            const found = estimate(form);
            return [rangeSentences(found), mainReasons(found, form), percent(found.probability)];
        })""",
        forms,
    )
    with use_language(code):
        for form, (lines, main, chance) in zip(forms, found, strict=True):
            p = model.predict(valid_answers(model.catalogue, form))
            assert lines == range_sentences(p)
            assert [tuple(each) for each in main] == reasons(p, model.catalogue)
            assert chance == percent(p.probability)
    page.locator('input[name="days_since_interview"]').fill("x")
    page.locator("form button").click()
    saved = page.locator("#saved").inner_text()
    assert saved
    assert not saved.startswith("Not saved")
    assert page.evaluate("document.documentElement.lang") == code


@pytest.mark.parametrize("name", [*MODELS, "de"])
def test_the_file_is_small_and_self_contained_and_names_no_employer(files, name):
    text = (files / f"{name}.html").read_text(encoding="utf-8")
    assert len(text.encode()) < 150_000
    assert "secret firm" not in text.casefold()
    assert (
        "content=\"default-src 'none'; form-action 'none'; base-uri 'none'; style-src 'sha256-"
        in text.replace("&#39;", "'")
    )
    assert not any(word in text for word in ("http:", "https:", "src=/", 'src="', "@import", "url("))
    assert text.casefold().count("<script") == text.casefold().count("</script>") == 2


def test_text_of_a_catalogue_cannot_break_out(visit):
    page = visit.go("/own.html")
    assert page.title() == "How did it go? · offerodds"
    expect(page.locator("#q-hostile legend")).to_contain_text(HOSTILE)
    answer = page.locator('input[name="hostile"]').first
    assert answer.get_attribute("value") == HOSTILE
    answer.check(force=True)
    expect(page.locator(".reasons li")).to_contain_text(HOSTILE)
    assert page.title() == "How did it go? · offerodds"
    assert page.locator("img").count() == 0


def test_the_keyboard_alone_fills_in_the_form_and_saves_a_row_that_the_journal_imports(
    browser, files, tmp_path, offerodds
):
    size = {"width": 390, "height": 780}
    visit = Visit(browser, files.as_uri(), viewport=size, color_scheme="dark", accept_downloads=True)
    page = visit.go("/default.html")
    page.context.set_offline(True)
    expect(page.locator(".number")).to_have_text("30% about 3 in 10")
    page.locator('input[name="self_rating"][value=""]').focus()
    page.keyboard.press("ArrowLeft")  # from "no answer" to the level beside it
    page.locator('input[name="days_since_interview"]').focus()
    page.keyboard.type("9")
    answers = {"self_rating": 5, "days_since_interview": 9}
    p = OfferModel.default().predict(answers)
    expect(page.locator(".number strong")).to_have_text(percent(p.probability))
    expect(page.locator("#q-self_rating .effect")).to_have_text(
        effect_text(points_before_silence(p)["self_rating"])
    )
    expect(page.locator("#answered")).to_have_text("2")
    expect(page.locator("#status")).to_contain_text(range_sentences(p)[-1])
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.locator("#company").focus()
    page.keyboard.type('=Acme, "Ltd"')
    page.keyboard.press("Tab")
    page.keyboard.type("Engineer")
    page.locator("#notes").focus()
    page.keyboard.type("one\ntwo")
    page.get_by_role("button", name="Save my answers").focus()
    with page.expect_download() as saving:
        page.keyboard.press("Enter")
    assert saving.value.suggested_filename == "interview.csv"
    saving.value.save_as(tmp_path / "interview.csv")
    visit.close()
    assert "'=Acme" in (tmp_path / "interview.csv").read_text(encoding="utf-8-sig")  # no formula
    book = tmp_path / "journal.db"
    imported = offerodds("journal", "import", tmp_path / "interview.csv", "--journal", book)
    assert imported.code == 0, imported.err
    with Journal(book) as journal:
        kept = journal.interview(1)
    assert (kept.company, kept.role, kept.notes) == ('=Acme, "Ltd"', "Engineer", "one\ntwo")
    assert kept.answers == {"self_rating": "very well"}
    assert date.today() - kept.date in (timedelta(9), timedelta(10))  # 10 if midnight has passed


def test_an_invalid_answer_is_marked_and_not_saved(visit):
    page = visit.go("/default.html")
    control = page.locator('input[name="days_since_interview"]')
    control.fill("soon")
    expect(control).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#wrong")).to_contain_text("days without an answer")
    page.get_by_role("button", name="Save my answers").click()
    expect(page.locator("#saved")).to_contain_text("Not saved")
    expect(control).to_be_focused()
    control.fill("")
    expect(page.locator("#wrong")).to_be_hidden()


def test_the_questions_are_in_the_order_of_the_page(visit, models):
    page = visit.go("/trained.html")
    model = models["trained"]
    telling = [each.signal for each in model.predict({}).unanswered]
    first = page.locator(".first .question").evaluate_all("(all) => all.map((each) => each.id)")
    assert first == [f"q-{question.id}" for question in short_form(model.catalogue, telling)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_has_no_accessibility_fault(browser, files, scheme):
    visit = Visit(browser, files.as_uri(), color_scheme=scheme, viewport={"width": 390, "height": 780})
    page = visit.go("/default.html")
    page.locator('input[name="base_rate"]').fill("40%")
    page.locator("summary").evaluate_all("(all) => all.forEach((each) => each.parentElement.open = true)")
    violations = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}).response
    visit.close()
    assert not violations["violations"]


def test_the_printed_form_fits_one_page_with_its_points(browser, files):
    visit = Visit(browser, files.as_uri())
    page = visit.go("/default.html")
    for question in page.locator(".first fieldset").all():
        question.locator("input").first.check(force=True)
    pdf = page.pdf(format="A4")
    page.emulate_media(media="print")
    expect(page.locator("#q-self_rating .effect")).to_be_visible()
    visit.close()
    assert pdf.count(b"/Type /Page\n") == 1


def test_the_page_and_the_command_write_the_same_form(tmp_path, offerodds):
    client = TestClient(create_app(Settings(journal=tmp_path / "j.db")), base_url="http://127.0.0.1:8765")
    assert "/form.html" in client.get("/journal").text
    answer = client.get("/form.html")
    assert answer.headers["content-disposition"] == 'attachment; filename="form.html"'
    assert offerodds("form", "--out", tmp_path / "form.html").code == 0
    assert (tmp_path / "form.html").read_text(encoding="utf-8") == answer.text


def test_without_the_extra_the_command_names_it(tmp_path, offerodds, monkeypatch):
    monkeypatch.setitem(sys.modules, "offerodds.web.form_file", None)
    result = offerodds("form", "--out", tmp_path / "form.html")
    assert result.code != 0
    assert "pip install 'offerodds[web]'" in result.err
    assert not (tmp_path / "form.html").exists()
