"""The scorecard: whole points for answers, one sum, and a table from the sum to the chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ...data.answers.fields import find_questions
from ...data.answers.forms import short_form
from ...data.answers.observations import Floats, Observations
from ...data.catalogue.catalogue import Catalogue
from ...data.errors import AnswerError, Fault
from ...model.features import measurements
from ...model.offer_model import OfferModel
from ...model.predictive_distribution import interval, logit, shrinkage, sigmoid
from ...model.scoring import PROMISE_FIELD, SILENCE_FIELD, starting_log_odds
from ...training.simulation.answers import simulate_answers
from .rows import Ints, Row, question_row, situation_rows

UNIT = 0.1  # log-odds of one point of an answer, before the halo discount
MOST = 12  # questions that fit on one page
CHANCES = (  # per cent
    *(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 22, 25, 28, 31, 34, 37),
    *(40, 43, 46, 50, 54, 57, 60, 63, 66, 69, 72, 75, 78, 80, 82, 84, 86, 88, 90, 93, 96),
)
_COLUMN_STARTS = (0.4, 0.75)  # share of questions answered from which the second and third column apply
_N_FORMS, _FIT_SEED = 10_000, 7001  # the seed keeps the forms of the fit apart from those of the measurement


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

    The log-odds of a model are ``κ(context + α + c Σ βz) + silence``. An answer to one of the questions,
    ``rows``, has ``κ₀βz / .1`` points, with ``κ₀`` that of a blank form. The halo discount ``c`` depends on
    which are answered; the card has one typical value for few, some and most of them, a column each. What has
    no discount has points by column: the ``situation`` (stage, other candidates, silence), and the chances.
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
    0.4
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
    return Scorecard(
        catalogue,
        tuple(rows),
        situation_rows(model, shrink),
        _columns(*tally(rows, forms), eta - shrink * (score.context + posterior.mean[0]), eta, len(rows)),
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
    values = dict(zip(forms.catalogue.ids, measurements(forms).T, strict=True))
    for row in rows:
        answers = values[row.field]
        if forms.catalogue[row.field].kind == "ratio":  # whose quantity is the logarithm
            answers = np.exp(answers)
        answered += ~np.isnan(answers)
        points += row.points_of(answers, UNIT)
    return answered, points


def _columns(answered: Ints, points: Ints, added: Floats, eta: Floats, k: int) -> tuple[Column, ...]:
    """Fit the halo discount of each column by least squares, with errors weighted as in probability.

    ``answered``, ``points``, ``added`` and ``eta`` are (n,) arrays of simulated forms with ``k`` questions:
    numbers of answers, sums of points, log-odds that the answers add, and log-odds in all.
    """
    slope_of_p = sigmoid(eta) * sigmoid(-eta)  # dp/dη turns errors of log-odds into errors of probability
    firsts = [0, *sorted({first for share in _COLUMN_STARTS if (first := round(share * k)) > 1})]
    columns = []
    for name, first, end in zip("ABC", firsts, [*firsts[1:], k + 1], strict=False):
        weight = slope_of_p**2 * ((answered >= first) & (answered < end))
        square = UNIT * float(np.sum(weight * points**2))
        discount = float(np.sum(weight * points * added)) / square if square else 1.0
        columns.append(Column(name, first, UNIT * min(1.0, max(0.05, discount))))
    return tuple(columns)


def _check_signals(catalogue: Catalogue, signals: Sequence[str] | None) -> list[str]:
    """Check the ids of the questions, and put them in the order of the catalogue."""
    if signals is None:
        return [question.id for question in short_form(catalogue) if question.id in catalogue]
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
        faults.append(Fault("cannot fill one page", seen=f"{len(signals)} signs", expected=f"1 to {MOST}"))
    if faults:
        raise AnswerError(faults)
    return [name for name in catalogue.ids if name in wanted]
