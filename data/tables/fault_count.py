"""The faults of what is too long to keep them all."""

from collections.abc import Sequence

from ..errors import SHOWN_FAULTS, Fault, InputError


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
        self._of_rows = True

    def add(self, faults: Sequence[Fault], *, of_rows: bool = True) -> None:
        """Count some more.

        Parameters
        ----------
        faults : sequence of Fault
        of_rows : bool
            Whether the table could do without the rows they stand in.
        """
        self.count += len(faults)
        self.first += faults[: SHOWN_FAULTS - len(self.first)]
        self._of_rows &= of_rows and all(fault.row is not None for fault in faults)

    def check(self) -> None:
        """Raise them, with a note where the table could do without their rows.

        Raises
        ------
        InputError
            There are some.
        """
        if self.count:
            error = InputError(self.first, self.count)
            if self._of_rows:
                error.add_note("To go on without such rows: --skip-bad bad.csv puts them aside.")
            raise error
