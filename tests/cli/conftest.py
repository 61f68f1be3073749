"""The command in a terminal."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Start the command in a terminal, in the folder of the test."""
    pytest.importorskip("termios", reason="Windows has no pseudo-terminals")
    from terminals import Terminal

    started = []

    def start(*arguments: object, columns: int = 100) -> Terminal:
        started.append(Terminal(*map(str, arguments), folder=tmp_path, columns=columns))
        return started[-1]

    yield start
    for child in started:
        child.stop()
