"""The REST API: the same JSON as the terminal's ``--json``."""

from .predict import router as predict

routers = (predict,)
