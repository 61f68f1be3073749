"""The pages, one file each, and the menu; `web.app` adds the form."""

from . import docs, edit, exchange, interview, journal, outlook, train, weights

routers = tuple(each.router for each in (journal, exchange, interview, edit, outlook, train, weights, docs))
MENU = (
    ("/", "Estimate"),
    ("/journal", "Journal"),
    ("/outlook", "Outlook"),
    ("/score", "Score"),
    ("/weights", "Weights"),
    ("/train", "Train"),
)
