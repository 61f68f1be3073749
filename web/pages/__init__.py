"""The pages, a file each."""

from .form import router as form
from .train import router as train
from .weights import router as weights

routers = (form, train, weights)
