"""The page as people use it: in Chromium, by keyboard, without scripts, on a telephone, on paper."""

import re
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser import Visit, box, served
from playwright.sync_api import expect

from helpers import CATALOGUE, ROOT
from offerodds import Journal, OfferModel
from offerodds.data.answers.forms import read_form, short_form
from offerodds.journal import clock
from offerodds.reporting.number_format import percent
from offerodds.reporting.prediction import effect_text

TABLE = "company,rapport,self_rating,timeline_given,date,outcome,outcome_date\n" + "".join(
    f"Firm {i},{5 - i % 4},{5 - i % 3},{('specific', 'vague')[i % 2]},2026-01-{i + 1:02},"
    f"{('offer', 'rejected', 'ghosted')[i % 3]},2026-03-01\n"
    for i in range(14)
)
PAGES = [
    *(
        "/",
        "/journal",
        "/journal/rates",
        "/journal/summary",
        "/journal/report?client=Ann",
        "/outlook",
        "/score",
    ),
    *("/weights", "/signals/rapport", "/train", "/docs", "/nowhere"),
]


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setenv("OFFERODDS_HOME", str(tmp_path))
    with served(tmp_path) as url:
        yield url


@pytest.fixture
def visit(browser, site):
    window = Visit(browser, site)
    yield window
    window.close()


NUMBER = ".number strong"


def number(page):
    return page.locator(NUMBER)


def choose(page, field, value):
    answer = page.locator(f'input[name="{field}"][value="{value}"]')
    answer.evaluate("input => input.closest('details')?.setAttribute('open', '')")  # beyond the short form
    answer.check(force=True)


def fill_journal(visit, folder):
    """Read a table of past interviews into the journal through the page."""
    path = folder / "past.csv"
    path.write_text(TABLE, encoding="utf-8")
    page = visit.go("/journal")
    if not page.locator("form.import").is_visible():
        page.locator("summary", has_text="Import").click()
    page.set_input_files("input[type=file]", path)
    page.locator("summary", has_text="by hand").click()
    page.get_by_role("button", name="Import").click()
    expect(page.locator("main")).to_contain_text("14 interviews")


def test_the_keyboard_alone_fills_in_the_form_and_the_estimate_follows(visit, tmp_path):
    page = visit.go("/")
    before = number(page).inner_text()
    page.locator("#more summary").focus()
    page.keyboard.press("Enter")
    page.locator('input[name="candidate_engaged"][value=""]').focus()
    page.keyboard.press("ArrowLeft")  # from "no answer" to the level beside it
    expect(page.locator('input[name="candidate_engaged"]:checked')).to_have_value("very")
    expect(number(page)).to_have_text(
        percent(OfferModel.default().predict({"candidate_engaged": 5}).probability)
    )
    assert number(page).inner_text() != before
    assert page.evaluate("document.activeElement.name") == "candidate_engaged"  # the focus is not lost
    expect(page.locator("#q-candidate_engaged .effect")).to_have_text(
        effect_text(OfferModel.default().predict({"candidate_engaged": 5}).points["candidate_engaged"])
    )
    expect(page.locator("#answered")).to_have_text("0")  # of the first questions
    page.locator('input[name="days_since_interview"]').focus()
    page.keyboard.type("9")
    expect(page.locator("#answered")).to_have_text("1")
    answers = {"candidate_engaged": 5, "days_since_interview": 9}
    expect(number(page)).to_have_text(percent(OfferModel.default().predict(answers).probability))
    expect(page.locator("#status")).to_contain_text("probably between")
    page.locator("#company").focus()
    page.keyboard.type("Acme")
    page.get_by_role("button", name="Save interview").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/journal/1\?saved=yes$"))
    with Journal(tmp_path / "journal.db") as journal:
        saved = journal.interview(1)
        assert (saved.company, saved.answers) == ("Acme", {"candidate_engaged": "very"})


def test_a_few_keys_lead_to_a_saved_interview_and_its_next_step(visit):
    page = visit.go("/")
    keys = []

    def press(key):
        keys.append(key)
        page.keyboard.press(key)

    for key in ("Tab", "Enter", "Tab", "Tab"):  # past the menu
        press(key)
    for question in short_form(CATALOGUE):
        assert page.evaluate("document.activeElement.name") == question.id
        if question.kind in ("days", "probability"):
            page.keyboard.type("9")
        else:
            page.keyboard.press("ArrowLeft")
        if question is not short_form(CATALOGUE)[-1]:
            page.keyboard.press("Tab")
    press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/journal/1\?saved=yes$"))
    expect(page.locator("#next-step")).to_contain_text("Next: ")
    assert len(keys) <= 12


def test_tab_reaches_every_control_in_order(visit):
    page = visit.go("/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    names = []
    for _ in range(60):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
        )
    wanted = [question.id for question in short_form(CATALOGUE)]
    assert [name for name in dict.fromkeys(names) if name in wanted] == wanted
    assert "Save interview" in names


def test_other_answers_are_tried_and_undone(visit):
    page = visit.go("/")
    choose(page, "rapport", "warm")
    first = percent(OfferModel.default().predict({"rapport": 4}).probability)
    expect(number(page)).to_have_text(first)
    page.get_by_role("button", name="Try other answers").click()
    expect(page.locator(".tries")).to_contain_text(f"{first} →")
    choose(page, "rapport", "cold")
    choose(page, "salary_or_start_discussed", "yes")
    other = OfferModel.default().predict({"rapport": 1, "salary_or_start_discussed": "yes"})
    expect(number(page)).to_have_text(percent(other.probability))
    page.get_by_role("button", name="Back to my answers").click()
    expect(number(page)).to_have_text(first)
    expect(page.locator('input[name="rapport"]:checked')).to_have_value("warm")
    expect(page.locator('input[name="salary_or_start_discussed"]:checked')).to_have_value("")
    expect(page.locator(".tries")).not_to_contain_text("→")


def test_what_is_open_in_the_estimate_stays_open(visit):
    page = visit.go("/")
    choose(page, "timeline_given", "specific")
    page.locator("#e-timeline_given summary").click()
    choose(page, "self_rating", "well")
    expect(page.locator("#e-self_rating")).to_be_visible()
    expect(page.locator("#e-timeline_given")).to_have_attribute("open", "")


def test_an_invalid_number_is_marked_while_it_is_typed(visit):
    page = visit.go("/")
    days = page.locator('[name="days_since_interview"]')
    days.fill("soon")
    expect(days).to_have_attribute("aria-invalid", "true")
    expect(page.locator(".please:visible")).to_have_count(1)
    days.fill("9")
    expect(page.locator(".please:visible")).to_have_count(0)
    expect(page.locator("#status")).not_to_contain_text("Ignored")


def test_back_restores_the_form(visit):
    page = visit.go("/")
    choose(page, "rapport", "warm")
    page.locator("details", has=page.locator("[name=met_team]")).locator("summary").click()
    choose(page, "met_team", "yes")
    page.fill('[name="days_since_interview"]', "3")
    page.fill("#company", "Acme")
    page.fill("#notes", "long notes")
    page.get_by_role("link", name="Journal").click()
    page.go_back()
    answers = {"rapport": "warm", "met_team": "yes", "days_since_interview": 3}
    expect(number(page)).to_have_text(percent(OfferModel.default().predict(answers).probability))
    expect(page.locator("#company")).to_have_value("Acme")
    expect(page.locator("#notes")).to_have_value("long notes")
    expect(page.locator("#q-met_team")).to_be_visible()


def test_a_stale_estimate_is_marked(browser, site):
    visit = Visit(browser, site)
    page = visit.go("/")
    page.route("**/estimate", lambda route: route.abort())
    choose(page, "rapport", "warm")
    expect(page.locator("#status")).to_contain_text("earlier answers")
    expect(page.locator("#status")).to_be_visible()
    page.unroute("**/estimate")
    choose(page, "rapport", "cold")
    expect(page.locator("#status")).to_contain_text("probably between")
    expect(page.locator("#status")).to_have_class("sr")
    visit.bad = [text for text in visit.bad if "ERR_FAILED" not in text]  # which the browser logs
    visit.close()


def test_nothing_shifts_when_the_estimate_changes(visit):
    page = visit.go("/")
    page.evaluate(
        """() => { window.shift = 0; new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) window.shift += entry.value;
        }).observe({ type: "layout-shift", buffered: false }); }"""
    )
    place = box(page, "#q-self_rating")
    for field, value in (("stage", "final"), ("rapport", "warm"), ("interviewer_distracted", "yes")):
        page.evaluate(
            "([f, v]) => { const c = document.querySelector(`[name=${f}][value=${v}]`); c.checked = true;"
            "c.dispatchEvent(new Event('input', { bubbles: true })); }",
            [field, value],
        )
        page.wait_for_timeout(250)
    assert box(page, "#q-self_rating") == place
    assert page.evaluate("window.shift") == 0


def test_outcomes_train_a_model_and_the_weights_move(visit, tmp_path):
    fill_journal(visit, tmp_path)
    page = visit.go("/weights")
    expect(page.locator("main")).to_contain_text("published evidence alone")
    page = visit.go("/train")
    page.get_by_role("button", name="Train on the journal").click()
    expect(page.locator("#progress")).to_be_visible()
    expect(page.get_by_role("heading", name="Last training")).to_be_visible(timeout=120_000)
    page = visit.go("/weights")
    expect(page.locator("main")).to_contain_text("14 outcomes")
    row = page.locator("tr", has=page.get_by_role("link", name="how well you did"))
    expect(row.locator("[data-label=answered]")).to_have_text("14")
    assert (
        row.locator("[data-label=yours]").inner_text() != row.locator("[data-label=published]").inner_text()
    )
    page = visit.go("/train")
    page.get_by_role("button", name="Use the previous model").click()
    expect(page.locator("main")).to_contain_text("no outcomes of your own")


def test_an_outcome_is_recorded_and_can_be_reopened(visit):
    page = visit.go("/")
    choose(page, "rapport", "warm")
    page.fill("#company", "<script>alert(1)</script> مرحبا")
    page.fill("#date", "2026-01-05")
    page.get_by_role("button", name="Save interview").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>alert(1)</script>")
    choose(page, "kind", "ghosted")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("never answered")
    page.locator("summary", has_text="Change the outcome").click()
    choose(page, "kind", "offer")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".timeline li").last).to_contain_text("offer")


def test_a_first_interview_is_saved_and_its_outcome_recorded_in_two_clicks_each(visit):
    clicks = []

    def click(control):
        clicks.append(control)
        control.click()

    page = visit.go("/")
    for question in short_form(CATALOGUE):
        if question.levels or question.kind in ("yes_no", "scale"):
            page.locator(f"#q-{question.id} .choices label").first.click()  # an answer, not counted
    click(page.get_by_label("Company"))
    page.keyboard.type("Acme")
    click(page.get_by_role("button", name="Save interview"))
    expect(page.locator(".step h2")).to_contain_text("Next:")
    assert len(clicks) == 2
    clicks.clear()
    click(page.locator(".news .choices label", has_text="offer").first)
    click(page.get_by_role("button", name="Save"))
    expect(page.locator("main")).to_contain_text("Congratulations!")
    assert len(clicks) == 2


def test_enter_below_the_questions_saves(visit):
    page = visit.go("/")
    choose(page, "rapport", "warm")
    page.locator("#company").press_sequentially("Acme")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/journal/1\?saved=yes$"))


def test_everything_works_without_scripts(browser, site, tmp_path):
    visit = Visit(browser, site, java_script_enabled=False)
    page = visit.go("/")
    choose(page, "rapport", "warm")
    page.get_by_role("button", name="Estimate").last.click()
    expect(number(page)).to_have_text(percent(OfferModel.default().predict({"rapport": 4}).probability))
    page.get_by_role("button", name="Try other answers").click()
    expect(page.get_by_role("button", name="Back to my answers")).to_be_visible()  # the next page is there
    choose(page, "rapport", "cold")
    page.get_by_role("button", name="Estimate").last.click()
    expect(page.locator(".tries")).to_contain_text("→")
    page.get_by_role("button", name="Back to my answers").click()
    expect(page.locator('input[name="rapport"]:checked')).to_have_value("warm")
    page.get_by_role("button", name="Save interview").click()
    expect(page).to_have_url(re.compile(r"/journal/1\?saved=yes$"))
    choose(page, "kind", "offer")
    page.get_by_role("button", name="Save").click()
    fill_journal(visit, tmp_path)
    page = visit.go("/train")
    page.get_by_role("button", name="Train on the journal").click()
    expect(page.get_by_role("heading", name="Last training")).to_be_visible(timeout=120_000)
    visit.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_an_accessibility_fault(browser, site, tmp_path, scheme):
    visit = Visit(browser, site, color_scheme=scheme)
    fill_journal(visit, tmp_path)
    answers = read_form(ROOT / "data" / "examples" / "interview.toml")
    with Journal(tmp_path / "journal.db") as journal:
        pending = journal.add(answers, company="Acme", role="Engineer", client="Ann").id
    found = []
    for path in [
        *PAGES,
        f"/journal/{pending}",
        "/journal/1",
        f"/journal/{pending}/edit",
        "/journal/1/delete",
    ]:
        page = visit.go(path)
        if path == "/":
            choose(page, "rapport", "warm")
            expect(page.locator("#e-rapport")).to_be_visible()
        results = Axe().run(page)  # best practices too
        found += [
            (path, each["id"], [node["html"][:120] for node in each["nodes"]][:3])
            for each in results.response["violations"]
        ]
    visit.bad = [text for text in visit.bad if "404" not in text]  # of /nowhere, asked for on purpose
    visit.close()
    assert not found


@pytest.mark.parametrize("width", [320, 640, 1600])
def test_no_page_scrolls_sideways(browser, site, tmp_path, width):
    visit = Visit(browser, site, viewport={"width": width, "height": 800})
    fill_journal(visit, tmp_path)
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"rapport": 4}, company="W" * 300, notes="n" * 2000, client="Ann")
    for path in [*PAGES, "/journal/1", "/journal/15", "/journal/15/edit"]:
        page = visit.go(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    visit.bad = [text for text in visit.bad if "404" not in text]
    visit.close()


CUT = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent)"


@pytest.mark.parametrize("locale", ["de-DE", "es-ES"])
def test_pages_in_another_language_fit_a_telephone_and_are_accessible(browser, site, tmp_path, locale):
    visit = Visit(browser, site, viewport={"width": 390, "height": 780}, locale=locale)
    with Journal(tmp_path / "journal.db") as journal:
        waiting = clock.today() - timedelta(9)
        journal.add({"rapport": 4, "promised_days": 5}, company="Acme", date=str(waiting), client="Ann")
        journal.record(journal.add({"rapport": 2}, company="Beta", client="Ann").id, "ghosted")
    found = []
    for path in [*PAGES, "/?example=1", "/journal/1", "/journal/1/edit", "/journal/2", "/journal/2/delete"]:
        page = visit.go(path)
        assert page.evaluate("document.documentElement.lang") == locale[:2], path
        for width in (320, 390):
            page.set_viewport_size({"width": width, "height": 780})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert not page.locator(".journal td").evaluate_all(CUT), (path, width)
        if path == "/journal/1":  # the message to copy is shown whole
            assert page.locator("#message").evaluate("(box) => box.scrollHeight <= box.clientHeight")
        if path in ("/?example=1", "/journal", "/journal/1", "/train"):
            found += [(path, each["id"]) for each in Axe().run(page).response["violations"]]
    tracker = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"Firma,Status,x\nAcme,Warteschleife,1\n"}
    page = visit.go("/journal")
    page.locator(".exchange summary").first.click()
    page.set_input_files("input[type=file]", [tracker])
    with page.expect_navigation():  # with its style
        page.locator("button[formaction='/journal/import/guide']").click()
    expect(page.locator("#column-0")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert box(page, "#column-0")["width"] > 300  # its texts are long
    visit.bad = [text for text in visit.bad if "404" not in text]
    visit.close()
    assert not found


def test_the_language_can_be_chosen_without_scripts(browser, site):
    visit = Visit(browser, site, java_script_enabled=False, locale="de-DE")
    page = visit.go("/weights?sort=name")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie viel jedes Anzeichen zählt")
    expect(page.locator(".weights td[data-label=Intervall]").first).to_have_css("white-space", "nowrap")
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cuánto cuenta cada señal")
    expect(page).to_have_url(re.compile(r"/weights\?sort=name$"))
    visit.close()


def test_what_scripts_write_is_in_the_language_of_the_page(browser, site):
    visit = Visit(browser, site, locale="es-ES")
    page = visit.go("/")
    page.route("**/estimate", lambda route: route.abort())
    choose(page, "rapport", "cold")
    expect(page.locator("#status")).to_contain_text("offerodds no responde")
    visit.bad = [text for text in visit.bad if "ERR_FAILED" not in text]
    visit.close()


def test_on_a_telephone_the_estimate_stays_in_view(browser, site):
    visit = Visit(browser, site, viewport={"width": 360, "height": 640})
    page = visit.go("/")
    page.locator("#notes").scroll_into_view_if_needed()
    assert 0 <= box(page, NUMBER)["y"] < 100
    visit.close()


def test_on_a_telephone_a_link_leads_to_the_reasons_without_scripts(browser, site):
    visit = Visit(browser, site, viewport={"width": 390, "height": 780}, java_script_enabled=False)
    page = visit.go("/?example=1")
    page.get_by_role("link", name="Why?").click()
    assert box(page, NUMBER)["bottom"] <= box(page, ".signs caption")["y"] < 200
    visit.close()


# within the window, in pixels
INSIDE = """(id) => {
    const box = document.getElementById(id).getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
}"""


@pytest.mark.parametrize(("width", "height", "count"), [(1280, 800, 3), (390, 780, 2)])
def test_the_most_telling_questions_are_on_the_first_screen(browser, site, width, height, count):
    visit = Visit(browser, site, viewport={"width": width, "height": height})
    page = visit.go("/")
    telling = [each.signal for each in OfferModel.default().predict({}).unanswered][:count]
    for field in ["stage", *telling]:
        assert page.evaluate(INSIDE, f"q-{field}"), field
    visit.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_choices_are_large_enough_for_a_thumb(browser, site, width):
    visit = Visit(browser, site, viewport={"width": width, "height": 780})
    page = visit.go("/")
    sizes = page.locator(".first .choices label").evaluate_all(
        "(all) => all.map((each) => Math.min(each.offsetHeight, each.offsetWidth))"
    )
    assert len(sizes) > 20
    assert min(sizes) >= 44
    visit.close()


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_telephone_range_and_reasons_are_within_one_screen_of_the_number(browser, site, width):
    visit = Visit(browser, site, viewport={"width": width, "height": 780})
    page = visit.go("/")
    choose(page, "stage", "final")
    choose(page, "self_rating", "very well")
    choose(page, "interviewer_distracted", "yes")
    expect(page.locator("#q-interviewer_distracted .effect")).not_to_be_empty()  # the last estimate is here
    expect(page.locator(".reasons li")).to_have_count(3)
    expect(page.locator(".number span")).to_be_visible()
    expect(page.locator(".number span")).to_contain_text("about ")
    page.evaluate("scrollTo(0, 0)")
    for part in (".number", ".interval", ".reasons"):
        assert 0 <= box(page, part)["top"] < box(page, part)["bottom"] <= 780, part
    visit.close()


def test_on_a_telephone_the_question_stays_under_the_thumb(browser, site):
    visit = Visit(browser, site, viewport={"width": 390, "height": 780})
    page = visit.go("/")
    place = box(page, "#q-self_rating")
    choose(page, "self_rating", "very well")
    expect(page.locator(".reasons li")).to_have_count(1)  # above the question, so the page scrolls
    assert box(page, "#q-self_rating")["y"] == pytest.approx(place["y"], abs=1)
    visit.close()


@pytest.mark.parametrize(("width", "height"), [(390, 780), (320, 780), (640, 400), (320, 256), (1280, 600)])
@pytest.mark.parametrize("trying", [False, True])
def test_what_has_the_focus_is_never_behind_the_number(browser, site, width, height, trying):
    """WCAG 2.2, 2.4.11."""
    visit = Visit(browser, site, viewport={"width": width, "height": height})
    page = visit.go("/")
    choose(page, "stage", "final")
    choose(page, "self_rating", "well")
    expect(page.locator(".reasons li")).to_have_count(2)
    if trying:
        page.get_by_role("button", name="Try other answers").click()
        expect(page.locator(".trial")).to_be_visible()
    page.locator("footer a").focus()
    hidden, seen = [], 0
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        found = page.evaluate(
            """() => {
                const box = document.activeElement.getBoundingClientRect();
                const bar = document.querySelector(".answer");
                const cover = bar.getBoundingClientRect();
                const name = document.activeElement.name || document.activeElement.textContent.trim();
                const behind = !bar.contains(document.activeElement) && box.top < cover.bottom - 1
                    && box.bottom > cover.top + 1 && box.left < cover.right && box.right > cover.left;
                return [name, behind || box.bottom <= 0 || box.top >= innerHeight];
            }"""
        )
        seen += 1
        if found[1]:
            hidden.append(found[0])
        if found[0] == "Skip to content":
            break
    assert seen > 20
    assert not hidden
    visit.close()


def test_a_draft_survives_a_reload_and_other_pages_until_it_is_saved(visit):
    page = visit.go("/")
    choose(page, "self_rating", "well")
    choose(page, "met_team", "yes")
    page.fill("#company", "Acme")
    page.get_by_role("button", name="Try other answers").click()
    choose(page, "self_rating", "badly")
    right = percent(OfferModel.default().predict({"self_rating": "badly", "met_team": "yes"}).probability)
    expect(number(page)).to_have_text(right)

    def expect_draft():
        expect(page.locator('input[name="self_rating"]:checked')).to_have_value("badly")
        expect(page.locator("#q-met_team")).to_be_visible()  # unfolded
        expect(page.locator("#company")).to_have_value("Acme")
        expect(page.get_by_text("You are trying other answers. Nothing here is saved.")).to_be_visible()
        expect(number(page)).to_have_text(right)
        expect(page.locator("#answered")).to_have_text("1")

    page.reload()
    expect_draft()
    page.get_by_role("link", name="Journal").click()
    page.get_by_role("link", name="offerodds").click()
    expect_draft()
    page.get_by_role("button", name="Save interview").click()
    expect(page).to_have_url(re.compile(r"/journal/1\?saved=yes$"))
    page.get_by_role("link", name="offerodds").click()
    expect(page.locator("#company")).to_have_value("")
    expect(page.locator('input[name="self_rating"]:checked')).to_have_value("")


def test_a_draft_outlives_a_save_that_fails(visit):
    page = visit.go("/")
    choose(page, "self_rating", "well")
    page.fill("#company", "A" * 900)
    page.locator("#date").evaluate("(date) => { date.removeAttribute('max'); date.value = '2999-01-01'; }")
    page.get_by_role("button", name="Save interview").click()
    expect(page.locator(".faults")).to_be_visible()
    page.get_by_role("link", name="Journal").click()
    page.get_by_role("link", name="offerodds").click()
    expect(page.locator('input[name="self_rating"]:checked')).to_have_value("well")
    visit.bad = [text for text in visit.bad if "422" not in text]


def test_start_again_clears_the_draft_after_asking(visit):
    page = visit.go("/")
    choose(page, "self_rating", "well")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("link", name="Start again").click()
    expect(page.locator('input[name="self_rating"]:checked')).to_have_value("well")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Start again").click()
    expect(page.locator('input[name="self_rating"]:checked')).to_have_value("")
    page.reload()
    expect(page.locator('input[name="self_rating"]:checked')).to_have_value("")


def test_an_example_leaves_the_draft_alone(visit):
    page = visit.go("/")
    page.fill("#company", "Acme")
    page.get_by_role("link", name="Try an example").click()
    expect(page.locator('input[name="self_rating"]:checked')).to_have_value("well")
    choose(page, "self_rating", "badly")
    page.get_by_role("link", name="Enter your own answers").click()
    expect(page.locator("#company")).to_have_value("Acme")
    expect(page.locator('input[name="self_rating"]:checked')).to_have_value("")


def test_the_printed_form_fits_one_page(visit):
    page = visit.go("/")
    page.evaluate("document.querySelectorAll('.group details').forEach((each) => each.open = true)")
    for field, value in read_form(ROOT / "data" / "examples" / "interview.toml").items():
        control = page.locator(f'input[name="{field}"][value="{value}"]')
        if control.count():
            control.check(force=True)
    expect(page.locator("#e-timeline_given")).to_be_attached()
    paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1


def test_printed_weights_are_a_table_and_printed_pages_have_their_lead(visit):
    page = visit.go("/weights")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(format="A4"))) <= 2
    page.emulate_media(media="print")
    for path in ("/weights", "/score", "/outlook"):
        expect(visit.go(path).locator(".lead")).to_be_visible()
    expect(visit.go("/").locator(".lead").first).to_be_hidden()


def test_forced_colours_mark_the_current_page(browser, site):
    visit = Visit(browser, site, forced_colors="active")
    page = visit.go("/journal")
    line = "(link) => getComputedStyle(link).borderBottomColor"
    current, other = (page.get_by_role("link", name=name, exact=True) for name in ("Journal", "Score"))
    assert current.evaluate(line) != other.evaluate(line)
    visit.close()


def test_two_tabs_train_and_save_at_once_without_loss(visit, tmp_path):
    fill_journal(visit, tmp_path)
    first, second = visit.page, visit.tab()
    first.goto(f"{visit.url}/train")
    second.goto(f"{visit.url}/train")
    first.get_by_role("button", name="Train on the journal").click()
    second.get_by_role("button", name="Train on the journal").click()
    for i in range(3):
        second.goto(f"{visit.url}/")
        choose(second, "rapport", "warm")
        second.fill("#company", f"New {i}")
        second.get_by_role("button", name="Save interview").click()
        expect(second).to_have_url(re.compile(rf"/journal/{15 + i}\?saved=yes$"))
    expect(first.get_by_role("heading", name="Last training")).to_be_visible(timeout=120_000)
    with Journal(tmp_path / "journal.db") as journal:
        assert len(journal) == 17


class _Elsewhere(BaseHTTPRequestHandler):
    """A page on another site that tries to read and to post."""

    target = ""

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(
            f"""<title>waiting</title><form method=post action={self.target}/journal>
            <input name=company value=Mallory></form>
            <iframe src={self.target}/></iframe>
            <script>fetch("{self.target}/api/journal").then((r) => r.text())
            .then(() => document.title = "read", () => document.title = "refused")</script>""".encode()
        )

    def log_message(self, *_):
        pass


def test_a_page_on_another_site_can_neither_read_nor_post_nor_frame(browser, site, tmp_path):
    _Elsewhere.target = site
    server = HTTPServer(("127.0.0.1", 0), _Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_page()
    page.goto(f"http://localhost:{server.server_port}/")
    page.wait_for_function("document.title != 'waiting'")
    assert page.title() == "refused"
    assert all("How did it go" not in frame.content() for frame in page.frames[1:])
    with page.expect_navigation() as navigation:
        page.evaluate("document.forms[0].submit()")
    assert navigation.value.status == 403
    with Journal(tmp_path / "journal.db") as journal:
        assert len(journal) == 0
    page.close()
    server.shutdown()
    server.server_close()


def test_notes_and_names_are_not_sent_with_every_answer(visit):
    page = visit.go("/")
    page.fill("#notes", "long and private")
    page.fill("#company", "Acme")
    with page.expect_request("**/estimate") as sent:
        choose(page, "rapport", "warm")
    assert "rapport=warm" in sent.value.post_data
    assert "private" not in sent.value.post_data
    assert "Acme" not in sent.value.post_data


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [320, 1280])
def test_tried_answers_are_never_saved(browser, site, tmp_path, scripts, width):
    size = {"width": width, "height": 800}
    visit = Visit(browser, site, java_script_enabled=scripts, viewport=size)
    page = visit.go("/")
    choose(page, "self_rating", "badly")
    if not scripts:
        page.get_by_role("button", name="Estimate").last.click()
    page.get_by_role("button", name="Try other answers").click()
    expect(page.get_by_text("You are trying other answers. Nothing here is saved.")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Back to my answers")).to_be_visible()
    choose(page, "self_rating", "very well")
    choose(page, "rapport", "warm")
    expect(page.get_by_text("Only the answers you gave before that are saved.")).to_be_visible()
    page.get_by_role("button", name="Save interview without what you tried").click()
    expect(page).to_have_url(re.compile(r"/journal/1\?saved=yes$"))
    page.goto(f"{visit.url}/journal/1/edit")
    if not scripts:
        page.get_by_role("button", name="Estimate").last.click()
    page.get_by_role("button", name="Try other answers").click()
    choose(page, "self_rating", "well")
    page.get_by_role("button", name="Save corrections without what you tried").click()
    expect(page).to_have_url(re.compile(r"/journal/1\?saved=yes$"))
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.interview(1).answers == {"self_rating": "badly"}
    visit.close()


def test_the_real_answers_survive_back_and_links_within_the_page(visit, tmp_path):
    page = visit.go("/")
    choose(page, "self_rating", "badly")
    page.get_by_role("button", name="Try other answers").click()
    choose(page, "self_rating", "very well")
    page.locator(".next a").first.click()
    expect(page).to_have_url(re.compile("#q-"))
    page.goto(f"{visit.url}/journal")
    page.go_back()
    expect(page.get_by_text("You are trying other answers. Nothing here is saved.")).to_be_visible()
    page.get_by_role("button", name="Save interview").click()
    expect(page).to_have_url(re.compile(r"/journal/1\?saved=yes$"))
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.interview(1).answers == {"self_rating": "badly"}


def test_tried_answers_are_saved_once_adopted(visit, tmp_path):
    page = visit.go("/")
    choose(page, "self_rating", "badly")
    page.get_by_role("button", name="Try other answers").click()
    choose(page, "self_rating", "very well")
    page.get_by_role("button", name="Use these answers").click()
    expect(page.get_by_text("You are trying other answers. Nothing here is saved.")).to_have_count(0)
    page.get_by_role("button", name="Save interview", exact=True).click()
    expect(page).to_have_url(re.compile(r"/journal/1\?saved=yes$"))
    with Journal(tmp_path / "journal.db") as journal:
        assert journal.interview(1).answers == {"self_rating": "very well"}


def test_the_form_of_an_interview_counts_its_waiting_time(visit, tmp_path):
    with Journal(tmp_path / "journal.db") as journal:
        journal.add({"rapport": 4, "promised_days": 7}, date=clock.today() - timedelta(30))
        journal.record(1, "heard-back", clock.today() - timedelta(9))
    page = visit.go("/journal/1/edit")
    choose(page, "rapport", "cold")
    answers = {"rapport": 1, "days_since_interview": 9}
    expect(number(page)).to_have_text(percent(OfferModel.default().predict(answers).probability))
    expect(page.locator("#estimate")).not_to_contain_text("promised")


def test_the_message_is_copied_and_selectable_without_scripts(browser, site, tmp_path):
    with Journal(tmp_path / "journal.db") as book:
        book.add({"rapport": 4}, company="Acme", date=clock.today() - timedelta(12))
    window = Visit(browser, site, permissions=["clipboard-read", "clipboard-write"])
    page = window.go("/journal/1")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("A message to copy").input_value()
    assert "at Acme" in copied
    window.close()
    plain = Visit(browser, site, java_script_enabled=False)
    page = plain.go("/journal/1")
    expect(page.get_by_role("button", name="Copy", exact=True)).to_be_hidden()
    page.get_by_role("button", name="I have sent it").click()
    expect(page.get_by_text("you followed up", exact=True)).to_be_visible()
    plain.close()


def test_the_list_of_faults_has_the_focus_and_leads_to_the_input(browser, site):
    for settings in ({}, {"java_script_enabled": False}):
        window = Visit(browser, site, **settings)
        page = window.go("/")
        page.locator("#company").fill("Acme")
        page.locator("#date").evaluate("input => { input.max = ''; input.value = '2999-01-01'; }")
        page.get_by_role("button", name="Save interview").click()
        expect(page.locator(".faults")).to_be_focused()
        assert page.title().startswith("Error: ")
        page.locator(".faults a").click()
        expect(page.locator("#date")).to_be_focused()
        expect(page.locator("#w-date")).to_contain_text(page.locator(".faults a").inner_text())
        window.bad = [each for each in window.bad if "422" not in each]
        window.close()
