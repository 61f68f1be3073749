"""What the pages share: the model in use, the journal, and the training that runs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread
from typing import Annotated, Any

from fastapi import Depends, Request

from ..data.errors import Fault, InputError, OfferOddsError
from ..data.files import user_model_path
from ..journal.store import Journal
from ..training.model_store import ActiveModel, resolve_model
from ..training.result import TrainingResult
from .settings import Settings

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


class Site:
    """What all requests share.

    Parameters
    ----------
    settings : Settings
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.training = Training()
        self._lock = Lock()
        self._chosen: tuple[Any, ActiveModel] | None = None

    def chosen(self) -> ActiveModel:
        """Return the model in use; one trained meanwhile, here or in a terminal, is read anew.

        Raises
        ------
        InputError
            Its file cannot be used.
        """
        stamp = _stamp(Path(self.settings.model) if self.settings.model else user_model_path())
        with self._lock:
            if self._chosen is None or self._chosen[0] != stamp:
                self._chosen = (stamp, resolve_model(self.settings.model, None))
            return self._chosen[1]

    def journal(self) -> Journal:
        """Open the journal, which whoever asks for it closes."""
        return Journal(self.settings.journal, self.chosen().model.catalogue)


def site_of(request: Request) -> Site:
    """Return what the requests of an application share."""
    site: Site = request.app.state.site
    return site


async def _shared(request: Request) -> Site:
    return site_of(request)  # a plain function would be called in another thread, which costs more than this


Shared = Annotated[Site, Depends(_shared)]


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what tells one state of a file from another."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
