"""How well candidate-written interview reviews are predicted, before training and after.

    python benchmarks/reviews.py REVIEWS.csv

The file is not part of this project: its rows may not be redistributed. Its columns are fields of the
catalogue, ``employer``, ``outcome``, and ``never_answered`` and ``vague_next_steps``, which are coded here as
60 days of silence and a vague timeline. A review that says nobody ever answered gives away its outcome, so
signs and silence are also judged apart.
"""

import argparse

import numpy as np
import pandas as pd

from offerodds import OfferModel, read_table, train
from offerodds.data.answers.observations import Floats
from offerodds.data.answers.outcomes import read_outcomes
from offerodds.training.evaluation.metrics import auc

FOLDS = 5
FEW = (5, 10, 20, 50, 100, 300)  # outcomes to learn from
PUBLISHED_RATE = 0.30  # the default base rate, which is not that of the reviews
SILENCE = "days_since_interview"
MODELS = ["base rate", "default", "trained"]


def coded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the reviews as answers to the catalogue."""
    frame = frame.copy()
    frame[SILENCE] = np.where(frame.pop("never_answered") == "yes", "60", "")
    frame["timeline_given"] = np.where(frame.pop("vague_next_steps") == "yes", "vague", "")
    return frame


def views(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the reviews with all that they say, without the silence, and with nothing else."""
    return {
        "signs and silence": frame,
        "signs alone": frame.drop(columns=SILENCE),
        "silence alone": frame[[SILENCE]],
    }


def offers(frame: pd.DataFrame) -> Floats:
    """Return 1 for an offer and 0 for none: (n,) array."""
    return np.asarray(read_outcomes(frame["outcome"].tolist()) == 1, dtype=float)


def losses(model: OfferModel, frame: pd.DataFrame, offer: Floats) -> Floats:
    """Return the log loss of each interview: (n,) array."""
    chance = model.predict_proba(frame)[:, 1]
    return np.asarray(-np.log(np.where(offer == 1, chance, 1 - chance)))


def cross_validate(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the log loss of each interview, by view and model.

    Each fold is predicted by models that know the base rate of the other four. Training ignores silence, so
    one trained model serves every view.
    """
    offer = offers(frame)
    fold = np.random.default_rng(seed).permutation(len(frame)) % FOLDS
    columns = pd.MultiIndex.from_product([views(frame), MODELS])
    found = pd.DataFrame(index=frame.index, columns=columns, dtype=float)
    for k in range(FOLDS):
        inside, outside = fold != k, fold == k
        default = OfferModel.default(base_rate=float(offer[inside].mean()))
        trained = train(frame[inside], prior=default).model
        for view, shown in views(frame[outside]).items():
            blank = shown[[]]
            found.loc[outside, (view, "base rate")] = losses(default, blank, offer[outside])
            found.loc[outside, (view, "default")] = losses(default, shown, offer[outside])
            found.loc[outside, (view, "trained")] = losses(trained, shown, offer[outside])
    return found


def after_few(frame: pd.DataFrame, base_rate: float, repetitions: int) -> pd.DataFrame:
    """Return by how much training changes the log loss of other reviews: repetitions by outcomes."""
    offer = offers(frame)
    default = OfferModel.default(base_rate=base_rate)
    before = losses(default, frame, offer)
    found = pd.DataFrame(index=range(repetitions), columns=FEW, dtype=float)
    for repetition in range(repetitions):
        order = np.random.default_rng(repetition).permutation(len(frame))
        for n in FEW:
            trained = train(frame.iloc[order[:n]], prior=default).model
            rest = order[max(FEW) :]
            after = losses(trained, frame.iloc[rest], offer[rest])
            found.loc[repetition, n] = after.mean() - before[rest].mean()
    return found


def new_employers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return how each employer is predicted by the others' base rate, and by a model trained on the others.

    Returns
    -------
    DataFrame
        A row an employer: ``reviews``, ``offers`` (their share); for ``default`` and ``trained`` the log loss
        and the mean ends of the 90% intervals, ``low`` and ``high``.
    """
    rows = []
    for name, there in frame.groupby("employer"):
        others, offer = frame[frame["employer"] != name], offers(there)
        default = OfferModel.default(base_rate=float(offers(others).mean()))
        row = {"employer": name, "reviews": offer.size, "offers": offer.mean()}
        for word, model in {"default": default, "trained": train(others, prior=default).model}.items():
            low, high = model.predict_frame(there)[["low", "high"]].mean()
            row |= {word: losses(model, there, offer).mean(), f"{word} low": low, f"{word} high": high}
        rows.append(row)
    return pd.DataFrame(rows)


def with_error(values: "pd.Series[float]") -> str:
    """Return the mean and its standard error."""
    each = values.to_numpy(float)
    return f"{each.mean():.4f} (standard error {each.std(ddof=1) / np.sqrt(each.size):.4f})"


def print_cross_validation(frame: pd.DataFrame, splits: int) -> None:
    """Print mean log loss and AUC of each view, and the differences with their standard errors."""
    found = pd.concat(cross_validate(frame, seed) for seed in range(splits)).groupby(level=0).mean()
    print(f"{len(frame):,} reviews, {FOLDS} folds, {splits} splits: mean log loss, and AUC of default")
    for view, shown in views(frame).items():
        area = auc(OfferModel.default().predict_proba(shown)[:, 1], offers(frame), None)
        means = (f"{name} {float(found[view, name].mean()):.4f}" for name in MODELS)
        print(f"  {view:18}", *means, f"AUC {area:.3f}")
        for better, worse in (("default", "base rate"), ("trained", "default")):
            gain = found[view, worse] - found[view, better]
            print(f"    {better} below {worse}: {with_error(gain)}")


def print_after_few(frame: pd.DataFrame, repetitions: int) -> None:
    """Print what a few outcomes change, where the base rate told is that of the reviews and where not."""
    print(f"log loss of other reviews after training, less before; {repetitions} repetitions")
    for base_rate in (float(offers(frame).mean()), PUBLISHED_RATE):
        change = after_few(frame, base_rate, repetitions)
        for n in FEW:
            print(f"  base rate {base_rate:.2f}, {n} outcomes: {with_error(change[n])}")


def print_new_employers(frame: pd.DataFrame) -> None:
    """Print how each employer is predicted by the others, and how often the intervals hold its rate."""
    found = new_employers(frame)
    print("each employer, by a model trained on the others")
    print(found.round(3).to_string(index=False))
    for word in ("default", "trained"):
        held = found["offers"].between(found[f"{word} low"], found[f"{word} high"]).sum()
        print(f"  {word}: intervals hold the employer's rate at {held} of {len(found)}")
    print(f"  log loss after training, less before: {with_error(found['trained'] - found['default'])}")


def main() -> None:
    """Print the cross-validation, what few outcomes change, and how new employers are predicted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reviews", help="the table of reviews")
    parser.add_argument("--seeds", type=int, default=10, help="number of different splits")
    parser.add_argument("--repetitions", type=int, default=40, help="number of sets of few outcomes")
    arguments = parser.parse_args()
    frame = coded(read_table(arguments.reviews))
    print_cross_validation(frame, arguments.seeds)
    print_after_few(frame, arguments.repetitions)
    print_new_employers(frame)


if __name__ == "__main__":
    main()
