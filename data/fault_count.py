"""The faults of what is too long to keep them all."""

from collections.abc import Sequence

from .errors import SHOWN_FAULTS, Fault, InputError


class FaultCount:
    """Faults as they turn up: all are counted, and the first kept to be shown.

    Examples
    --------
    >>> faults = FaultCount()
    >>> for row in range(1, 1001):
    ...     faults.add([Fault("torn", row=row)])
    >>> faults.count, len(faults.first)
    (1000, 20)
    """

    def __init__(self) -> None:
        self.count = 0
        self.first: list[Fault] = []

    def add(self, faults: Sequence[Fault]) -> None:
        """Count some more."""
        self.count += len(faults)
        self.first += faults[: SHOWN_FAULTS - len(self.first)]

    def check(self) -> None:
        """Raise them.

        Raises
        ------
        InputError
            There are some.
        """
        if self.count:
            raise InputError(self.first, self.count)
