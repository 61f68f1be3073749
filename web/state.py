"""State that all requests share: the model in use, the journal, and training in the background."""

from collections.abc import Callable
from contextvars import copy_context
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, Thread
from typing import Annotated, Any

from fastapi import Depends, Request

from ..data.errors import Fault, InputError, JournalError, Kind, OfferOddsError, Remedy, Words
from ..data.files import user_model_path
from ..data.language import N_
from ..journal.store import Journal
from ..model.offer_model import OfferModel
from ..training.model_store import ActiveModel, resolve_model
from ..training.result import TrainingResult
from ..training.validation.candidates import CandidateName, Choice
from .remedies import API
from .settings import Settings

TrainingJob = Callable[[], TrainingResult]


@dataclass(frozen=True)
class TrainingProgress:
    """Progress of a training.

    Parameters
    ----------
    running : bool
    step : str
        The current step, a message; empty if no training is running.
    done, total : int
        Refits of the validation; 0 before it begins.
    result : TrainingResult or None
        The result, once the training is complete.
    choice : Choice or None
        The model in use after it, once it is complete.
    faults : tuple of Fault
        The reasons why the training failed.
    """

    running: bool
    step: str = ""
    done: int = 0
    total: int = 0
    result: TrainingResult | None = None
    choice: Choice | None = None
    faults: tuple[Fault, ...] = ()


class TrainingWorker:
    """Runs one training at a time in a thread, so that the server keeps responding."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._progress = TrainingProgress(running=False)

    @property
    def progress(self) -> TrainingProgress:
        """Progress of the current training, or the end of the last one."""
        with self._lock:
            return self._progress

    def start(
        self, job: TrainingJob, install: Callable[[OfferModel], Any], use: CandidateName | None = None
    ) -> bool:
        """Start a job unless another is running.

        Parameters
        ----------
        job : callable
            Fits the model.
        install : callable
            Makes a model the one in use; called after the validation.
        use : {"default", "level", "trained"}, optional
            The model to use, by default the one that predicts unseen interviews best.

        Returns
        -------
        bool
            True if the job was started.
        """
        with self._lock:
            if self._progress.running:
                return False
            self._progress = TrainingProgress(running=True, step=N_("Training"))
        in_context = copy_context()  # with the language of the person
        Thread(target=in_context.run, args=(self._run, job, install, use), daemon=True).start()
        return True

    def _run(self, job: TrainingJob, install: Callable[[OfferModel], Any], use: CandidateName | None) -> None:
        try:
            result = job()
            self._update(step=N_("Checking"))
            result.validate(progress=lambda done, total: self._update(done=done, total=total))
            choice = result.choose(use)
            install(choice.model)
            self._update(running=False, step="", result=result, choice=choice)
        except InputError as error:
            self._update(running=False, faults=tuple(error.faults))
        except OfferOddsError as error:
            self._update(running=False, faults=(Fault(str(error)),))
        except BaseException:
            fault = Fault("the training failed", remedy="the terminal shows the error")
            self._update(running=False, faults=(fault,))
            raise

    def _update(self, **changes: Any) -> None:
        with self._lock:
            self._progress = replace(self._progress, **changes)


class AppState:
    """State that all requests share.

    Parameters
    ----------
    settings : Settings
    words : mapping of Remedy to str
        Words for the remedies in remarks: those of the REST API or of the tools.
    """

    def __init__(self, settings: Settings, words: Words = API) -> None:
        self.settings = settings
        self.words = words
        self.training = TrainingWorker()
        self._lock = Lock()
        self._cached_model: tuple[Any, ActiveModel] | None = None
        self._had_journal = False

    def active_model(self) -> ActiveModel:
        """Load the model in use; its file is read again after each change, from here or from a terminal.

        Raises
        ------
        InputError
            The file cannot be used.
        """
        version = _file_version(Path(self.settings.model) if self.settings.model else user_model_path())
        with self._lock:
            if self._cached_model is None or self._cached_model[0] != version:
                self._cached_model = (version, resolve_model(self.settings.model, None))
            return self._cached_model[1]

    def open_journal(self) -> Journal:
        """Open the journal; the caller closes it.

        Raises
        ------
        InputError
            It cannot be used, or is gone: a new and empty one would look as if all entries were lost.
        """
        path = self.settings.journal
        if self._had_journal and not path.exists():
            problem = N_("the journal was moved or deleted while the page was open")
            raise JournalError([Fault(problem, str(path), remedy=Remedy.RESTART, kind=Kind.CONFLICT)])
        journal = Journal(path, self.active_model().model.catalogue)
        self._had_journal = True
        return journal


def app_state(request: Request) -> AppState:
    """Return the shared state of the application that serves a request."""
    state: AppState = request.app.state.offerodds
    return state


async def _dependency(request: Request) -> AppState:
    return app_state(request)  # async, since FastAPI would call a plain function in another thread


State = Annotated[AppState, Depends(_dependency)]


def _file_version(path: Path) -> tuple[int, int, int] | None:
    """Return inode, modification time (ns) and size of a file; None if it does not exist."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
