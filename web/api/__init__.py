"""The REST API: the same JSON as the commands print."""

from .catalogue import router as catalogue
from .exchange import router as exchange
from .journal import router as journal
from .outlook import router as outlook
from .predict import router as predict
from .train import router as train

# exchange before journal: else "export.csv" would be matched as the number of an interview
routers = (predict, catalogue, exchange, journal, outlook, train)
