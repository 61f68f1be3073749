"""Displays fit their texts, draw the right numbers, and leave no state behind."""

import math
import re
import sys
from dataclasses import replace
from functools import cache, lru_cache
from itertools import product

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from figure_text import text_faults, texts_of
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression

from helpers import CATALOGUE, ROOT
from offerodds import (
    AnswerError,
    Catalogue,
    ContributionDisplay,
    LearningCurveDisplay,
    MissingExtraError,
    OfferClassifier,
    OfferModel,
    OutlookDisplay,
    ReliabilityDisplay,
    SilenceDisplay,
    WeightsDisplay,
    simulate,
    train,
)
from offerodds.data.answers.fields import valid_answers
from offerodds.data.answers.observations import observe_frame
from offerodds.data.language import use_language
from offerodds.model.outlook import outlook
from offerodds.model.posterior import Posterior
from offerodds.model.silence_curve import predict_silence
from offerodds.plotting.learning_curve import line_styles
from offerodds.training.evaluation.calibration import reliability

FORM = ROOT / "data" / "examples" / "interview.toml"
COUNTS = (1, 2, 5, 12, 20, 33)
MODELS = ("default", "trained", "own trained")
CASES = [
    *product(MODELS, COUNTS, ["own figure"]),
    *product(MODELS, (1, 33), ["small"]),
    *product(["own", "separated"], [33], ["own figure", "small", "beside"]),
]
GROUPS = ("候補者の話と会社の雰囲気についての長い見出し", "Gespräch über Überstunden & $x_1$", "a_b$c")
LEVELS = (
    "überhaupt nicht und in keiner Weise so wie es besprochen worden war",
    "とても良い印象でした",
    "x" * 60,
)


@pytest.fixture(autouse=True)
def _closed():
    yield
    plt.close("all")


def _own_catalogue():
    """Make 33 signs whose names have 60 characters, half of them one word, in groups of many scripts."""
    signals = []
    for i in range(33):
        name = f"{'wort_und_' * 6}nr_{i:02}" if i % 2 else f"{'langeswort' * 5}{i:02}"
        kind = ({"kind": "yes_no"}, {"kind": "choice", "levels": list(LEVELS), "values": [0, 1, 2]})[i % 2]
        basis = {"direction": ("favourable", "unfavourable", "unknown")[i % 3]}
        signals.append({"id": name, "question": "Wie war es?", "group": GROUPS[i // 11], **kind, **basis})
    fields = CATALOGUE.to_dict()["fields"]
    return Catalogue.from_dict({"base_rate": 0.3, "fields": fields, "signals": signals})


@cache
def _model(name):
    catalogue = _own_catalogue() if name.startswith("own") else CATALOGUE
    model = OfferModel.default(catalogue=catalogue)
    if name.endswith("trained"):
        return train(simulate(40, model=model, seed=3), prior=model).model
    if name == "separated":
        table = {"met_team": ["yes", "no"] * 4, "rapport": [5, 1] * 4, "outcome": ["offer", "no"] * 4}
        trained = train(table, prior=model).model
        spread = np.ones(trained.posterior.mean.size)
        spread[[3, 9, 20]] = 60.0  # intervals that reach beyond any axis
        return replace(
            trained,
            posterior=Posterior(
                trained.posterior.mean, trained.posterior.covariance * np.outer(spread, spread)
            ),
        )
    return model


def _answers(model, n):
    """Answer the first n signs with the last level or yes."""
    found = {}
    for signal in model.catalogue.signals[:n]:
        for field in signal.of or (signal.id,):
            question = model.catalogue.questions[field]
            found[field] = (
                question.levels[-1]
                if question.levels
                else {"yes_no": "yes", "scale": 5}.get(question.kind, 40)
            )
        if signal.kind == "rate":
            found[signal.id] = 4
    return found


@cache
def _outlook(name, n):
    model, frame = _model(name), {"rapport": [1 + i % 5 for i in range(n)]}
    return outlook(model.score(observe_frame(model.catalogue, frame)), model.posterior)


@cache
def _prediction(name, n, waiting=False):
    model = _model(name)
    answers = _answers(model, n) | ({"days_since_interview": 9, "stage": "final"} if waiting else {})
    return model.predict(valid_answers(model.catalogue, answers))


@cache
def _table(name, n):
    return simulate(n, model=_model(name), seed=5)


def _axes(place):
    if place == "own figure":
        return None
    if place == "small":
        return Figure(figsize=(4.4, 3.4)).subplots()
    return Figure(figsize=(9, 4.2), layout="constrained").subplots(1, 2)[1]


def _with_agg(figure):
    return figure if hasattr(figure.canvas, "buffer_rgba") else FigureCanvasAgg(figure).figure


def _drawn(display):
    return _with_agg(display.ax_.get_figure(root=True))


@lru_cache(maxsize=1)
def _words(display, dpi):
    return texts_of(_drawn(display))


def _check_fit(display):
    figure = _drawn(display)
    assert text_faults(figure, _words(display, figure.dpi)) == []
    return display


def _text_of(display):
    words = _words(display, _drawn(display).dpi)
    return " ".join(" ".join(text.get_text().split()) for text, _ in words)


@pytest.mark.parametrize(("name", "n", "place"), CASES)
def test_words_of_weights_fit(name, n, place):
    model = _model(name)
    display = _check_fit(WeightsDisplay.from_model(model, signals=model.catalogue.ids[:n], ax=_axes(place)))
    if place == "own figure":
        assert len(display.rows_) == n
    assert len(display.rows_) == n or f"{n - len(display.rows_)} sign" in _text_of(display)


@pytest.mark.parametrize(("name", "n", "place"), CASES)
def test_words_of_contributions_fit(name, n, place):
    model = _model(name)
    prediction = _prediction(name, n, waiting=True)
    _check_fit(
        ContributionDisplay.from_prediction(prediction, catalogue=model.catalogue, most=n, ax=_axes(place))
    )


@pytest.mark.parametrize("dpi", [72, 200])
@pytest.mark.parametrize("place", ["own figure", "small"])
@pytest.mark.parametrize("name", ["trained", "own"])
def test_words_fit_at_other_resolutions_than_the_one_drawn_for(name, place, dpi):
    model, prediction = _model(name), _prediction(name, 33)
    for display in (
        WeightsDisplay.from_model(model, ax=_axes(place)),
        ContributionDisplay.from_prediction(prediction, catalogue=model.catalogue, ax=_axes(place)),
    ):
        _drawn(display).set_dpi(dpi)
        _check_fit(display)


@pytest.mark.parametrize(
    ("waited", "promised", "place"),
    [
        *product((None, 0, 9, 200), (None, 7, 70), ["own figure"]),
        *product((9, 12), [12], ["small", "beside"]),
    ],
)
@pytest.mark.parametrize("name", ["default", "own trained"])
def test_words_of_silence_fit(name, waited, promised, place):
    answers = {"stage": "final", "days_since_interview": waited, "promised_days": promised}
    _check_fit(SilenceDisplay.from_model(_model(name), answers, ax=_axes(place)))


@pytest.mark.parametrize("place", ["own figure", "small", "beside"])
@pytest.mark.parametrize("n", [0, 1, 3, 12, 60, 900])
def test_words_of_the_outlook_fit(n, place):
    found = _outlook("default", n)
    display = _check_fit(OutlookDisplay.from_outlook(found, ax=_axes(place)))
    if 0 < n < 500:
        heights = [bar.get_height() for bar in display.ax_.patches]
        assert sum(heights) == pytest.approx(1, abs=1e-5)
        assert heights[0] == pytest.approx(found.distribution[0])


@pytest.mark.parametrize("place", ["own figure", "small", "beside"])
@pytest.mark.parametrize(
    ("name", "n"), [*product([*MODELS, "separated"], [60]), ("default", 3), ("default", 400)]
)
def test_words_of_reliability_fit(name, n, place):
    display = _check_fit(ReliabilityDisplay.from_model(_model(name), _table(name, n), ax=_axes(place)))
    assert ("few outcomes" in _text_of(display)) == (n < 5)


def _losses(methods, sizes=(0, 5, 10, 20, 50, 100, 300, 1000)):
    rows = [
        (n, method, 0.7 - 0.02 * i * math.log1p(n) / 7 + 0.001 * repetition)
        for n in sizes
        for i, method in enumerate(methods)
        for repetition in (0, 1)
    ]
    return pd.DataFrame(rows, columns=["n", "method", "loss"])


@pytest.mark.parametrize("place", ["own figure", "small", "beside"])
@pytest.mark.parametrize(
    "methods", [["ours"], ["ours", "a_b$c$", "候補", LEVELS[0]], [f"method {i}" for i in range(14)]], ids=len
)
def test_words_of_learning_curves_fit(methods, place):
    _check_fit(LearningCurveDisplay.from_losses(_losses(methods), highlight=methods[0], ax=_axes(place)))


def test_names_of_curves_with_the_same_end_do_not_overlap():
    losses = _losses([f"method {i}" for i in range(9)]).assign(loss=0.6)
    _check_fit(LearningCurveDisplay.from_losses(losses))


def test_the_check_of_words_can_fail():
    figure = Figure(figsize=(4, 3))
    axes = figure.subplots()
    assert text_faults(_with_agg(figure)) == []
    first = axes.text(0.5, 0.5, "one")
    axes.text(0.52, 0.5, "two")
    assert text_faults(figure) == ["overlap: 'one' and 'two'"]
    first.set_position((0.1, 0.9))
    assert text_faults(figure) == []
    beyond = figure.text(0.95, 0.95, "beyond the edge")
    assert text_faults(figure) == ["cut: 'beyond the edge'"]
    beyond.remove()
    axes.set_title("short", fontsize=6)
    assert text_faults(figure) == ["small: 'short'"]
    first.set_visible(False)
    axes.set_title("")
    assert text_faults(figure) == []


def test_weights_drawn_are_those_of_the_model():
    model = _model("trained")
    display = WeightsDisplay.from_model(model, level=0.8)
    expected = model.weights(0.8)
    prior = OfferModel.default().weights(0.8)
    order = [display.rows_.index(signal) for signal in expected["signal"]]
    marks = [line for line in display.ax_.lines if line.get_marker() == "o"]
    before = [line for line in display.ax_.lines if line.get_marker() == "D"]
    assert _first_x(marks)[order] == pytest.approx(expected["odds_ratio"])
    assert _first_x(before)[order] == pytest.approx(expected["prior_odds_ratio"])
    low, high = display.ax_.get_xlim()
    for dashes, table in (("-", expected), ("--", prior)):
        spans = [line.get_xdata() for line in display.ax_.lines if _is_interval(line, dashes)]
        ends = np.array(spans)[order]
        assert ends[:, 0] == pytest.approx(np.maximum(table["low"], low))
        assert ends[:, 1] == pytest.approx(np.minimum(table["high"], high))
    beyond = (expected["high"] > high).sum() + (prior["high"] > high).sum()
    assert sum(line.get_marker() == ">" for line in display.ax_.lines) == beyond


def _first_x(lines):
    return np.array([line.get_xdata()[0] for line in lines])


def _is_interval(line, dashes):
    return line.get_linestyle() == dashes and line.get_marker() == "None" and np.ptp(line.get_ydata()) == 0


def test_unknown_intervals_of_a_prior_are_left_out():
    once = _model("trained")
    twice = train(simulate(30, seed=9), prior=once).model
    display = WeightsDisplay.from_model(twice)
    assert display.weights["prior_low"].isna().all()
    assert not [line for line in display.ax_.lines if _is_interval(line, "--")]


def test_effects_that_were_not_measured_are_hollow_and_labelled():
    display = WeightsDisplay.from_model(OfferModel.default(), signals=["rapport", "candidate_closing"])
    marks = [line for line in display.ax_.lines if line.get_marker() == "o"]
    assert [line.get_markerfacecolor() == "white" for line in marks] == [False, True]
    assert "none found" in _text_of(display)


def test_signs_are_shown_in_the_order_requested_and_unknown_ones_refused():
    model = OfferModel.default()
    assert WeightsDisplay.from_model(model, signals=["rapport", "feedback_given", "rapport"]).rows_ == [
        "rapport",
        "feedback_given",
    ]
    with pytest.raises(AnswerError, match=r"raport.*rapport"):
        WeightsDisplay.from_model(model, signals=["raport"])
    with pytest.raises(AnswerError, match="no sign"):
        WeightsDisplay.from_model(model, signals=[])
    with pytest.raises(AnswerError, match="not a list of signs"):
        WeightsDisplay.from_model(model, signals="rapport")


def test_steps_lead_from_the_base_rate_to_the_probability():
    model = _model("trained")
    answers = valid_answers(model.catalogue, _answers(model, 33) | {"days_since_interview": 9})
    prediction = model.predict(answers)
    display = ContributionDisplay.from_prediction(prediction, catalogue=model.catalogue, most=6)
    steps = display.steps()
    assert steps[0].start == pytest.approx(_logit(prediction.base_rate))
    assert steps[-1].end == pytest.approx(_logit(prediction.probability), abs=1e-9)
    assert [step.end for step in steps[:-1]] == [step.start for step in steps[1:]]
    left_out = len(prediction.contributions) - 6
    assert steps[-1].sign == f"{left_out} smaller signs"
    bars = display.ax_.patches
    assert [bar.get_width() for bar in bars] == pytest.approx([step.end - step.start for step in steps])
    assert [bool(bar.get_hatch()) for bar in bars] == [step.end < step.start for step in steps]
    largest = max(prediction.contributions, key=lambda each: abs(each.log_odds))
    assert steps[0].high - steps[0].start == pytest.approx(largest.high)


def test_an_interval_that_ends_at_certainty_goes_on_beyond_the_axes():
    prediction = OfferModel.default().predict({"rapport": 4})
    display = _check_fit(ContributionDisplay.from_prediction(replace(prediction, low=0.0, high=1.0)))
    tips = {line.get_marker(): line.get_xdata()[0] for line in display.ax_.lines}
    assert (tips["<"], tips[">"]) == display.ax_.get_xlim()


def _logit(p):
    return math.log(p / (1 - p))


def test_the_silence_is_solid_to_today_and_dashed_from_then_on():
    model, answers = OfferModel.default(), {"rapport": 4, "promised_days": 12}
    display = SilenceDisplay.from_model(model, answers | {"days_since_interview": 9.5}, days=40, level=0.8)
    solid, dashed = (
        next(
            line for line in display.ax_.lines if line.get_linewidth() > 2 and line.get_linestyle() == dashes
        )
        for dashes in ("-", "--")
    )
    assert (solid.get_xdata()[0], solid.get_xdata()[-1]) == (0, 9.5)
    assert (dashed.get_xdata()[0], dashed.get_xdata()[-1]) == (9.5, 40)
    for line in (solid, dashed):
        expected = [moment.probability for moment in predict_silence(model, answers, line.get_xdata())]
        assert line.get_ydata() == pytest.approx(expected)
    assert display.today.low == pytest.approx(predict_silence(model, answers, [9.5], 0.8)[0].low)


def test_reliability_has_the_bands_and_counts_of_known_outcomes():
    table = simulate(300, seed=4)
    table.loc[:9, "outcome"] = "pending"
    model = OfferModel.default()
    p = model.predict_proba(table.drop(columns="outcome"))[10:, 1]
    y = table["outcome"][10:].eq("offer").to_numpy(float)
    display = ReliabilityDisplay.from_model(model, table)
    bands = reliability(p, y)
    dots = next(line for line in display.ax_.lines if line.get_marker() == "o")
    assert dots.get_xdata() == pytest.approx([band.expected for band in bands])
    assert dots.get_ydata() == pytest.approx([band.observed for band in bands])
    spans = [line.get_ydata() for line in display.ax_.lines if line.get_marker() == "_"]
    assert np.array(spans) == pytest.approx(
        np.array([(band.observed_low, band.observed_high) for band in bands])
    )
    assert sum(bar.get_height() for bar in display.axes_[1].patches) == 290
    same = ReliabilityDisplay.from_predictions(y, p, name="ours")
    assert same.bands == display.bands
    assert same.ax_.get_title(loc="left").startswith("ours: ")
    with pytest.raises(AnswerError, match="2 faults"):
        ReliabilityDisplay.from_predictions([1, 0], [0.2, 0.4, 1.4])
    with pytest.raises(AnswerError, match="not a chance"):
        ReliabilityDisplay.from_predictions([1, 0], ["high", "low"])


def test_learning_curves_are_means_without_incomplete_repetitions():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(80, 2))
    y = (x[:, 0] + rng.logistic(size=80) > 0).astype(int)
    estimators = {
        "ours": OfferClassifier(prior_mean=[0.5, 0], base_rate=0.5, classes=(0, 1)),
        "other": LogisticRegression(),
    }
    settings = {"sizes": [0, 1, 40], "repeats": 4}
    display = LearningCurveDisplay.from_estimators(estimators, x, y, highlight="ours", **settings)
    mean = display.losses.groupby(["n", "method"])["loss"].mean()
    assert display.mean.loc[40, "other"] == pytest.approx(mean[40, "other"])
    assert display.mean["other"].isna().tolist() == [True, True, False]
    assert np.isfinite(display.mean["ours"]).all()
    once = pd.DataFrame({"n": [5, 5, 9], "method": "other", "loss": [0.6, np.nan, 0.5]})
    assert LearningCurveDisplay.from_losses(once).mean["other"].isna().tolist() == [True, False]
    again = LearningCurveDisplay.from_estimators(estimators, x, y, **settings)
    assert again.losses.equals(display.losses)
    with pytest.raises(AnswerError, match="did you mean `ours`"):
        LearningCurveDisplay.from_losses(display.losses, highlight="our")
    with pytest.raises(AnswerError, match="2 faults"):
        LearningCurveDisplay.from_losses(display.losses[["n", "repetition"]])
    with pytest.raises(AnswerError, match="no loss in every repetition"):
        LearningCurveDisplay.from_losses(once[:2])
    with pytest.raises(AnswerError, match="n: not numbers"):
        LearningCurveDisplay.from_losses(once.assign(n="many"))
    with pytest.raises(AnswerError, match=r"(?s)3 faults.*estimators: none.*sizes.*no such method"):
        LearningCurveDisplay.from_estimators({}, x, y, sizes=57, highlight="ours")
    with pytest.raises(AnswerError, match="57"):
        LearningCurveDisplay.from_estimators(estimators, x, y, sizes=[57])


def test_a_method_that_never_learned_is_named_and_no_two_lines_look_alike():
    losses = _losses([f"method {i}" for i in range(30)])
    losses.loc[losses["method"] == "method 7", "loss"] = np.nan
    display = _check_fit(LearningCurveDisplay.from_losses(losses, highlight="method 3"))
    assert "training outcomes (too few for method 7)" in _text_of(display)
    looks = line_styles([f"method {i}" for i in range(24)], "method 3").values()
    assert len({(str(look.get("linestyle")), look["marker"]) for look in looks}) == 24


def test_displays_draw_in_given_axes_or_in_a_figure_of_pyplot():
    axes = Figure().subplots()
    display = WeightsDisplay.from_model(OfferModel.default(), signals=["rapport"], ax=axes)
    assert display.ax_ is axes
    assert display.figure_ is axes.figure
    assert plt.get_fignums() == []
    assert display.plot() is display
    assert display.figure_ is plt.gcf()
    assert plt.get_fignums() == [1]


def test_settings_of_matplotlib_are_restored_and_ignored(tmp_path):
    display = WeightsDisplay.of_model(OfferModel.default())
    display.save(tmp_path / "one.png")
    assert not hasattr(display, "ax_")
    changed = {"text.parse_math": True, "font.size": 31.0, "axes.titlecolor": "red", "svg.hashsalt": "theirs"}
    with mpl.rc_context(changed):
        before = dict(mpl.rcParams)
        _check_fit(WeightsDisplay.from_model(OfferModel.default()))
        display.save(tmp_path / "two.svg")
        assert dict(mpl.rcParams) == before
    assert plt.get_fignums() == [1]


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_commands_draw_the_same_bytes_for_the_same_input(suffix, offerodds, tmp_path):
    weights, prediction = tmp_path / f"new/weights.{suffix}", tmp_path / f"prediction.{suffix}"
    for _ in range(2):
        assert offerodds("weights", "--plot", weights).code == 0
        weights.rename(tmp_path / f"{len(list(tmp_path.iterdir()))}.{suffix}")
    drawn = []
    for _ in range(2):
        ran = offerodds("predict", FORM, "--plot", prediction, "--what-if", "rapport=1", "--force")
        assert ran.code == 0
        assert f"Picture saved to {prediction}." in ran.out
        drawn.append(prediction.read_bytes())
    assert drawn[0] == drawn[1]
    one, other = (path.read_bytes() for path in tmp_path.iterdir() if path.stem.isdigit())
    assert one == other
    contents = one, prediction.read_bytes()
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[suffix]
    assert all(content.startswith(start) for content in contents)
    assert all(b"2026" not in content[-300:] for content in contents)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("command", [["weights"], ["predict", FORM]])
def test_a_plot_that_cannot_be_drawn_leaves_the_old_file(command, offerodds, tmp_path, monkeypatch):
    old = tmp_path / "old.gif"
    old.write_text("old")
    ran = offerodds(*command, "--plot", old)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.rstrip().endswith("unknown picture format; seen .gif, expected .png, .svg, .pdf")
    assert old.read_text() == "old"
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    picture = old.rename(tmp_path / "old.png")
    ran = offerodds(*command, "--plot", picture)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "offerodds: a plot needs matplotlib: pip install 'offerodds[plots]'\n"
    assert picture.read_text() == "old"


def test_faults_of_plot_and_level_are_reported_together_and_a_table_has_no_plot(offerodds, tmp_path):
    ran = offerodds("predict", FORM, "--plot", "x.gif", "--level", "0")
    assert ran.code == 2
    assert "2 faults" in ran.err
    table = tmp_path / "table.csv"
    table.write_text("rapport\n4\n")
    ran = offerodds("predict", table, "--plot", tmp_path / "x.png")
    assert (ran.code, ran.err) == (2, "offerodds: --plot cannot be used with a table\n")
    assert not (tmp_path / "x.png").exists()


def test_without_matplotlib_a_display_names_the_extra_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"offerodds\[plots\]"):
        WeightsDisplay.from_model(OfferModel.default())


def test_nothing_is_trained_for_a_picture_that_cannot_be_drawn(monkeypatch):
    estimators, x, y = {"ours": None}, [[0], [1]] * 5, [0, 1] * 5  # None cannot learn
    with pytest.raises(AnswerError, match="did you mean `ours`"):
        LearningCurveDisplay.from_estimators(
            estimators, [[0], [1]] * 5, [0, 1] * 5, sizes=[5], highlight="our"
        )
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError):
        LearningCurveDisplay.from_estimators(estimators, x, y, sizes=[5])


def _draw_any(draw, axes):
    model, prediction = _model("trained"), _prediction("trained", 33)
    return [
        lambda: WeightsDisplay.from_model(model, ax=axes),
        lambda: ContributionDisplay.from_prediction(prediction, catalogue=model.catalogue, ax=axes),
        lambda: SilenceDisplay.from_model(model, {"promised_days": 12}, ax=axes),
        lambda: ReliabilityDisplay.from_model(model, simulate(200, seed=5), ax=axes),
        lambda: LearningCurveDisplay.from_losses(_losses(["ours", "theirs"]), ax=axes),
        lambda: OutlookDisplay.from_outlook(_outlook("trained", 12), ax=axes),
    ][draw]()


@pytest.mark.parametrize("draw", range(6))
def test_words_fit_in_the_smallest_documented_axes(draw):
    _check_fit(_draw_any(draw, Figure(figsize=(3.5, 2.8)).subplots()))


@pytest.mark.parametrize("draw", range(6))
def test_words_and_numbers_of_another_language_fit(draw):
    with use_language("es"):
        texts = _text_of(_check_fit(_draw_any(draw, Figure(figsize=(6.4, 4.8)).subplots())))
    assert re.findall(r"\d\.\d{1,2}\b|\d%|\?", texts) == []
    assert re.search("oferta|entrevista|noticias", texts)


def test_names_are_shown_literally():
    display = LearningCurveDisplay.from_losses(_losses(["$x_1$ & _y_", "a\nb"]))
    assert "$x_1$ & _y_" in _text_of(display)
    assert "a?b" in _text_of(display)
