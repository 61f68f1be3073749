"""Interviews in memory, and those of which the most lie in a temporary file."""

import errno
import tempfile

import numpy as np
import pytest

from helpers import CATALOGUE, assert_same_posterior
from offerodds import FileError, OfferModel, simulate, train
from offerodds.model.prior import Rows, widened
from offerodds.training import train as training
from offerodds.training.fitting import dataset as here
from offerodds.training.fitting import fit as fitting
from offerodds.training.fitting.dataset import Held, Stored
from offerodds.training.fitting.fit import average_and_as_told, published
from offerodds.training.simulation.answers import simulate_answers

START = OfferModel.default()
N = 1050


@pytest.fixture
def small_parts(monkeypatch):
    """Parts of a hundred, of which two stay in memory."""
    monkeypatch.setattr(here, "_PART", 100)
    monkeypatch.setattr(here, "_IN_MEMORY", 2)


def _rows(n=N, seed=4):
    scored = START.score(simulate_answers(n, CATALOGUE, seed=seed))
    offer = (np.random.default_rng(seed).random(n) < scored.probability).astype(float)
    return Rows(scored.design, offer, np.ones(n), scored.context)


@pytest.fixture
def stored():
    """Return what stores rows that come in batches of some sizes, and then the rest."""
    made = []

    def store(rows, sizes):
        found, first = Stored(rows.design.shape[1]), 0
        made.append(found)
        for size in [*sizes, rows.outcome.size]:
            found.add(rows[first : first + size])
            first += size
        return found

    yield store
    for each in made:
        each.close()


def _equal(one, other):
    for name in ("design", "outcome", "weight", "offset"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@pytest.mark.parametrize("sizes", [[], [1, 99, 100, 101], [0, 250, 0, 350], [1] * 30])
def test_however_they_come_the_parts_are_those_in_memory(small_parts, stored, sizes):
    rows = _rows()
    apart, held = stored(rows, sizes), Held(rows)
    assert (apart.n, apart.parts) == (held.n, held.parts) == (N, 11)
    for i in reversed(range(held.parts)):
        _equal(apart.part(i), held.part(i))
    _equal(apart.every(), rows)


@pytest.mark.parametrize("n", [0, 1, 100, 200, 201, N])
def test_some_are_every_so_many_th(small_parts, stored, monkeypatch, n):
    monkeypatch.setattr(here, "_SAMPLE", 150)
    rows = _rows(n)
    for found in (stored(rows, [120]), Held(rows)):
        _equal(found.some(), rows[:: max(n // 150, 1)])


def test_what_is_learned_is_the_same(small_parts, stored, monkeypatch):
    monkeypatch.setattr(fitting, "MANY", 500)
    rows, told = _rows(), published(START)
    apart, held = stored(rows, [333, 333]), Held(rows)
    found = [average_and_as_told(each, *told) for each in (apart, held)]
    for one, other in zip(*found, strict=True):
        assert_same_posterior(one, other)
    assert apart.told(widened(*told)) == pytest.approx(held.told(widened(*told)))


def test_no_room_for_the_temporary_file_is_said(small_parts, stored, monkeypatch):
    def full():
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(FileError, match="seen no space left on device; set TMPDIR"):
        stored(_rows(), [])


def test_of_very_many_some_are_validated_and_it_is_said(monkeypatch):
    monkeypatch.setattr(training, "MANY", 1000)
    monkeypatch.setattr(here, "_SAMPLE", 300)
    result = train(simulate(1200, seed=1))
    found = result.validate(bootstraps=2)
    assert (found.n, found.taken_from) == (300, 1200)
    assert "They rest on 300 of the 1,200 interviews" in result.report()
    assert train(simulate(900, seed=1)).validate(bootstraps=2).taken_from is None
