"""A standalone cluster that loses workers and master while they are needed."""

import time

import numpy as np
import pytest

from helpers import java
from offerodds import ClusterError, OfferModel, read_table, simulate, train
from offerodds.benchmarks.cluster import during_job, running
from offerodds.training.fitting import fit as fitting
from offerodds.training.spark import train as spark_training
from offerodds.training.spark.score import predict_spark
from offerodds.training.spark.train import train_spark

N = 6000
QUADRATIC_FROM = 1000  # so that workers fit so few interviews
FITTING = 6  # number of a job in the middle of the passes
PATIENCE = 20  # seconds: workers of a busy machine take some to register
WORKERS = ("worker0", "worker1")


@pytest.fixture(scope="module")
def started(tmp_path_factory):
    java()
    with running(tmp_path_factory.mktemp("cluster"), workers=0) as cluster:
        yield cluster


@pytest.fixture
def cluster(started):
    """A complete cluster, even if the test before has killed a part of it."""
    if "master" not in started.processes:
        started.start_master()
    started.start_workers([name for name in WORKERS if name not in started.processes])
    return started


@pytest.fixture
def table(tmp_path, monkeypatch):
    for module in (spark_training, fitting):
        monkeypatch.setattr(module, "QUADRATIC_FROM", QUADRATIC_FROM)
    path = tmp_path / "t.csv"
    simulate(N, seed=3, answered=0.6).to_csv(path, index=False)
    return path


def test_a_master_without_workers_is_an_error_after_the_patience(started, table):
    for name in WORKERS:
        started.kill(name)
    with pytest.raises(ClusterError, match="had no worker for 3 seconds"):
        train_spark(str(table), master=started.master, patience=3)


def test_losing_a_worker_changes_no_weight(cluster, table):
    with during_job(lambda: cluster.kill("worker0"), jobs=FITTING) as killed:
        result = train_spark(str(table), master=cluster.master)
    assert killed.is_set()
    alone = train(read_table(table))
    found, expected = result.model.posterior, alone.model.posterior
    assert np.abs(found.mean - expected.mean).max() < 1e-4
    np.testing.assert_allclose(np.diag(found.covariance), np.diag(expected.covariance), rtol=2e-3)
    assert result.training.fingerprint == alone.training.fingerprint  # every row once


@pytest.mark.parametrize("with_master", [False, True], ids=["workers", "workers and master"])
def test_losing_all_workers_is_one_sentence_and_existing_output_stays(cluster, table, with_master):
    out = table.parent / "out"
    out.mkdir()
    (out / "before").write_text("existing")
    doomed = [*WORKERS, *(["master"] if with_master else [])]
    start = time.monotonic()
    with (
        during_job(*(lambda name=name: cluster.kill(name) for name in doomed), jobs=2) as killed,
        pytest.raises(ClusterError, match=r"spark:\S+ had no worker for 20 seconds; no existing output"),
    ):
        predict_spark(OfferModel.default(), str(table), str(out), master=cluster.master, patience=PATIENCE)
    assert killed.is_set()
    assert time.monotonic() - start < 300 + PATIENCE  # Spark itself would wait forever
    assert [path.name for path in out.iterdir()] == ["before"]
