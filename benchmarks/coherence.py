"""How coherent predictions are: whether good news can lower the chance, and whether points are right.

    python benchmarks/coherence.py

In random forms each question is answered or not with equal probability. The answers are those that one
general impression gives (`simulate_answers`), or each answer of a list is equally likely. Then one more sign
gets its best or its worst answer. Only signs with a list of answers are tried: a number of minutes has no
best one.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from offerodds import OfferModel
from offerodds.benchmarks.pages import number, table
from offerodds.data.answers.forms import full_form, strongest_signals
from offerodds.data.answers.observations import Observations
from offerodds.data.catalogue.catalogue import Catalogue
from offerodds.data.catalogue.question_schema import Question, Signal
from offerodds.model.predictive_distribution import logit
from offerodds.reporting.number_format import points
from offerodds.reporting.prediction import largest_answers
from offerodds.training.simulation.simulate import simulate_answers

SHARE_ANSWERED = 0.5
POINTS_FORMS = 2_000
ROUNDING = 1e-12  # probability; a smaller change is none


class Reversals(NamedTuple):
    """How often one more best answer lowers the chance, or one more worst answer raises it.

    Parameters
    ----------
    of_answers : float
        Share of all answers tried: each sign that a form leaves open.
    of_forms : float
        Share of forms with at least one such sign.
    most, most_log_odds : float
        The largest such change, in probability and in log-odds.
    """

    of_answers: float
    of_forms: float
    most: float
    most_log_odds: float


def random_answers(
    n: int, catalogue: Catalogue, *, short: bool, equally_likely: bool = False, seed: int = 0
) -> Observations:
    """Simulate ``n`` forms: short, the context and the ten strongest signs, or with every question.

    Answers of a list are equally likely, or by default one impression shapes all answers.
    """
    rng = np.random.default_rng(seed)
    complete = simulate_answers(n, catalogue, seed=seed, answered=1)
    asked = asked_questions(catalogue, short=short)
    answers = {}
    for question in asked:
        if question.id in complete.answers:
            answer = complete[question.id]
            if equally_likely and (values := listed_values(question)):
                answer = rng.choice(values, n)
            answers[question.id] = np.where(rng.random(n) < SHARE_ANSWERED, answer, np.nan)
    return Observations(catalogue, answers, n)


def asked_questions(catalogue: Catalogue, *, short: bool) -> list[Question]:
    """List the questions of a form: all, or the context and the ten strongest signs."""
    strongest = {signal.id for signal in strongest_signals(catalogue)}
    asked = full_form(catalogue)
    return [q for q in asked if not short or q.group == "context" or q.id in strongest]


def listed_values(question: Question) -> tuple[float, ...]:
    """List the values of the answers to a question, lowest first; empty for a number."""
    return (0.0, 1.0) if question.kind == "yes_no" else tuple(sorted({*question.values}))


def reversals(model: OfferModel, observed: Observations, signals: list[Signal], *, best: bool) -> Reversals:
    """Answer each open sign of each form with its best (or worst) answer, and compare.

    The best is the one that by itself raises the chance most, the worst the one that lowers it most.
    """
    before = model.score(observed).probability
    weights = dict(zip(model.catalogue.ids, model.posterior.mean[1:].tolist(), strict=True))
    wrong = np.zeros((len(signals), observed.n))
    log_odds, tried = np.zeros_like(wrong), 0
    for j, signal in enumerate(signals):
        is_open = np.isnan(observed[signal.id])
        is_high = (weights[signal.id] * signal.turn > 0) == best
        answer = listed_values(signal)[-1 if is_high else 0]
        column = np.where(is_open, answer, observed[signal.id])
        after = model.score(replace(observed, answers={**observed.answers, signal.id: column})).probability
        against = before - after if best else after - before
        is_wrong = is_open & (against > ROUNDING)
        wrong[j] = np.where(is_wrong, against, 0.0)
        log_odds[j] = np.where(is_wrong, np.abs(logit(after) - logit(before)), 0.0)
        tried += int(is_open.sum())
    of_forms = float((wrong > 0).any(axis=0).mean())
    return Reversals(float((wrong > 0).sum()) / tried, of_forms, float(wrong.max()), float(log_odds.max()))


def tried_signals(model: OfferModel, *, short: bool) -> list[Signal]:
    """Select the signs of a form that have a list of answers and a weight."""
    asked = asked_questions(model.catalogue, short=short)
    weights = dict(zip(model.catalogue.ids, model.posterior.mean[1:].tolist(), strict=True))
    return [
        question
        for question in asked
        if isinstance(question, Signal) and listed_values(question) and weights[question.id]
    ]


def forms_of(observed: Observations) -> Iterator[dict[str, Any]]:
    """Yield the answers of each form by field, as a person would enter them."""
    questions = observed.catalogue.questions
    columns = {name: values.tolist() for name, values in observed.answers.items()}
    for i in range(observed.n):
        given = {name: column[i] for name, column in columns.items() if not np.isnan(column[i])}
        yield {
            name: questions[name].levels[questions[name].values.index(value)]
            if questions[name].kind == "choice"
            else value
            for name, value in given.items()
        }


def without(form: dict[str, Any], signal: str, catalogue: Catalogue) -> dict[str, Any]:
    """Remove the answer to a sign from a form; a ratio is removed with both of its lengths."""
    is_ratio = signal in catalogue and catalogue[signal].kind == "ratio"
    removed = catalogue[signal].of if is_ratio else (signal,)
    return {name: answer for name, answer in form.items() if name not in removed}


def points_with_right_sign(model: OfferModel, observed: Observations) -> npt.NDArray[np.bool_]:
    """Compare the points listed for each form with predictions without that answer.

    Returns
    -------
    (number of listed answers,) array of bool
        Whether the points shown have the sign of the change.
    """
    found = []
    for form in forms_of(observed):
        prediction = model.predict(form)
        for answered in largest_answers(prediction)[0]:
            reduced = model.predict(without(form, answered.signal, model.catalogue))
            sign = "+" if prediction.probability > reduced.probability else "-"
            found.append(points(answered.points).startswith(sign))
    return np.array(found)


def kind_of_form(*, short: bool, equally_likely: bool) -> str:
    """Name a kind of random forms."""
    answers = "answers equally likely" if equally_likely else "one impression"
    return f"{'short' if short else 'full'}, {answers}"


def compare(model: OfferModel, n: int, seed: int) -> tuple[list[list[str]], list[list[str]]]:
    """Compute the rows of both tables: reversals, and points with the right sign."""
    changed, listed = [], []
    for short, equally_likely in product((True, False), (False, True)):
        name = kind_of_form(short=short, equally_likely=equally_likely)
        observed = random_answers(n, model.catalogue, short=short, equally_likely=equally_likely, seed=seed)
        signals = tried_signals(model, short=short)
        for best, change in ((True, "best lowers"), (False, "worst raises")):
            found = reversals(model, observed, signals, best=best)
            shares = [f"{100 * share:.2f}%" for share in (found.of_answers, found.of_forms)]
            largest = [f"{100 * found.most:.2f}", number(found.most_log_odds)]
            changed.append([name, change, *shares, *largest])
        few = observed.slice_rows(range(min(POINTS_FORMS, n)))
        right = points_with_right_sign(model, few)
        listed.append([name, f"{few.n:,}", f"{right.size:,}", f"{100 * right.mean():.2f}%"])
    return changed, listed


def main() -> None:
    """Print how often more good news lowers the chance, and how many points have the right sign."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--forms", type=int, default=20_000, help="number of random forms of each kind")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random numbers")
    arguments = parser.parse_args()
    changed, listed = compare(OfferModel.default(), arguments.forms, arguments.seed)
    print(f"{arguments.forms:,} random forms of each kind, one more answer:")
    head = ("form", "one more answer", "of answers", "of forms", "largest, points", "log-odds")
    print(*table(head, changed), sep="\n")
    print("\nPoints listed, against predictions without the answer:")
    print(*table(("form", "forms", "points", "right sign"), listed), sep="\n")


if __name__ == "__main__":
    main()
