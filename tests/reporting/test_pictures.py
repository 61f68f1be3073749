"""Pictures say in words what they show, escape what they are given, and keep their marks and words apart."""

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from itertools import combinations, pairwise, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers import ROOT
from offerodds import OfferModel
from offerodds.model.outlook import Outlook
from offerodds.model.prediction import Prediction
from offerodds.model.silence_curve import SilencePoint, predict_silence
from offerodds.reporting.axis_scales import OddsInterval, odds_limits, offer_bars
from offerodds.reporting.html.calibration_curve import reliability_curve
from offerodds.reporting.html.forest_plot import odds_axis, odds_row, signed_bar
from offerodds.reporting.html.forest_plot import x_of as x_of_ratio
from offerodds.reporting.html.hundred_people import hundred_people
from offerodds.reporting.html.markup import (
    GAP,
    PAINTS,
    Label,
    escape,
    line,
    picture,
    place_labels,
    tag,
    width_of,
)
from offerodds.reporting.html.offer_histogram import offers_histogram
from offerodds.reporting.html.probability_scale import probability_scale, x_of
from offerodds.reporting.html.silence_curve import silence_curve
from offerodds.reporting.html.waterfall import waterfall_bar, waterfall_mark
from offerodds.reporting.number_format import whole_percent
from offerodds.training.evaluation.calibration import Band

MODEL = OfferModel.default()
HOSTILE = "</title><script>alert(1)</script>\" onload='x' & \x00\ud800\u202e"
SHARES = st.floats(0, 1)
RATIOS = st.floats(0, 1e12)
WIDEST = 320


def _prediction(p, low, high, base):
    return Prediction(p, low, high, 0.9, base, 1.0, (), ())


def _outlook(distribution, n=9, expected=2.0, low=0, high=5):
    return Outlook(n, 0.8, 0.8, expected, low, high, 0.9, tuple(distribution), 0.9, 1)


def _moments(high, last=42):
    return [
        SilencePoint(d, high * 0.5 ** (1 + d / 20), high * 0.1 ** (1 + d / 20), high * 0.9 ** (d / 9))
        for d in range(last)
    ]


def _bands(*shares, n=10):
    return tuple(Band(p, min(1, p + 0.05), n + i, p, p / 2, p / 4, (1 + p) / 2) for i, p in enumerate(shares))


PREDICTIONS = [
    _prediction(p, p * spread_, p + (1 - p) * (1 - spread_), base)
    for p, base, spread_ in product((0.001, 0.01, 0.3, 0.5, 0.99, 0.999), (0.01, 0.3, 0.5, 0.99), (0.1, 0.99))
]
SCALES = [probability_scale(p) for p in PREDICTIONS]
SCALES += [probability_scale(p, before=PREDICTIONS[i * 7 % 48]) for i, p in enumerate(PREDICTIONS)]
SILENCES = [
    silence_curve(_moments(high, last), waited=waited, promised=promised)
    for high, last, waited, promised in product(
        (0.03, 0.35, 1.0), (2, 45, 400), (0, 9, 44, 999), (None, 0, 3, 44, 500)
    )
]
RELIABILITIES = [reliability_curve(t) for t in ((), _bands(0.0, 1.0), _bands(*[i / 100 for i in range(10)]))]
RELIABILITIES += [reliability_curve(_bands(0.3, 0.6, n=1_234_567))]
LAWS = [
    (1.0,),
    (0.999, 0.001),
    (0.001, 0.999),
    [1 / 7] * 7,
    [1 / 8] * 8,
    [0.0] * 99 + [0.5, 0.5],
    [1 / 501] * 501,
]
OUTLOOKS = [offers_histogram(_outlook(law)) for law in LAWS]
OUTLOOKS += [
    offers_histogram(_outlook((), n, n * share, low, high))
    for n, share, low, high in ((600, 0.001, 0, 0), (600, 0.5, 299, 301), (10**6, 0.9, 10**5, 999_999))
]
CHANCES = [0, 0.001, 0.005, 0.01, 0.25, 0.36, 0.99, 0.994, 0.996, 1]
LARGE = {
    "scale": SCALES,
    "people": [hundred_people(chance) for chance in CHANCES],
    "silence": SILENCES,
    "reliability": RELIABILITIES,
    "outlook": OUTLOOKS,
}
AXES = [odds_axis((1 / limit, limit)) for limit in (1.5, 2, 3, 4, 5, 10, 100, 1000)]
ROWS = [
    odds_row(OddsInterval(r, r / 3, r * 3, prior), (0.25, 4.0))
    for r in (0.001, 0.3, 1, 99)
    for prior in (None, 1, 50)
]
STEPS = [waterfall_bar(start, end, (20, 50)) for start, end in ((20, 50), (50, 20), (30, 30), (30, 31))]
STEPS += [
    waterfall_mark(at, (20, 50), is_average=is_average) for at in (20, 50) for is_average in (True, False)
]
SMALL = [*AXES, *ROWS, *STEPS, *(signed_bar(share) for share in (-1, -0.5, -0.001, 0, 0.001, 1))]


def _numbers(element):
    """Return the horizontal and the vertical places of an element's marks."""
    get = {name: float(value) for name, value in element.attrib.items() if re.fullmatch(r"-?[\d.]+", value)}
    if element.tag == "circle":
        return [get["cx"] - get["r"], get["cx"] + get["r"]], [get["cy"] - get["r"], get["cy"] + get["r"]]
    if element.tag == "rect":
        return [get["x"], get["x"] + get["width"]], [get["y"], get["y"] + get["height"]]
    if element.tag == "line":
        return [get["x1"], get["x2"]], [get["y1"], get["y2"]]
    found = [float(number) for number in re.findall(r"-?[\d.]+", element.get("d", ""))]
    return found[::2], found[1::2]


def assert_inside(svg):
    root = ET.fromstring(svg)
    _, _, width, height = map(float, root.get("viewBox").split())
    for element in root.iter():
        across, down = _numbers(element)
        assert all(-0.01 <= x <= width + 0.01 for x in across), ET.tostring(element)
        assert all(-0.01 <= y <= height + 0.01 for y in down), ET.tostring(element)


def _described(svg):
    root = ET.fromstring(svg)
    title, desc = root.find("title"), root.find("desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == desc.get("id")
    assert list(root.iter("text")) == list(root.find("g").iter("text"))
    assert root.find("g").get("aria-hidden") == "true"
    return title.text, desc.text


@pytest.mark.parametrize("kind", LARGE)
def test_a_large_picture_has_a_name_and_a_description_and_hides_its_text(kind):
    for svg in LARGE[kind]:
        title, desc = _described(svg)
        assert len(title) > 10
        assert re.search(r"\d|Too few", desc)


def test_a_small_picture_is_hidden_from_screen_readers():
    for svg in SMALL:
        root = ET.fromstring(svg)
        assert root.get("aria-hidden") == "true"
        assert root.get("focusable") == "false"


def test_descriptions_give_the_figures():
    now, before = _prediction(0.36, 0.08, 0.77, 0.32), _prediction(0.5, 0.2, 0.8, 0.32)
    assert _described(probability_scale(now, before=before)) == (
        "Chance of an offer",
        "From 50% before to 36%, probably between 8% and 77% (90% interval). "
        "The average for interviews like this is 32%.",
    )
    moments = predict_silence(MODEL, {"stage": "final"}, range(43))
    _, desc = _described(silence_curve(moments, waited=1, promised=14))
    assert desc.startswith("32% today, after 1 day without news, probably between 9% and 65%. ")
    assert desc.endswith("From 32% at the start to 7% after 42 days. An answer was promised by day 14.")
    _, desc = _described(reliability_curve(_bands(0.2, 0.6)))
    assert desc == "Of interviews predicted at 20%, 1 of 10 ended in an offer; predicted at 60%, 3 of 11."
    _, desc = _described(offers_histogram(_outlook([0.36, 0.48, 0.16])))
    assert desc == (
        "2.0 offers expected from 9 pending interviews, probably 0 to 5 (90% interval). "
        "No offer: 36%; 1: 48%; 2: 16%."
    )


def _all():
    return [*(svg for kind in LARGE.values() for svg in kind), *SMALL]


def test_no_element_that_a_strict_content_policy_refuses():
    for svg in _all():
        for element in ET.fromstring(svg).iter():
            assert element.tag not in ("style", "script", "a", "image", "use", "foreignObject")
            assert not [name for name in element.attrib if name in ("style", "href") or name[:2] == "on"]
        assert "url(" not in svg


def test_every_colour_is_that_of_the_text_or_one_that_the_page_sets():
    sheet = (ROOT / "web" / "static" / "style.css").read_text(encoding="utf-8")
    for svg in _all():
        for colour in re.findall(r' (?:fill|stroke)="([^"]*)"', svg):
            variable = re.fullmatch(r"var\((--pic-\w+),(?:currentColor|none)\)", colour)
            assert colour in ("none", "currentColor") or f"{variable[1]}:" in sheet


def test_every_shape_and_text_is_painted_and_every_paint_is_used():
    used = set()
    for svg in _all():
        for element in ET.fromstring(svg).iter():
            if element.tag in ("path", "rect", "circle"):
                assert {"fill", "stroke"} & set(element.attrib)
                used.add(tuple(sorted(item for item in element.items() if item[0][:4] in ("fill", "stro"))))
    painted = (re.findall(r' ((?:fill|stroke)[\w-]*)="([^"]*)"', line(0, 0, 0, 0, paint)) for paint in PAINTS)
    assert used == {tuple(sorted(each)) for each in painted}


def test_the_sheet_of_the_page_has_a_size_for_every_kind_of_picture():
    sheet = (ROOT / "web" / "static" / "style.css").read_text(encoding="utf-8")
    used = {ET.fromstring(svg).get("class") for svg in _all()}
    assert used == set(re.findall(r"\.(pic[\w-]*)", sheet))


def test_texts_are_escaped():
    svg = picture(1, title=HOSTILE, desc=HOSTILE)
    assert "<script" not in svg
    assert all("alert(1)" in text for text in _described(svg))
    assert tag("g", id=HOSTILE.replace("\x00\ud800", "")).count('"') == 2
    assert not {"\x00", "\u202e", "\ud800"} & set(escape(HOSTILE))
    assert svg.__html__() is svg


def test_pictures_with_other_words_have_other_ids():
    ids = {}
    for svg in [each for kind in LARGE.values() for each in kind]:
        name = ET.fromstring(svg).find("title").get("id")
        assert re.fullmatch(r"[a-z][\w-]*", name, re.ASCII)
        assert ids.setdefault(name, _described(svg)) == _described(svg)
    assert len(ids) > 50


def test_a_curve_of_one_moment_is_refused():
    with pytest.raises(ValueError, match="at least two moments, not 1"):
        silence_curve([SilencePoint(0, 0.1, 0, 0.2)], waited=0)


def test_a_picture_is_deterministic():
    assert probability_scale(PREDICTIONS[3]) == probability_scale(replace(PREDICTIONS[3]))


@pytest.mark.parametrize("kind", LARGE)
def test_marks_lie_inside_awkward_pictures(kind):
    for svg in LARGE[kind]:
        assert_inside(svg)


@given(SHARES, SHARES, SHARES, SHARES, SHARES)
def test_marks_lie_inside_any_scale(p, low, high, base, before):
    low, high = sorted((low, high))
    assert_inside(probability_scale(_prediction(p, low, high, base)))
    earlier = _prediction(before, low, high, base)
    assert_inside(probability_scale(_prediction(p, low, high, base), before=earlier))


@given(RATIOS, RATIOS, RATIOS, st.none() | RATIOS)
def test_marks_lie_inside_any_row_of_odds(ratio, low, high, prior):
    odds = OddsInterval(ratio, min(low, high), max(low, high), prior)
    assert_inside(odds_row(odds, odds_limits([odds])))
    assert_inside(odds_row(odds, (0.5, 2.0)))


@given(
    st.lists(st.tuples(SHARES, SHARES, SHARES), min_size=2), st.floats(0, 500), st.none() | st.floats(0, 500)
)
def test_marks_lie_inside_any_silence(shares, waited, promised):
    moments = [SilencePoint(day, *shares) for day, shares in enumerate(shares)]
    assert_inside(silence_curve(moments, waited=waited, promised=promised))


@given(st.lists(st.tuples(SHARES, SHARES, st.integers(5, 10**7)), max_size=10))
def test_marks_lie_inside_any_reliability(bands):
    table = [Band(min(a, b), max(a, b), n, a, b, b / 2, (1 + b) / 2) for a, b, n in bands]
    assert_inside(reliability_curve(table))


@given(st.floats(-1, 1))
def test_marks_lie_inside_any_bar(share):
    assert_inside(signed_bar(share))


def _dashes(path):
    """Count the dashes of a path that begin within its lines."""
    pattern = [float(each) for each in path.get("stroke-dasharray").split()]
    count = 0
    for x1, x2 in re.findall(r"M([\d.]+) [\d.]+L([\d.]+)", path.get("d")):
        place, i = float(x1), 0
        while place < float(x2) - 0.01:
            count += i % 2 == 0
            place, i = place + pattern[i % len(pattern)], i + 1
    return count


@given(SHARES)
def test_as_many_people_are_filled_as_the_percentage_says(chance):
    drawn = dict.fromkeys(("person body", "person head", "other body", "other head"), 0)
    for path in ET.fromstring(hundred_people(chance)).findall("g/path"):
        for part in drawn:
            paint = ET.fromstring(line(0, 0, 0, 0, part)).attrib | {"d": path.get("d")}
            drawn[part] += _dashes(path) if paint == path.attrib else 0
    n = whole_percent(chance)
    assert drawn == {"person body": n, "person head": n, "other body": 100, "other head": 100}


@given(st.integers(0, 100), st.integers(0, 100))
def test_a_step_of_the_waterfall_is_as_long_as_its_points(start, end):
    svg = ET.fromstring(waterfall_bar(start, end, (0, 100)))
    bars = svg.findall("rect")
    assert len(bars) == (start != end)
    for bar in bars:
        assert float(bar.get("width")) == pytest.approx(1.4 * abs(end - start), abs=0.02)
        assert bar.get("fill") == PAINTS["for" if end > start else "against"]["fill"]
    assert_inside(waterfall_bar(start, end, (0, 100)))


@given(st.lists(st.floats(0.001, 1), min_size=1, max_size=501))
@example([0.999, 0.001])
def test_bars_of_offers_are_few_add_up_and_lie_inside(weights):
    law = [weight / math.fsum(weights) for weight in weights]
    bars = offer_bars(law)
    assert len(bars) <= 7
    assert math.fsum(bar.probability for bar in bars) == pytest.approx(1)
    assert_inside(offers_histogram(_outlook(law)))


@given(SHARES, SHARES)
def test_a_larger_probability_lies_further_right(a, b):
    low, high = sorted((a, b))
    assert x_of(low) <= x_of(high)
    drawn = [probability_scale(_prediction(p, 0, 1, 0.3)) for p in (low, high)]
    left, right = [float(ET.fromstring(svg).find("g/circle").get("cx")) for svg in drawn]
    assert left <= right
    assert (left < right) or high - low < 0.001


@given(RATIOS, RATIOS)
def test_larger_odds_lie_further_right(a, b):
    low, high = sorted((a, b))
    assert x_of_ratio(low, (0.25, 4.0)) <= x_of_ratio(high, (0.25, 4.0))


@given(st.floats(0.001, 1), st.floats(0.001, 1))
def test_a_larger_share_has_a_longer_bar_on_its_own_side(a, b):
    low, high = sorted((a, b))
    for sign in (1, -1):
        bars = [ET.fromstring(signed_bar(sign * share)).find("rect") for share in (low, high)]
        assert float(bars[0].get("width")) <= float(bars[1].get("width"))
        assert all(bar.get("fill") == PAINTS["for" if sign > 0 else "against"]["fill"] for bar in bars)


@given(st.lists(st.builds(OddsInterval, RATIOS, RATIOS, RATIOS, st.none() | RATIOS), max_size=40))
def test_limits_include_every_odds_ratio_up_to_a_thousand(rows):
    low, high = odds_limits(rows)
    assert low == pytest.approx(1 / high)
    assert all(low <= row.ratio <= high for row in rows if 0.001 <= row.ratio <= 1000)


def test_an_interval_that_goes_on_ends_in_an_arrow():
    assert odds_row(OddsInterval(1, 0.1, 9), (0.25, 4.0)).count("Z") == 2
    assert odds_row(OddsInterval(1, 0.25, 4), (0.25, 4.0)).count("Z") == 0


@given(
    st.lists(
        st.builds(
            Label, st.floats(0, WIDEST), st.sampled_from(["36%", "under 1%", "average 30%"]), st.just("plain")
        ),
        max_size=3,
    )
)
def test_labels_of_a_row_never_overlap(labels):
    places = place_labels(labels)
    ends = sorted(
        (x - width_of(label.text) / 2, x + width_of(label.text) / 2)
        for x, label in zip(places, labels, strict=True)
    )
    assert all(right + GAP <= left + 1e-6 for (_, right), (left, _) in pairwise(ends))
    assert all(left >= 2 - 1e-6 and right <= WIDEST - 2 + 1e-6 for left, right in ends)


@pytest.mark.parametrize("rounding", [-1e-13, 0.0, 1e-13])
def test_labels_of_one_place_keep_their_order_whatever_the_rounding(rounding):
    before, now = place_labels([Label(160.0, "before 36%"), Label(160.0 + rounding, "36%")])
    assert before < now


BOXES = """() => [...document.querySelectorAll('svg')].map(svg => [
  [svg.viewBox.baseVal.width, svg.viewBox.baseVal.height],
  [...svg.querySelectorAll('text')].map(text => {
    const box = text.getBBox();
    return [box.x, box.y, box.x + box.width, box.y + box.height, text.textContent];
  })])"""


@pytest.mark.parametrize("font", ["DejaVu Sans", "system-ui, sans-serif"])
@pytest.mark.parametrize("kind", [*LARGE, "axis"])
def test_words_neither_overlap_nor_leave_the_picture_in_a_browser(browser, kind, font):
    pictures = LARGE.get(kind, AXES)
    page = browser.new_page(viewport={"width": 320, "height": 700})
    page.set_content(f"<style>body {{ margin: 0; font-family: {font} }}</style>" + "".join(pictures))
    drawn = page.evaluate(BOXES)
    page.close()
    assert len(drawn) == len(pictures)
    for (width, height), boxes in drawn:
        for x1, y1, x2, y2, text in boxes:
            assert min(x1, y1) >= -0.1, text
            assert (x2, y2) <= (width + 0.1, y2), text
            assert y2 <= height + 0.1, text
        for a, b in combinations(boxes, 2):
            apart = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
            assert apart, (a, b)


def test_a_picture_takes_the_colour_of_the_text_and_those_that_the_page_sets(browser):
    page = browser.new_page()
    page.set_content(f"<body style='color: rgb(1, 2, 3)'>{signed_bar(1)}{signed_bar(-1)}")
    seen = """() => [...document.querySelectorAll('rect')].map((bar) => {
      const style = getComputedStyle(bar);
      return [style.fill, style.stroke];
    })"""
    ink, other = "rgb(1, 2, 3)", "rgb(4, 5, 6)"
    assert page.evaluate(seen) == [[ink, "none"], ["none", ink]]
    page.evaluate("document.body.style.setProperty('--pic-accent', 'rgb(4, 5, 6)')")
    assert page.evaluate(seen) == [[other, "none"], ["none", ink]]
    page.close()
