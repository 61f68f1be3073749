"""What the pages work with: the model in use, the journal, and the training that runs."""

from pathlib import Path
from threading import Lock
from typing import Annotated, Any

from fastapi import Depends, Request

from ..data.files import own_model_path
from ..journal.store import Journal
from ..training.model_store import Chosen, choose_model
from .settings import Settings
from .training import Training


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
        self._chosen: tuple[Any, Chosen] | None = None

    def chosen(self) -> Chosen:
        """Return the model in use; one trained meanwhile, here or in a terminal, is read anew.

        Raises
        ------
        InputError
            Its file cannot be used.
        """
        stamp = _stamp(Path(self.settings.model) if self.settings.model else own_model_path())
        with self._lock:
            if self._chosen is None or self._chosen[0] != stamp:
                self._chosen = (stamp, choose_model(self.settings.model, None))
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
