"""Concurrent writers of one journal: no acknowledged entry is lost."""

import pytest

from offerodds.benchmarks.journal_writers import MIXTURES, write


@pytest.mark.parametrize("name", MIXTURES)
def test_no_acknowledged_entry_is_lost(tmp_path, name):
    entries, lost = write(MIXTURES[name], tmp_path / "journal.db", seconds=3)
    assert not entries.errors
    assert not lost
    assert len(entries.acknowledged) > 5
