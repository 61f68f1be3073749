"""One training at a time, in the background, with its progress."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import Any

from ..data.errors import Fault, InputError, OfferOddsError
from ..training.result import TrainingResult

Learn = Callable[[], TrainingResult]


@dataclass(frozen=True)
class Progress:
    """How far a training is.

    Parameters
    ----------
    running : bool
    step : str
        What it is doing.
    done, total : int
        Refits of the validation; 0 before it begins.
    result : TrainingResult or None
        Once it is there.
    faults : tuple of Fault
        What kept it from ending well.
    """

    running: bool
    step: str = ""
    done: int = 0
    total: int = 0
    result: TrainingResult | None = None
    faults: tuple[Fault, ...] = ()


class Training:
    """Learns in a thread of its own, so that pages answer meanwhile."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._now = Progress(running=False)

    @property
    def now(self) -> Progress:
        """How far it is."""
        with self._lock:
            return self._now

    def start(self, learn: Learn, keep: Callable[[TrainingResult], Any]) -> bool:
        """Begin, unless one is running already.

        Parameters
        ----------
        learn : callable
            Gives what the outcomes teach.
        keep : callable
            Puts the result to use once it is validated.

        Returns
        -------
        bool
            Whether this one began.
        """
        with self._lock:
            if self._now.running:
                return False
            self._now = Progress(running=True, step="Learning")
        Thread(target=self._run, args=(learn, keep), daemon=True).start()
        return True

    def _run(self, learn: Learn, keep: Callable[[TrainingResult], Any]) -> None:
        try:
            result = learn()
            self._set(step="Validating")
            result.validate(progress=lambda done, total: self._set(done=done, total=total))
            keep(result)
            self._set(running=False, step="", result=result)
        except InputError as error:
            self._set(running=False, faults=tuple(error.faults))
        except OfferOddsError as error:
            self._set(running=False, faults=(Fault(str(error)),))
        except BaseException:
            self._set(running=False, faults=(Fault("training failed; the terminal says why"),))
            raise

    def _set(self, **changed: Any) -> None:
        with self._lock:
            self._now = replace(self._now, **changed)
