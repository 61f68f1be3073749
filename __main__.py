"""Run the command line with ``python -m offerodds``."""

from .cli.main import run

if __name__ == "__main__":
    run()
