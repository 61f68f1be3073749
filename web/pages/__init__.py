"""The pages, one file each, and the menu; `web.app` adds the form."""

from . import docs, edit, exchange, guide, interview, journal, outlook, train, weights

# outlook and exchange before interview: else "rates" would be matched as the number of an interview
_PAGES = (journal, exchange, guide, outlook, interview, edit, train, weights, docs)
routers = tuple(each.router for each in _PAGES)
MENU = (
    ("/", "Estimate"),
    ("/journal", "Journal"),
    ("/outlook", "Outlook"),
    ("/score", "Score"),
    ("/weights", "Weights"),
    ("/train", "Train"),
)
