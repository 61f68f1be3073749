"""The REST API: the same JSON as the commands print."""

from . import catalogue, exchange, journal, outlook, predict, train

# exchange before journal: else "export.csv" would be matched as the number of an interview
routers = tuple(each.router for each in (predict, catalogue, exchange, journal, outlook, train))
