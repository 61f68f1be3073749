"""Datasets in memory and in a temporary file hold the same interviews and give the same fit."""

import errno
import tempfile

import numpy as np
import pytest

from helpers import CATALOGUE, assert_same_posterior
from offerodds import FileError, OfferModel, simulate, train
from offerodds.model.prior import WeightedData
from offerodds.training import train as training
from offerodds.training.fitting import dataset as datasets
from offerodds.training.fitting import fit as fitting
from offerodds.training.fitting.dataset import DiskDataset, InMemoryDataset
from offerodds.training.fitting.fit import fit_posterior, published_weights
from offerodds.training.simulation.simulate import simulate_answers

PRIOR_MODEL = OfferModel.default()
N = 1050


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of a hundred rows, of which two stay in memory."""
    monkeypatch.setattr(datasets, "_BLOCK_ROWS", 100)
    monkeypatch.setattr(datasets, "_BLOCKS_IN_MEMORY", 2)


def _rows(n=N, seed=4):
    scored = PRIOR_MODEL.score(simulate_answers(n, CATALOGUE, seed=seed))
    offer = (np.random.default_rng(seed).random(n) < scored.probability).astype(float)
    return WeightedData(scored.X, offer, np.ones(n), scored.context)


@pytest.fixture
def on_disk():
    """Return a function that adds rows to a dataset in batches of given sizes, then the rest."""
    created = []

    def add_all(rows, sizes):
        columns = [*rows.X.T, rows.offset]
        dataset, start = (
            DiskDataset(len(columns), lambda each: (np.stack(each[:-1]).T, each[-1].copy(), None)),
            0,
        )
        created.append(dataset)
        for size in [*sizes, rows.y.size]:
            dataset.add([each[start : start + size] for each in columns], rows.y[start : start + size])
            start += size
        return dataset

    yield add_all
    for dataset in created:
        dataset.close()


def _assert_equal(one, other):
    for name in ("X", "y", "weight", "offset"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("sizes", [[], [1, 99, 100, 101], [0, 250, 0, 350], [1] * 30])
def test_blocks_on_disk_are_those_in_memory_for_any_batch_sizes(small_blocks, on_disk, sizes):
    rows = _rows()
    disk, memory = on_disk(rows, sizes), InMemoryDataset(rows)
    assert (disk.n, disk.n_blocks) == (memory.n, memory.n_blocks) == (N, 11)
    for i in reversed(range(memory.n_blocks)):
        _assert_equal(disk.block(i), memory.block(i))
    _assert_equal(disk.collect(), rows)


@pytest.mark.parametrize("n", [0, 1, 100, 200, 201, N])
def test_subsample_takes_rows_at_equal_distances(small_blocks, on_disk, monkeypatch, n):
    monkeypatch.setattr(datasets, "_SUBSAMPLE_ROWS", 150)
    rows = _rows(n)
    for dataset in (on_disk(rows, [120]), InMemoryDataset(rows)):
        _assert_equal(dataset.subsample(), rows[:: max(n // 150, 1)])


def test_fit_on_disk_is_the_fit_in_memory(small_blocks, on_disk, monkeypatch):
    monkeypatch.setattr(fitting, "QUADRATIC_FROM", 500)
    rows, published = _rows(), published_weights(PRIOR_MODEL)
    disk, memory = on_disk(rows, [333, 333]), InMemoryDataset(rows)
    fits = [fit_posterior(dataset, published) for dataset in (disk, memory)]
    assert_same_posterior(fits[0].posterior, fits[1].posterior)
    assert_same_posterior(fits[0].unscaled, fits[1].unscaled)
    np.testing.assert_allclose(disk.max_information(), memory.max_information())


def test_the_bound_on_the_information_of_very_many_has_the_correlations_of_a_sample(
    small_blocks, monkeypatch
):
    rows = _rows()
    rows.X[:, 5], rows.X[33, 5] = 0.0, 2.0  # a sign that no row of the sample answers
    of_all = InMemoryDataset(rows).max_information()
    np.testing.assert_allclose(of_all, rows.X.T @ rows.X / 4, atol=1e-12)
    monkeypatch.setattr(datasets, "_SUBSAMPLE_ROWS", 200)
    found = InMemoryDataset(rows).max_information()
    np.testing.assert_allclose(np.diag(found), np.diag(of_all))
    assert found[5, 5] == 1.0
    assert np.linalg.eigvalsh(found).min() > 0
    covariance = PRIOR_MODEL.posterior.covariance
    assert np.sum(found * covariance) == pytest.approx(np.sum(of_all * covariance), rel=0.05)


def test_an_answer_takes_a_byte_of_the_temporary_file(tmp_path, monkeypatch):
    monkeypatch.setattr(datasets, "_BLOCKS_IN_MEMORY", 0)
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: (tmp_path / "f").open("w+b"))
    n = 4 * datasets._BLOCK_ROWS
    answers = np.random.default_rng(0).integers(0, 6, (10, n)).astype(float)
    answers[answers == 0] = np.nan
    dataset = DiskDataset(10, lambda each: (np.stack(each).T, np.zeros(each[0].size), None))
    dataset.add([*answers], np.zeros(n))
    np.testing.assert_array_equal(dataset.collect().X.T, answers)
    dataset.close()
    assert 11 * n < (tmp_path / "f").stat().st_size < 12 * n


def test_no_space_for_the_temporary_file_is_a_fault_with_its_remedy(small_blocks, on_disk, monkeypatch):
    def full():
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(FileError, match="seen no space left on device; set TMPDIR"):
        on_disk(_rows(), [])


def test_validation_of_very_many_interviews_reports_its_subsample(monkeypatch):
    monkeypatch.setattr(training, "QUADRATIC_FROM", 1000)
    monkeypatch.setattr(datasets, "_SUBSAMPLE_ROWS", 300)
    result = train(simulate(1200, seed=1))
    validation = result.validate(bootstraps=2)
    assert (validation.n, validation.taken_from) == (300, 1200)
    assert "These values use 300 of the 1,200 interviews" in result.report()
    assert train(simulate(900, seed=1)).validate(bootstraps=2).taken_from is None
