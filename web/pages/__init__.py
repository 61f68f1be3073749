"""The pages, one file each, and the menu; `web.app` adds the form."""

from .docs import router as docs
from .edit import router as edit
from .exchange import router as exchange
from .interview import router as interview
from .journal import router as journal
from .outlook import router as outlook
from .train import router as train
from .weights import router as weights

routers = (journal, exchange, interview, edit, outlook, train, weights, docs)
MENU = (
    ("/", "Estimate"),
    ("/journal", "Journal"),
    ("/outlook", "Outlook"),
    ("/score", "Score"),
    ("/weights", "Weights"),
    ("/train", "Train"),
)
