"""The pages, a file each."""

from .form import router as form
from .weights import router as weights

routers = (form, weights)
