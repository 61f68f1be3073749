"""The command in a terminal, in a process forked from one that has loaded everything."""

import multiprocessing
import os
import sys
import termios
from multiprocessing.reduction import DupFd
from pathlib import Path

from pexpect import EOF
from pexpect.fdpexpect import fdspawn

_LOADED = ("cli.main", "cli.questionnaire", "cli.render.prediction", "journal.store", "training.model_store")
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([f"offerodds.{name}" for name in _LOADED])


class Terminal(fdspawn):
    """A terminal of 40 lines that runs the command.

    Parameters
    ----------
    arguments : sequence of str
        Arguments of the command.
    folder : Path
        Where it runs.
    columns : int
    """

    def __init__(self, *arguments: str, folder: Path, columns: int = 100) -> None:
        ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (40, columns))
        settings = {"TERM": "xterm", "COLUMNS": str(columns), "PROMPT_TOOLKIT_NO_CPR": "1"}
        run = _Command(theirs, arguments, folder, os.environ | settings)
        self._process = _forks.Process(target=run, daemon=True)
        self._process.start()
        os.close(theirs)
        super().__init__(ours, encoding="utf-8", timeout=20)

    def finish(self) -> int | None:
        """Wait until the command ends; return its exit code."""
        self.expect(EOF)
        self._process.join()
        return self._process.exitcode

    def stop(self) -> None:
        """Close the terminal and end the command."""
        self.close()
        self._process.kill()
        self._process.join()


class _Command:
    """The command, sent to the new process with the terminal it runs in."""

    def __init__(self, terminal: int, *settings: object) -> None:
        self.terminal, self.settings = terminal, settings

    def __getstate__(self) -> tuple[object, ...]:
        return DupFd(self.terminal), *self.settings

    def __setstate__(self, state: tuple[object, ...]) -> None:
        self.terminal, self.settings = state[0].detach(), state[1:]

    def __call__(self) -> None:
        arguments, folder, environment = self.settings
        os.login_tty(self.terminal)
        sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, "rww"[n], encoding="utf-8") for n in range(3))
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        sys.argv = ["offerodds", *arguments]
        from offerodds.cli.main import run

        run()
