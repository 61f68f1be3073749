"""Log loss on interview reviews written by candidates, before and after training.

    python benchmarks/reviews.py REVIEWS.csv

The file is not part of this project: its rows may not be redistributed. Its columns are fields of the
catalogue, ``employer``, ``outcome``, and ``never_answered`` and ``vague_next_steps``, which are coded here as
60 days of silence and a vague timeline. A review whose author was never answered reveals its outcome, so
signs and silence are also evaluated separately.
"""

import argparse
import warnings
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from offerodds import FeatureExtractor, OfferModel, read_table, train
from offerodds.data.answers.observations import Floats
from offerodds.data.answers.outcomes import read_outcomes
from offerodds.training.evaluation.metrics import auc

FOLDS = 5
SIZES = (5, 10, 20, 50, 100, 300)  # training outcomes
PUBLISHED_RATE = 0.30  # the default base rate, which is not that of the reviews
SILENCE = "days_since_interview"
IMPRESSION = "overall_impression"
MODELS = ["base rate", "default", "trained", "grouped"]
AFTER_TRAINING = ["trained", "level", "in use"]  # in use: the one that cross-validation chooses


def coded(frame: pd.DataFrame) -> pd.DataFrame:
    """Code the reviews as answers to the catalogue."""
    frame = frame.copy()
    silent = frame.pop("never_answered") == "yes"
    frame[SILENCE] = np.where(silent, "60", "")
    frame.loc[silent, "prompt_response"] = ""  # prompt at first, then silence: the two contradict each other
    frame["timeline_given"] = np.where(frame.pop("vague_next_steps") == "yes", "vague", "")
    if "how_applied" in frame:
        applied = frame.pop("how_applied")
        frame["referred"] = np.where(applied == "", "", np.where(applied == "referral", "yes", "no"))
    return frame.rename(columns={"overall_experience": "overall_impression"})


def views(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Select the answers that a prediction uses; hindsight colours the overall impression most."""
    signs = frame.drop(columns=IMPRESSION)
    return {
        "signs and silence": signs,
        "signs alone": signs.drop(columns=SILENCE),
        "silence alone": frame[[SILENCE, "employer"]],
        "all, with the impression": frame,
    }


def offers(frame: pd.DataFrame) -> Floats:
    """Read the outcomes: (n,) array, 1 for an offer and 0 for none."""
    return np.asarray(read_outcomes(frame["outcome"].tolist()) == 1, dtype=float)


def losses(model: OfferModel, frame: pd.DataFrame, offer: Floats) -> Floats:
    """Compute the log loss of each interview, (n,) array; ``offer`` : (n,) array of 0 and 1."""
    chance = model.predict_proba(frame)[:, 1]
    return np.asarray(-np.log(np.where(offer == 1, chance, 1 - chance)))


def cross_validate(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Compute the cross-validated log loss of each interview, by view and model.

    Each fold is predicted by models with the base rate of the other four. Training ignores silence, so one
    trained model is enough for all views.
    """
    offer = offers(frame)
    fold = folds(len(frame), seed)
    columns = pd.MultiIndex.from_product([views(frame), MODELS])
    result = pd.DataFrame(index=frame.index, columns=columns, dtype=float)
    for k in range(FOLDS):
        train_rows, test_rows = fold != k, fold == k
        default = OfferModel.default(base_rate=float(offer[train_rows].mean()))
        known = frame[train_rows]
        by_view = {
            name: [train(table, prior=default, group=group).model for group in (None, "employer")]
            for name, table in {"impression": known, "signs": known.drop(columns=IMPRESSION)}.items()
        }
        for view, answers in views(frame[test_rows]).items():
            trained, grouped = by_view["impression" if "impression" in view else "signs"]
            blank = answers[[]]
            result.loc[test_rows, (view, "base rate")] = losses(default, blank, offer[test_rows])
            result.loc[test_rows, (view, "default")] = losses(default, answers, offer[test_rows])
            result.loc[test_rows, (view, "trained")] = losses(trained, answers, offer[test_rows])
            result.loc[test_rows, (view, "grouped")] = losses(grouped, answers, offer[test_rows])
    return result


def folds(n: int, seed: int) -> npt.NDArray[np.intp]:
    """Assign each of ``n`` interviews to a fold: (n,) array of int from 0 to 4."""
    return np.random.default_rng(seed).permutation(n) % FOLDS


def mixed_model_losses(frame: pd.DataFrame, seed: int) -> Floats:
    """Compute the cross-validated log loss of each interview by statsmodels' mixed model: (n,) array.

    Its fixed effects are our features of the signs alone, its random effects the employers; priors and
    variational fit are its defaults.
    """
    from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

    x = FeatureExtractor().fit_transform(views(frame)["signs alone"])
    fixed = np.column_stack([np.ones(len(x)), x])
    employers = pd.get_dummies(frame["employer"]).to_numpy(float)
    offer, fold, log_odds = offers(frame), folds(len(frame), seed), np.empty(len(frame))
    for k in range(FOLDS):
        known = fold != k
        varies = np.append(True, np.ptp(x[known], axis=0) > 0)
        kinds = np.zeros(employers.shape[1], dtype=int)  # one variance for all employers
        model = BinomialBayesMixedGLM(offer[known], fixed[known][:, varies], employers[known], kinds)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that its optimiser has not converged to the last digit
            fitted = model.fit_vb()
        log_odds[~known] = fixed[~known][:, varies] @ fitted.fe_mean + employers[~known] @ fitted.vc_mean
    return np.logaddexp(0, np.where(offer == 1, -log_odds, log_odds))


def by_source(frame: pd.DataFrame) -> pd.DataFrame:
    """Evaluate the default model, with the base rate of each employer, on the reviews of each source.

    Returns
    -------
    DataFrame
        One source and choice of answers a row, without the silence: log loss, base rate's log loss and AUC.
    """
    rows, default = [], OfferModel.default()
    for source, reviews in frame.drop(columns=SILENCE).groupby("source"):
        offer = offers(reviews)
        rate = pd.Series(offer, reviews.index).groupby(reviews["employer"]).transform("mean").clip(0.01, 0.99)
        rated = reviews.assign(base_rate=rate)
        choices = {"none": rated[["base_rate"]], "signs": rated.drop(columns=IMPRESSION), "all": rated}
        for name, answers in choices.items():
            ranked = default.predict_proba(answers.drop(columns="base_rate"))[:, 1]
            row = {"source": source, "answers": name, "reviews": offer.size}
            loss = losses(default, answers, offer).mean()
            rows.append(row | {"log loss": loss, "AUC": float(auc(ranked, offer, None))})
    return pd.DataFrame(rows)


def after_few(
    frame: pd.DataFrame, base_rate: float, repetitions: int, sizes: Sequence[int] = SIZES
) -> pd.DataFrame:
    """Compute the change of log loss on other reviews by training: repetitions by outcomes and models."""
    offer = offers(frame)
    default = OfferModel.default(base_rate=base_rate)
    before = losses(default, frame, offer)
    columns = pd.MultiIndex.from_product([sizes, AFTER_TRAINING])
    result = pd.DataFrame(index=range(repetitions), columns=columns, dtype=float)
    for repetition in range(repetitions):
        order = np.random.default_rng(repetition).permutation(len(frame))
        for n in sizes:
            training = train(frame.iloc[order[:n]], prior=default)
            training.validate(bootstraps=1)  # the choice needs cross-validation only
            models = [training.model, training.candidates["level"], training.choose().model]
            rest = order[max(sizes) :]
            for name, model in zip(AFTER_TRAINING, models, strict=True):
                after = losses(model, frame.iloc[rest], offer[rest])
                result.loc[repetition, (n, name)] = after.mean() - before[rest].mean()
    return result


def new_employers(frame: pd.DataFrame) -> pd.DataFrame:
    """Predict each employer from the base rate of the others, and by a model trained on the others.

    Returns
    -------
    DataFrame
        One employer per row: ``reviews``, ``offers`` (their share); for ``default`` and ``trained`` the log
        loss and the mean ends of the 90% intervals, ``low`` and ``high``.
    """
    rows = []
    for name, reviews in frame.groupby("employer"):
        others, offer = frame[frame["employer"] != name], offers(reviews)
        default = OfferModel.default(base_rate=float(offers(others).mean()))
        row = {"employer": name, "reviews": offer.size, "offers": offer.mean()}
        trained = train(others, prior=default, group="employer").model
        for word, model in {"default": default, "trained": trained}.items():
            low, high = model.predict_frame(reviews)[["low", "high"]].mean()
            row |= {word: losses(model, reviews, offer).mean(), f"{word} low": low, f"{word} high": high}
        rows.append(row)
    return pd.DataFrame(rows)


def with_error(values: "pd.Series[float]") -> str:
    """Format the mean and its standard error."""
    x = values.to_numpy(float)
    return f"{x.mean():.4f} (standard error {x.std(ddof=1) / np.sqrt(x.size):.4f})"


def print_cross_validation(frame: pd.DataFrame, splits: int) -> None:
    """Print mean log loss and AUC of each view, and the differences with their standard errors."""
    result = pd.concat(cross_validate(frame, seed) for seed in range(splits)).groupby(level=0).mean()
    print(f"{len(frame):,} reviews, {FOLDS} folds, {splits} splits: mean log loss, and AUC of default")
    for view, answers in views(frame).items():
        area = auc(OfferModel.default().predict_proba(answers)[:, 1], offers(frame), None)
        means = (f"{name} {float(result[view, name].mean()):.4f}" for name in MODELS)
        print(f"  {view:18}", *means, f"AUC {area:.3f}")
        for better, worse in (("default", "base rate"), ("trained", "default"), ("grouped", "trained")):
            gain = result[view, worse] - result[view, better]
            print(f"    {better} below {worse}: {with_error(gain)}")
        if view == "signs alone":
            mixed = np.mean([mixed_model_losses(frame, seed) for seed in range(splits)], axis=0)
            print(f"    statsmodels' mixed model {mixed.mean():.4f}")
            print(f"    grouped below it: {with_error(mixed - result[view, 'grouped'])}")


def print_after_few(frame: pd.DataFrame, repetitions: int, sizes: Sequence[int] = SIZES) -> None:
    """Print the effect of few outcomes, starting from the base rate of the reviews and from another."""
    print(f"log loss of other reviews after training, less before; {repetitions} repetitions")
    for base_rate in (float(offers(frame).mean()), PUBLISHED_RATE):
        change = after_few(frame, base_rate, repetitions, sizes)
        for n in sizes:
            figures = ", ".join(f"{name} {with_error(change[n, name])}" for name in AFTER_TRAINING)
            print(f"  base rate {base_rate:.2f}, {n} outcomes: {figures}")


def print_new_employers(frame: pd.DataFrame) -> None:
    """Print the predictions of each employer by the others, and the coverage of its offer rate."""
    result = new_employers(frame)
    print("each employer, by a model trained on the others")
    print(result.round(3).to_string(index=False))
    for word in ("default", "trained"):
        covered = result["offers"].between(result[f"{word} low"], result[f"{word} high"]).sum()
        print(f"  {word}: intervals contain the employer's rate at {covered} of {len(result)}")
    print(f"  log loss after training, less before: {with_error(result['trained'] - result['default'])}")


def main() -> None:
    """Print the cross-validation, the effect of few outcomes, and the predictions of new employers."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("reviews", help="the table of reviews")
    parser.add_argument("--seeds", type=int, default=10, help="number of different splits")
    parser.add_argument("--repetitions", type=int, default=40, help="number of sets of few outcomes")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of few outcomes")
    arguments = parser.parse_args()
    frame = coded(read_table(arguments.reviews))
    print_cross_validation(frame, arguments.seeds)
    if "source" in frame:
        print("the default model by source, each employer at its own rate, without silence")
        print(by_source(frame).round(4).to_string(index=False))
    print_after_few(frame, arguments.repetitions, arguments.sizes)
    print_new_employers(frame)


if __name__ == "__main__":
    main()
