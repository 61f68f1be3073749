"""The pages, a file each."""

from .form import router as form

routers = (form,)
