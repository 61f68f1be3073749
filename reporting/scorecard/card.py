"""The scorecard: whole points for each answer, one sum, and a table from the sum to the chance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...data.answers.fields import find_questions
from ...data.answers.forms import strongest_signals
from ...data.answers.observations import Floats, Observations
from ...data.answers.parsing import answer_text, translated_answer
from ...data.catalogue.catalogue import MAX_STRENGTH, Catalogue
from ...data.catalogue.question_schema import PROMISE_FIELD, SILENCE_FIELD, Signal
from ...data.errors import AnswerError, Fault
from ...data.language import N_, _, number, plural
from ...model.features import measurements
from ...model.offer_model import OfferModel
from ...model.predictive_distribution import interval, logit, shrinkage, sigmoid
from ...model.scoring import rate_among_candidates, silence_log_odds, starting_log_odds
from ...training.simulation.simulate import simulate_answers
from ..number_format import from_to, plain_percent

Ints = npt.NDArray[np.int64]

_LEVELS = {"yes_no": (0.0, 1.0), "scale": (1.0, 2.0, 3.0, 4.0, 5.0)}
_Z_STEPS = (-2, -1, 0, 1, 2)  # possible numbers, in standard deviations from the typical one
_WHOLE_KINDS = ("count", "minutes", "days")
_NEAREST = N_("{question} (nearest)")
_NEAREST_OF_KIND = {
    "rate": N_("{question} (per half hour, nearest)"),
    "ratio": N_("{question} (of the time planned, nearest)"),
}
_CANDIDATES = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0)
_WAITS = (0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0)  # days waited over days promised
UNIT = 0.06  # log-odds of one point of an answer, before the halo discount
MOST = 12  # questions that fit on one page
CHANCES = (  # per cent
    *range(1, 11),
    *range(12, 61, 2),
    *range(63, 97, 3),
)
_COLUMN_STARTS = (0.4, 0.75)  # share of questions answered from which the second and third column apply
_FIT_ROUNDS = 3
_TOWARDS_WEIGHT = 0.2  # interviews: how firmly an answer is held to its weight
_N_FORMS, _FIT_SEED = 10_000, 7001  # the seed keeps the forms of the fit apart from those of the measurement


@dataclass(frozen=True)
class Row:
    """One question with its possible answers; any other number counts as the nearest of them.

    ``answers`` are in words, ``values`` are the same as numbers in rising order, and ``log_odds`` are those
    that each answer adds before the halo discount.
    """

    field: str
    question: str
    answers: Sequence[str]
    values: Sequence[float]
    log_odds: Sequence[float]

    def points(self, unit: float) -> tuple[int, ...]:
        """Compute the whole points of each answer, one point being ``unit`` log-odds."""
        return tuple(round(each / unit) for each in self.log_odds)

    def points_of(self, answers: Floats, unit: float) -> Ints:
        """Compute whole points, (n,) array, from answers, (n,) array, where NaN (no answer) gives 0."""
        return np.array((*self.points(unit), 0))[np.where(np.isnan(answers), -1, self.nearest(answers))]

    def nearest(self, answers: Floats) -> Ints:
        """Find the place of the nearest possible answer, the lower of two equally near: (n,) arrays."""
        values = np.array(self.values)
        return np.searchsorted((values[1:] + values[:-1]) / 2, answers)


def question_row(signal: Signal, weight: float) -> Row:
    """Make the row of a signal; ``weight`` is in log-odds per standard unit of strength.

    Examples
    --------
    >>> from offerodds import Catalogue
    >>> row = question_row(Catalogue.built_in()["rapport"], 0.2)
    >>> row.answers, row.points(0.1)
    (['cold', 'stiff', 'polite', 'warm', 'very warm'], (-5, -3, -1, 1, 3))
    """
    steps = signal.values or _LEVELS.get(signal.kind, ())
    values = sorted({*steps} or {_rounded(signal, signal.typical + signal.spread * z) for z in _Z_STEPS})
    ratio = signal.kind == "ratio"
    answers = [
        plain_percent(value, ".0f") if ratio else translated_answer(signal, answer_text(signal, value))
        for value in values
    ]
    quantity = np.log(values) if ratio else np.array(values)
    z = signal.turn * ((quantity - signal.typical) / signal.spread).clip(-MAX_STRENGTH, MAX_STRENGTH)
    note = "{question}" if steps else _NEAREST_OF_KIND.get(signal.kind, _NEAREST)
    return Row(signal.id, _(note, question=signal.text), answers, values, (weight * z).tolist())


def situation_rows(model: OfferModel, shrink: float) -> tuple[Row, ...]:
    """Make the rows of stage, other candidates and silence that the catalogue has.

    The first two replace the base rate; ``shrink`` is ``κ`` of a blank form. The answer to the third is the
    number of days waited divided by the days promised.

    Examples
    --------
    >>> from offerodds import OfferModel
    >>> stage, others, silence = situation_rows(OfferModel.default(), 0.8)
    >>> silence.answers[:3], silence.points(0.1)[:3]
    (['0', '0.5', '1'], (0, -1, -4))
    """
    fields, law = model.catalogue.questions, model.catalogue.silence
    none = starting_log_odds(np.array(model.base_rate))
    rows = []
    if stage := fields.get("stage"):
        rates = sorted({*stage.values})
        log_odds = shrink * (starting_log_odds(np.array(rates)) - none)
        answers = [translated_answer(stage, answer_text(stage, rate)) for rate in rates]
        rows.append(Row(stage.id, stage.text, answers, rates, log_odds.tolist()))
    if others := fields.get("other_candidates"):
        log_odds = shrink * (starting_log_odds(rate_among_candidates(np.array(_CANDIDATES))) - none)
        question = _("Or, if you know it: how many other candidates are there? (nearest)")
        rows.append(Row(others.id, question, [f"{n:g}" for n in _CANDIDATES], _CANDIDATES, log_odds.tolist()))
    if SILENCE_FIELD in fields:
        log_odds = silence_log_odds(law.median_days * np.array(_WAITS), np.full(len(_WAITS), np.nan), law)
        question = _(
            "No answer yet? Days waited ÷ days promised (or {days} if none), nearest",
            days=number(law.median_days, ".3g"),
        )
        rows.append(Row(SILENCE_FIELD, question, [number(n, "g") for n in _WAITS], _WAITS, log_odds.tolist()))
    return tuple(rows)


def _rounded(signal: Signal, value: float) -> float:
    """Round a possible number; a ratio to 5% of the planned time."""
    if signal.kind == "ratio":
        return max(1, round(20 * math.exp(value))) / 20
    digits = 0 if signal.kind in _WHOLE_KINDS else 1 - math.floor(math.log10(signal.spread))
    return min(signal.maximum, max(signal.minimum, round(value, digits)))


class Column(NamedTuple):
    """A column of the tables: for forms with ``first`` answers or more, a point is ``unit`` log-odds."""

    name: str
    first: int
    unit: float


class Agreement(NamedTuple):
    """How far a scorecard is from its model on ``n`` simulated forms, in probability.

    Half of the forms differ by at most ``median``, 95% by ``high``, and a share ``within`` by at most .05.
    """

    n: int
    median: float
    high: float
    within: float


@dataclass(frozen=True, eq=False)
class Scorecard:
    """A model as a form to fill in with a pencil.

    The log-odds of a model are ``κ(context + α + Σ β c z) + silence``. An answer to one of the questions,
    ``rows``, has about ``κ₀βz / .06`` points, with ``κ₀`` that of a blank form. The halo discounts ``c``
    depend on the others; the card has a typical value for few, some and most answers, a column each. What
    has no discount has points by column: the ``situation`` (stage, other candidates, silence), and the
    chances.
    ``base`` is the log-odds of a blank form, ``variance`` the typical variance of the log-odds.
    """

    catalogue: Catalogue
    rows: tuple[Row, ...]
    situation: tuple[Row, ...]
    columns: tuple[Column, ...]
    base: float
    variance: float

    def totals(self, column: Column) -> tuple[int, ...]:
        """Compute the sum of points in a column for each of `CHANCES`."""
        log_odds = logit(np.array(CHANCES) / 100) - self.base
        return tuple(np.rint(log_odds / column.unit).astype(int).tolist())

    def chance(self, forms: Observations) -> Floats:
        """Compute the probabilities of ``n`` interviews, (n,) array, as a person with a pencil would."""
        answered, points = tally(self.rows, forms)
        others = forms["other_candidates"]
        promised = np.where(
            np.isnan(forms[PROMISE_FIELD]), forms.catalogue.silence.median_days, forms[PROMISE_FIELD]
        )
        situation = {
            "stage": np.where(np.isnan(others), forms["stage"], np.nan),
            "other_candidates": others,
            SILENCE_FIELD: forms[SILENCE_FIELD] / np.maximum(promised, 1.0),
        }
        place = np.zeros(forms.n, dtype=np.int64)
        for column in self.columns:
            added = (row.points_of(situation[row.field], column.unit) for row in self.situation)
            total = sum(added, points)
            nearest = np.abs(total[:, None] - self.totals(column)).argmin(axis=1)  # the upper of two as near
            place = np.where(answered >= column.first, nearest, place)
        return np.array(CHANCES)[place] / 100

    def interval(self, percent: int) -> tuple[float, float]:
        """Compute the 90% interval of a typical form with this chance, in per cent from 1 to 99."""
        variance = np.array([self.variance])
        low, high = interval(logit(np.array([percent / 100])) / shrinkage(variance), variance, 0.90)
        return float(low[0]), float(high[0])


def scorecard(model: OfferModel, signals: Sequence[str] | None = None) -> Scorecard:
    """Make the scorecard of a model.

    Parameters
    ----------
    model : OfferModel
    signals : sequence of str, optional
        Ids of at most twelve questions; those of the short form by default.

    Raises
    ------
    AnswerError
        Signals that are not in the catalogue, none, or too many; every fault is listed.

    Examples
    --------
    >>> from offerodds.data.answers.observations import observe
    >>> model = OfferModel.default()
    >>> answers = {"self_rating": 5, "timeline_given": "specific", "candidate_engaged": 2, "stage": "final"}
    >>> float(scorecard(model).chance(observe(model.catalogue, answers))[0])
    0.42
    >>> round(model.predict(answers).probability, 2)
    0.39
    """
    catalogue, posterior = model.catalogue, model.posterior
    shrink = float(shrinkage(posterior.covariance[0, 0] + model.employers.sd**2))
    weight = dict(zip(catalogue.ids, (shrink * posterior.mean[1:]).tolist(), strict=True))
    rows = [question_row(catalogue[name], weight[name]) for name in _check_signals(catalogue, signals)]
    forms = simulate_forms(catalogue, rows, _N_FORMS, _FIT_SEED)
    score = model.score(forms)
    eta = shrinkage(score.variance) * score.eta
    rows, columns = _fit(rows, forms, eta - shrink * (score.context + posterior.mean[0]), eta)
    return Scorecard(
        catalogue,
        tuple(rows),
        situation_rows(model, shrink),
        columns,
        base=shrink * float(starting_log_odds(np.array(model.base_rate)) + posterior.mean[0]),
        variance=float(score.variance.mean()),
    )


def measure_agreement(card: Scorecard, model: OfferModel, n: int = _N_FORMS, seed: int = 0) -> Agreement:
    """Measure how far a scorecard is from its model on ``n`` simulated forms.

    Examples
    --------
    >>> model = OfferModel.default()
    >>> measure_agreement(scorecard(model), model).within > 0.98
    True
    """
    forms = simulate_forms(card.catalogue, card.rows, n, seed)
    difference = np.abs(card.chance(forms) - model.score(forms).probability)
    median, high = np.quantile(difference, [0.5, 0.95]).tolist()
    return Agreement(n, median, high, float(np.mean(difference <= 0.05)))


def simulate_forms(catalogue: Catalogue, rows: Sequence[Row], n: int, seed: int) -> Observations:
    """Simulate ``n`` forms of `simulate_answers` that answer no other questions than those of a card.

    Half of them have waited for an answer, by the law of silence and at most 90 days; three in
    ten were promised one within 30 days; one in five knows how many other candidates there are.
    """
    asked = [catalogue[row.field] for row in rows]
    wanted = {signal.id for signal in asked}  # a rate without its ratio needs the first of two lengths alone
    wanted |= {field for each in asked for field in each.of[: 2 if each.kind == "ratio" else 1]}
    left_out = {field for signal in catalogue.signals for field in (signal.id, *signal.of)} - wanted
    rng, law = np.random.default_rng([seed, 20]), catalogue.silence
    waited = np.rint(law.median_days * np.exp(law.sigma * rng.standard_normal(n))).clip(0, 90)
    answers = {
        **simulate_answers(n, catalogue, seed=seed).answers,
        SILENCE_FIELD: np.where(rng.random(n) < 0.5, waited, np.nan),
        PROMISE_FIELD: np.where(rng.random(n) < 0.3, rng.integers(1, 31, n), np.nan),
        "other_candidates": np.where(rng.random(n) < 0.2, rng.integers(0, 12, n), np.nan),
    }
    fields = catalogue.questions.keys() - left_out
    return Observations(catalogue, {field: answers[field] for field in answers if field in fields}, n)


def tally(rows: Sequence[Row], forms: Observations) -> tuple[Ints, Ints]:
    """Count the answers and sum their points: two (n,) arrays, of counts and of whole points."""
    answered, points = np.zeros((2, forms.n), dtype=np.int64)
    for row, answers in zip(rows, _answers(rows, forms), strict=True):
        answered += ~np.isnan(answers)
        points += row.points_of(answers, UNIT)
    return answered, points


def _answers(rows: Sequence[Row], forms: Observations) -> list[Floats]:
    """Collect the answers to the questions, in the unit of their values: an (n,) array each."""
    values = dict(zip(forms.catalogue.ids, measurements(forms).T, strict=True))
    # the quantity of a ratio is its logarithm
    return [
        np.exp(values[row.field]) if forms.catalogue[row.field].kind == "ratio" else values[row.field]
        for row in rows
    ]


def _fit(
    rows: Sequence[Row], forms: Observations, added: Floats, eta: Floats
) -> tuple[list[Row], tuple[Column, ...]]:
    """Fit what each answer adds, and the halo discount of each column, to simulated forms in turn.

    Both are least squares, with errors weighted as in probability. A bad answer counts for less than by its
    weight alone, because most others are bad too and overlap with it more than good ones would. Rare
    answers stay close to their weight.

    Parameters
    ----------
    rows : sequence of Row
        With the log-odds by the weights alone.
    forms : Observations
        ``n`` forms.
    added, eta : (n,) array
        Log-odds that the answers add, and log-odds in all.
    """
    answered, given = np.zeros(forms.n, dtype=np.int64), []
    for row, answers in zip(rows, _answers(rows, forms), strict=True):
        is_given = ~np.isnan(answers)
        answered += is_given
        given.append((row.nearest(answers)[:, None] == np.arange(len(row.values))) & is_given[:, None])
    firsts = [0, *sorted({first for share in _COLUMN_STARTS if (first := round(share * len(rows))) > 1})]
    columns = np.searchsorted(firsts, answered, side="right") - 1
    design, weight = np.concatenate(given, axis=1).astype(float), (sigmoid(eta) * sigmoid(-eta)) ** 2
    alone = np.concatenate([row.log_odds for row in rows])
    log_odds = alone
    for _round in range(_FIT_ROUNDS):
        total = design @ log_odds
        square = np.bincount(columns, weight * total**2, len(firsts))
        product = np.bincount(columns, weight * total * added, len(firsts))
        discount = np.divide(product, square, out=np.ones(len(firsts)), where=square > 0).clip(0.05, 1.0)
        scaled = design * discount[columns][:, None]
        gram = (scaled * weight[:, None]).T @ scaled + _TOWARDS_WEIGHT * np.eye(alone.size)
        log_odds = np.linalg.solve(gram, scaled.T @ (weight * added) + _TOWARDS_WEIGHT * alone)
    fitted, start = [], 0
    for row in rows:
        rising = np.sort(log_odds[start : start + len(row.values)])
        falls = row.log_odds[0] > row.log_odds[-1]
        fitted.append(replace(row, log_odds=(rising[::-1] if falls else rising).tolist()))
        start += len(row.values)
    names = zip("ABC", firsts, discount.tolist(), strict=False)
    return fitted, tuple(Column(name, first, UNIT * each) for name, first, each in names)


def _check_signals(catalogue: Catalogue, signals: Sequence[str] | None) -> list[str]:
    """Check the ids of the questions, and put them in the order of the catalogue."""
    if signals is None:
        strongest = {signal.id for signal in strongest_signals(catalogue)}
        return [name for name in catalogue.ids if name in strongest]
    wanted: set[str] = set()
    faults: list[Fault] = []
    for name in signals:
        try:
            wanted.add(find_questions(catalogue, name)[0].id)
        except AnswerError as error:
            faults += error.faults
    others = sorted(wanted.difference(catalogue.ids))
    faults += [Fault("on every scorecard", field=name, expected="a sign") for name in others]
    if not 1 <= len(signals) <= MOST:
        seen = plural(len(signals), "{n} sign", "{n} signs")
        faults.append(Fault("cannot fill one page", seen=seen, expected=from_to("1", f"{MOST}")))
    if faults:
        raise AnswerError(faults)
    return [name for name in catalogue.ids if name in wanted]
