"""Many who write to one journal at once: what is acknowledged is there afterwards."""

import pytest

from offerodds.benchmarks.journal_writers import MIXTURES, write


@pytest.mark.parametrize("name", MIXTURES)
def test_no_acknowledged_entry_is_lost(tmp_path, name):
    entries, lost = write(MIXTURES[name], tmp_path / "journal.db", seconds=5)
    assert not entries.errors
    assert not lost
    assert len(entries.acknowledged) > 5
