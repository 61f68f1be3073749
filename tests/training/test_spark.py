"""Spark on this machine trains, scores and refuses as one process does."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import assert_same_posterior, assert_same_training, java
from offerodds import AnswerError, InputError, MissingExtraError, OfferModel, read_table, simulate, train
from offerodds.model.employers import EmployerLevels
from offerodds.model.prior import EMPLOYER_SD
from offerodds.training.fitting import fit as fitting
from offerodds.training.fitting.dataset import in_memory
from offerodds.training.fitting.employers import GroupedLikelihood
from offerodds.training.labelled_data import read_examples
from offerodds.training.spark import dataset as spark_datasets
from offerodds.training.spark import train as spark_training
from offerodds.training.spark.dataset import SparkDataset, decided_rows, employer_names
from offerodds.training.spark.features import spark_features
from offerodds.training.spark.input import read_spark_table
from offerodds.training.spark.score import predict_spark
from offerodds.training.spark.session import check_master, session
from offerodds.training.spark.train import train_spark
from offerodds.training.train import extract_rows
from offerodds.training.validation.validation_result import validation_verdict

MODEL = OfferModel.default()
LEVELS = EmployerLevels(
    0.7, "company", ("17", "4"), np.array([2.0, -1.0]), np.array([0.1, 0.2]), np.full((2, 37), -0.1)
)
SCORES = ["probability", "low", "high"]
N, ON_CLUSTER_FROM = 5000, 3000  # interviews, and the number from which they stay on the cluster


@pytest.fixture(scope="module")
def spark():
    java()
    with session("local[2]") as started:
        yield started


@pytest.fixture
def small_splits(spark):
    """Let Spark read files in small splits, so that rows are numbered across several."""
    name = "spark.sql.files.maxPartitionBytes"
    before = spark.conf.get(name)
    spark.conf.set(name, "20000")
    yield
    spark.conf.set(name, before)


def searches(n, seed, employers=12):
    """Simulate interviews: some pending, some with days of silence; a few employers have no name."""
    rng, frame = np.random.default_rng(seed), simulate(n, seed=seed, answered=0.6)
    pending = (frame["outcome"] != "offer") & (rng.random(n) < 0.2)
    silent = pending & (rng.random(n) < 0.7)
    frame.loc[pending, "outcome"] = "pending"
    frame.loc[pending, "prompt_response"] = np.nan
    frame["days_since_interview"] = np.where(silent, rng.integers(1, 40, n), np.nan)
    names = pd.Series(rng.integers(employers, size=n), dtype="Int64")
    return frame.assign(company=names.where(rng.random(n) < 0.9))


def assert_same_levels(one, other, **tolerance):
    """Assert that two models know the same employers, in any order, by the same levels."""
    one, other = one.model.employers, other.model.employers
    assert (one.group, sorted(one.names)) == (other.group, sorted(other.names))
    assert one.sd == pytest.approx(other.sd, rel=1e-3)
    order = [one.names.index(name) for name in other.names]
    for name in ("mean", "variance", "slope"):
        np.testing.assert_allclose(getattr(one, name)[order], getattr(other, name), **tolerance)


def max_difference(one, other):
    return np.abs(one.model.posterior.mean - other.model.posterior.mean).max()


@pytest.fixture(scope="module")
def results(spark, tmp_path_factory):
    """Results of Spark and of one process for a table of more interviews than the driver fetches."""
    path = tmp_path_factory.mktemp("many") / "many.csv"
    frame = searches(N, seed=3)
    pd.concat([frame, frame[:400]]).to_csv(path, index=False)
    with pytest.MonkeyPatch.context() as patch:
        for module in (spark_training, fitting):
            patch.setattr(module, "QUADRATIC_FROM", ON_CLUSTER_FROM)
        patch.setattr(fitting, "EMPLOYER_SDS", {EMPLOYER_SD: 1.0})  # a third of the passes
        return train_spark(str(path), group="company"), train(read_table(path), group="company")


def test_workers_fit_as_one_process_does(results):
    result, alone = results
    assert max_difference(result, alone) < 1e-4
    sd, sd_alone = (np.sqrt(np.diag(each.model.posterior.covariance)) for each in (result, alone))
    np.testing.assert_allclose(sd, sd_alone, rtol=1e-3)
    counts, wanted = result.training, alone.training
    for name in ("n_offer", "n_no_offer", "n_pending", "n_ignored", "answered", "fingerprint"):
        assert getattr(counts, name) == getattr(wanted, name)
    assert min(counts.n_pending, counts.n_ignored) > 100
    assert result.remarks == alone.remarks != ()
    assert result.ignored_columns == alone.ignored_columns
    assert [each.signal for each in result.check.flagged] == [each.signal for each in alone.check.flagged]
    with pytest.raises(AnswerError, match="train on some interviews and evaluate the model on the others"):
        result.validate()


def test_employers_have_the_levels_of_one_process(results):
    assert len(results[0].model.employers.names) == 12
    assert_same_levels(*results, rtol=1e-3, atol=1e-4)


def test_a_model_trained_on_spark_is_saved_and_loaded(results, tmp_path):
    result, _ = results
    result.model.save(tmp_path / "mine.json")
    assert OfferModel.load(tmp_path / "mine.json").fingerprint == result.model.fingerprint


def test_with_few_interviews_training_is_that_in_memory(spark, tmp_path):
    frame = simulate(300, seed=1)
    frame.to_parquet(tmp_path / "few.parquet")
    result, alone = train_spark(str(tmp_path / "few.parquet")), train(frame)
    assert_same_training(result, alone)
    assert (
        validation_verdict(result.validate(bootstraps=2)).word
        == validation_verdict(alone.validate(bootstraps=2)).word
    )


def test_few_interviews_have_the_employers_and_remarks_of_training_in_memory(spark, tmp_path):
    frame = searches(200, seed=6).assign(synthetic=["yes", *["no"] * 199], met_team="yes")
    frame.loc[9, "met_team"] = None
    frame = pd.concat([frame, frame[:30]], ignore_index=True)
    first = train(searches(100, seed=7, employers=5), group="company").model
    frame.to_parquet(tmp_path / "few.parquet")
    result = train_spark(str(tmp_path / "few.parquet"), prior=first, group="Company")
    alone = train(read_table(tmp_path / "few.parquet"), prior=first, group="Company")
    assert_same_training(result, alone)
    assert_same_levels(result, alone, rtol=1e-6, atol=1e-9)
    assert result.remarks == alone.remarks
    assert len(result.remarks) == 2
    assert result.training.n_synthetic > 0
    assert result.model.employers.names[0].isdigit()  # not "4.0"


@pytest.mark.parametrize(
    ("names", "precision"), [(["Acme"], "f8"), ([None], "f8"), (["Acme", None, "Byte"], "f4")]
)
def test_sums_of_employers_are_those_of_one_process(spark, tmp_path, names, precision):
    frame = simulate(60, seed=8).assign(company=(names * 60)[:60])
    frame.to_csv(tmp_path / "t.csv", index=False)
    with session() as active:  # without a warning of Spark
        table = read_spark_table(active, [str(tmp_path / "t.csv")])
        features = spark_features(table, "outcome", MODEL, "company", precision)
        _compare_sums(features, frame, precision)
        features.release()


def _compare_sums(features, frame, precision):
    """Assert that both kinds of rows give a likelihood the same sums, at first and after a step."""
    size, found = features.size, employer_names(features, "company")
    observations, outcomes = read_examples(frame, "outcome", MODEL.catalogue, "company")
    none = observations.select_rows(np.zeros(60, dtype=bool))
    known = ~np.isnan(outcomes)
    rows = extract_rows(observations, known, outcomes[known], MODEL, none, precision)
    assert found == rows.employers
    assert rows.decided.X.dtype == precision
    dataset = SparkDataset(features.blocks, size, features.n, decided_rows, names=found)
    prior = np.zeros(len(found)), np.ones(len(found))
    point, covariance = np.full(size, 0.1), 0.1 * np.eye(size)
    one, other = (GroupedLikelihood(rows, found, *prior) for rows in (dataset, in_memory(rows.decided)))
    for _ in range(2):
        sums = (each.gradient_and_hessian(point, covariance) for each in (one, other))
        for mine, theirs in zip(*sums, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9)


def test_a_table_without_an_outcome_gives_the_prior(spark, tmp_path):
    (tmp_path / "t.csv").write_text("rapport,outcome\n4,pending\n,\n", encoding="utf-8")
    result = train_spark(str(tmp_path / "t.csv"))
    assert (result.n_offer, result.n_ignored) == (0, 2)
    assert_same_posterior(result.model.posterior, MODEL.posterior)


def test_exact_fits_replace_a_quadratic_that_is_too_coarse(spark, tmp_path, monkeypatch):
    frame = simulate(2000, seed=2)
    frame.to_parquet(tmp_path / "t.parquet")
    first = train(simulate(500, seed=5)).model
    alone = train(frame, prior=first)
    monkeypatch.setattr(spark_training, "QUADRATIC_FROM", 1000)
    monkeypatch.setattr(fitting, "fit_quadratic", lambda *_: None)
    result = train_spark(str(tmp_path / "t.parquet"), prior=first)
    assert max_difference(result, alone) < 1e-6
    np.testing.assert_allclose(result.model.posterior.covariance, alone.model.posterior.covariance, atol=1e-8)
    assert result.check is None


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_scores_are_those_of_one_process_and_cells_are_unchanged(spark, small_splits, tmp_path, suffix):
    frame = simulate(3000, seed=4).assign(id=np.arange(3000), note='said: "yes", and left')
    frame["Company"] = pd.array([4, 17, None, 5] * 750, dtype="Int64")
    table, out = tmp_path / f"t.{suffix}", tmp_path / "out.parquet"
    frame.to_csv(table, index=False) if suffix == "csv" else frame.to_parquet(table)
    out.mkdir()
    (out / "part-0.parquet").write_text("of before")
    model = replace(MODEL, employers=LEVELS)
    assert predict_spark(model, str(table), str(out), level=0.8).n == 3000
    found = pd.read_parquet(out)
    wanted = read_table(table).assign(**model.predict_frame(read_table(table), 0.8))
    by_company = wanted["probability"].groupby(np.arange(3000) % 4).mean()
    assert by_company[1] > by_company[2] + 0.1 > by_company[0] + 0.2
    np.testing.assert_allclose(found[SCORES], wanted[SCORES], rtol=0, atol=1e-9)
    assert list(found.columns) == list(wanted.columns)
    assert found["id"].astype(int).tolist() == list(range(3000))
    assert (found["note"] == wanted["note"]).all()
    if suffix == "parquet":
        assert pd.api.types.is_integer_dtype(found["id"])
        assert found["Company"][:2].tolist() == [4, 17]
    assert {path.name for path in tmp_path.iterdir()} == {"out.parquet", table.name}


def test_rows_of_several_files_have_their_own_scores_in_any_order(spark, tmp_path):
    (tmp_path / "in").mkdir()
    frames = [simulate(n, seed=n).assign(id=np.arange(n) + 1000 * n) for n in (40, 300, 7)]
    for i, frame in enumerate(frames):
        frame.to_parquet(tmp_path / "in" / f"{i}.parquet")
    predict_spark(MODEL, str(tmp_path / "in"), str(tmp_path / "out"))
    found = pd.read_parquet(tmp_path / "out").set_index("id")[SCORES]
    wanted = pd.concat([MODEL.predict_frame(frame.set_index("id")) for frame in frames])
    np.testing.assert_allclose(found.loc[wanted.index], wanted, rtol=0, atol=1e-9)
    assert len(found) == 347


def _tables(folder):
    """Write three tables of 400 rows with 30 faults, and return their positions: (file, row)."""
    folder.mkdir()
    places = []
    for name in ("a", "b", "c"):
        frame = simulate(400, seed=7).astype(object)
        for row in range(1, 400, 40):
            frame.loc[row, "rapport"] = "awful"
            places.append((str(folder / f"{name}.csv"), row + 1))
        frame.to_csv(folder / f"{name}.csv", index=False)
    return places


def test_every_fault_is_counted_and_the_first_are_shown_with_their_rows(spark, small_splits, tmp_path):
    places = _tables(tmp_path / "in")
    out = tmp_path / "out"
    out.mkdir()
    (out / "before").write_text("existing")
    for work in (
        lambda: predict_spark(MODEL, str(tmp_path / "in"), str(out)),
        lambda: train_spark(str(tmp_path / "in" / "*.csv")),
    ):
        with pytest.raises(InputError) as error:
            work()
        assert [(fault.source, fault.row) for fault in error.value.faults] == places[:20]
        assert error.value.count == 30
        assert "30 faults" in str(error.value)
        assert "… and 10 more" in str(error.value)
    assert [path.name for path in out.iterdir()] == ["before"]
    assert {path.name for path in tmp_path.iterdir()} == {"in", "out"}


def test_bad_rows_go_to_another_folder_with_the_reason(spark, small_splits, tmp_path):
    places = _tables(tmp_path / "in")
    with (tmp_path / "in" / "c.csv").open("a", encoding="utf-8") as file:
        file.write("1,2\n")
    found = predict_spark(MODEL, str(tmp_path / "in"), str(tmp_path / "out"), skip_bad=str(tmp_path / "bad"))
    assert (found.n, found.n_bad) == (1170, 31)
    good, bad = pd.read_parquet(tmp_path / "out"), pd.read_parquet(tmp_path / "bad")
    assert len(good) == 1170
    assert good[SCORES].notna().all(axis=None)
    assert sorted(zip(bad["source"], bad["row"], strict=True)) == [
        *places,
        (str(tmp_path / "in" / "c.csv"), 401),
    ]
    assert bad["fault"].str.contains("seen 'awful', expected 1 to 5").sum() == 30
    assert bad["fault"].str.contains("wrong number of cells; seen 2").sum() == 1


def test_semicolons_and_decimal_commas_of_a_spreadsheet_are_understood(spark, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text('\ufeffRapport;base rate;note\n4;0,4;a,5\n\n;;"b;c"\n', encoding="utf-8")
    predict_spark(MODEL, str(table), str(tmp_path / "out"), given={"days_since_interview": 9.0})
    found, read = pd.read_parquet(tmp_path / "out"), read_table(table).assign(days_since_interview=9.0)
    np.testing.assert_allclose(found[SCORES], MODEL.predict_frame(read), atol=1e-12)
    assert found["note"].tolist() == ["a,5", "b;c"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no such file"),
        ({"t.csv": ""}, "the file is empty"),
        ({"t.txt": "rapport\n4\n"}, "not a table by its name"),
        ({"t.csv": "raport,stage\n4,final\n"}, "did you mean `rapport`"),
        ({"t.csv": "company\nours\n"}, "no column is a field of the catalogue"),
        ({"t.csv": "rapport,low\n4,1\n"}, "low: the table has this column already"),
        ({"t.csv": "rapport,rapport\n4,4\n"}, "two columns share this name"),
        (
            {"a.csv": "rapport,stage\n4,final\n", "b.csv": "stage,rapport\nfinal,4\n"},
            "columns differ from those of the first file",
        ),
    ],
)
def test_a_table_that_cannot_be_scored_is_refused_with_the_reason(spark, tmp_path, files, message):
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        predict_spark(MODEL, str(folder), str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_links_are_followed_and_nothing_but_a_folder_or_a_file_is_replaced(spark, tmp_path):
    (tmp_path / "t.csv").write_text("rapport\n5\n", encoding="utf-8")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    predict_spark(MODEL, str(tmp_path / "t.csv"), str(tmp_path / "link"))
    assert (tmp_path / "link").is_symlink()
    assert list((tmp_path / "real").glob("*.parquet"))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "protected").write_bytes(b"earlier")
    (tmp_path / "protected").chmod(0o400)
    for name in ("/dev/null", tmp_path / "pipe", tmp_path / "protected"):
        with pytest.raises(InputError, match=r"not a folder|write-protected"):
            predict_spark(MODEL, str(tmp_path / "t.csv"), str(name))
    assert not Path("/dev/null").is_dir()
    assert not (tmp_path / "pipe").is_dir()
    assert (tmp_path / "protected").read_bytes() == b"earlier"


def test_an_output_that_cannot_be_written_is_named(spark, tmp_path):
    (tmp_path / "t.csv").write_text("rapport\n4\n", encoding="utf-8")
    for out, message in (("t.csv/out", "cannot be written"), ("out.xlsx", "cannot write this format")):
        with pytest.raises(InputError, match=message):
            predict_spark(MODEL, str(tmp_path / "t.csv"), str(tmp_path / out))


def test_a_missing_outcome_column_is_named(spark, tmp_path):
    (tmp_path / "t.csv").write_text("rapport,result\n4,offer\n", encoding="utf-8")
    with pytest.raises(AnswerError, match="no outcome column"):
        train_spark(str(tmp_path / "t.csv"))
    with pytest.raises(AnswerError, match="employer: no such column"):
        train_spark(str(tmp_path / "t.csv"), "result", group="employer")
    assert train_spark(str(tmp_path / "t.csv"), "result").n_offer == 1


def test_more_employers_than_the_driver_can_add_up_are_refused(spark, tmp_path, monkeypatch):
    monkeypatch.setattr(spark_training, "QUADRATIC_FROM", 3)
    monkeypatch.setattr(spark_datasets, "MAX_EMPLOYERS", 2)
    table = "rapport,company,outcome\n4,Acme,offer\n2,Byte,no\n2,Core,no\n"
    (tmp_path / "t.csv").write_text(table, encoding="utf-8")
    with pytest.raises(
        AnswerError, match="company: too many employers; seen more than 2, expected at most 2"
    ):
        train_spark(str(tmp_path / "t.csv"), group="company")


def test_commands_run_on_spark(spark, offerodds, tmp_path):
    frame = simulate(200, seed=1).assign(company=["Acme", "Byte"] * 100)
    pd.concat([frame, frame]).to_csv(tmp_path / "t.csv", index=False)
    options = ["--engine", "spark", "--synthetic", "--group", "company", "--out", tmp_path / "mine.json"]
    ran = offerodds("train", tmp_path / "t.csv", *options)
    assert ran.code == 0, ran.err
    assert "rows are equal to an earlier one" in ran.err
    assert OfferModel.load(tmp_path / "mine.json").employers.names == ("acme", "byte")
    assert "Learned from 400 interviews" in ran.out
    options = ["--engine", "spark", "--model", tmp_path / "mine.json"]
    ran = offerodds("predict", tmp_path / "t.csv", *options, "--out", tmp_path / "out.csv")
    assert ran.code == 0, ran.err
    assert "400 interviews" in ran.out
    frames = [pd.read_csv(path) for path in (tmp_path / "out.csv").glob("part-*.csv")]
    assert sum(map(len, frames)) == 400


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["predict", "t.csv", "--master", "yarn"], "--master works only with --engine spark"),
        (["predict", "t.csv", "--engine", "spark"], "--engine spark needs --out"),
        (["predict", "t.csv", "--engine", "spark", "--out", "o", "--json"], "--json cannot be used with"),
        (["train", "--engine", "spark"], "--engine spark needs a TABLE"),
        (["train", "t.csv", "--engine", "spark", "--report", "r.md"], "--report cannot be used with"),
    ],
)
def test_options_that_the_engine_does_not_have_are_refused(offerodds, options, message):
    ran = offerodds(*options)
    assert ran.code == 2
    assert message in ran.err


def test_a_company_for_a_whole_table_is_refused(offerodds, tmp_path):
    replace(MODEL, employers=LEVELS).save(tmp_path / "m.json")
    options = ["--engine", "spark", "--out", "o", "--company", "4", "--model", tmp_path / "m.json"]
    ran = offerodds("predict", "t.csv", *options)
    assert ran.code == 2
    assert "--company cannot be used with --engine spark" in ran.err


def test_an_address_that_is_no_master_is_refused():
    for master in ("local[x]", "127.0.0.1:7077", "sc://host"):
        with pytest.raises(AnswerError, match="not a Spark master"):
            check_master(master)


def _run_alone(tmp_path, *options, **environment):
    """Run the command without an active Spark session."""
    (tmp_path / "t.csv").write_text("rapport\n4\n", encoding="utf-8")
    command = [sys.executable, "-m", "offerodds", "predict", "t.csv", "--engine", "spark", "--out", "out"]
    ran = subprocess.run(
        [*command, *options],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=60,
    )
    assert not (tmp_path / "out").exists()
    return ran.returncode, ran.stderr


def test_without_java_one_sentence_names_what_to_install(tmp_path):
    code, message = _run_alone(tmp_path, PATH="/nowhere", JAVA_HOME="")
    assert code == 1
    assert message.startswith("offerodds: Spark needs Java 17 or newer, but none was found: install Java 17")
    assert message.count("\n") == 1
    code, message = _run_alone(tmp_path, JAVA_HOME="/nowhere")
    assert code == 1
    assert "JAVA_HOME (/nowhere) has none" in message


def test_an_old_java_is_refused(tmp_path, monkeypatch):
    from offerodds.training.spark.session import check_java

    java_ = tmp_path / "bin" / "java"
    java_.parent.mkdir()
    java_.write_text("#!/bin/sh\necho 'openjdk version \"1.8.0_412\"' >&2\n")
    java_.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(MissingExtraError, match="is 8: install Java 17"):
        check_java()


def test_without_pyspark_one_sentence_names_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'offerodds\[spark\]'"), session():
        pass


def test_a_master_that_does_not_respond_is_named_at_once(tmp_path):
    java()
    code, message = _run_alone(tmp_path, "--master", "spark://127.0.0.1:9")
    assert code == 1
    sentence = "no Spark master answers at spark://127.0.0.1:9: start it, or use another --master"
    assert message == f"offerodds: {sentence}\n"
