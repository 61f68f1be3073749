"""A person with a pencil: reads a printed scorecard and reckons as it says."""

import math
import re
from html.parser import HTMLParser


class Card(HTMLParser):
    """The tables of a scorecard by the first word or two of their captions."""

    def __init__(self, page):
        super().__init__()
        self.tables, self.names, self.caption, self.figure = {}, [], "", False
        self.cells, self.rows, self.inside = None, None, []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, _):
        self.names.append(tag)
        if tag != "meta":
            self.inside.append(tag)
        if tag in ("caption", "figcaption"):
            self.caption = ""
        if tag == "table":
            self.rows = []
            if "figure" not in self.inside:
                self.caption = ""
        elif tag == "tr":
            self.cells = []
            self.rows.append(self.cells)
        elif tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag
        if tag == "table":
            name = " ".join(re.split(r"[.:]", self.caption)[0].split()) or "form"
            self.tables.setdefault(name, []).extend(self.rows)

    def handle_data(self, data):
        if {"caption", "figcaption"} & set(self.inside):
            self.caption += data
        elif {"td", "th"} & set(self.inside):
            self.cells[-1] += data

    def reckon(self, answers, *, start, days=None, promised=None, median=10.0, own=None):
        """Return the chance in per cent, from answers by question, as the page says to reckon it.

        Parameters
        ----------
        answers : dict
            Words of the question to words of the answer.
        start : str
            Row of the start table.
        own : int, optional
            Base rate of one's own in per cent, instead.
        """
        points = weights = 0
        letters, star = "", False
        for mark, question, shown, weight in self.tables["form"][1:-1]:
            if question not in answers:
                continue
            found = re.search(
                rf"(?:^|(?<=\d )|(?<=★ )){re.escape(answers[question])} ([+−]?\d+)( ★)?(?= |$)", shown
            )
            points += whole(found[1])
            star = star or bool(found[2])
            letters += mark
            weights += 0 if mark else whole(weight)
        head, *rows = self.tables["Table 1"]
        column = head.index(" ".join(letters) or "none") if len(head) > 2 or letters else 1
        share = float(next(row for row in rows if within(weights, row[0]))[column])
        counted = rounded(points * share)
        begun = self._own(own) if own else whole(next(r[1] for r in self.tables["Start"] if r[0] == start))
        head, *rows = self.tables["Table 2"]
        columns = [
            i for i, name in enumerate(head) if i and name.startswith("★") == star and fits(share, name)
        ]
        columns = columns or [i for i, name in enumerate(head) if i and fits(share, name)]
        keep = float(next(row for row in rows if within(counted, row[0]))[columns[0]])
        total = rounded((counted + begun) * keep)
        if days is not None:
            quotient = math.floor(100 * days / (promised or median) + 0.5) / 100
            total += whole(from_row(self.tables["Table 3"], quotient)[1])
        return int(from_row(self.tables["Table 4"], total)[1].removesuffix(" %"))

    def _own(self, percent):
        return whole(next(row[3] for row in self.tables["Table 4"] if row[1] == f"{percent} %"))


def whole(text):
    return int(text.replace("−", "-"))


def rounded(number):
    """Round to whole points, halves away from 0."""
    return int(math.copysign(math.floor(abs(number) + 0.5 + 1e-9), number))


def within(number, words):
    """Return whether a number is in a range, as tables write it."""
    words = words.replace("−", "-")
    if words == "any":
        return True
    if words.startswith("up to "):
        return number <= int(words.removeprefix("up to "))
    if words.endswith(" or more"):
        return number >= int(words.removesuffix(" or more"))
    first, _, last = words.partition(" to ") if " to " in words else words.partition("–")
    return int(first) <= number <= int(last or first)


def fits(share, words):
    """Return whether a share is in a range of shares."""
    words = words.removeprefix("★ ")
    if words == "any":
        return True
    if words.startswith("under "):
        return share < float(words.removeprefix("under "))
    if words.endswith(" or more"):
        return share >= float(words.removesuffix(" or more"))
    first, _, last = words.partition(" to ")
    return float(first) <= share <= float(last)


def from_row(rows, number):
    """Return the last row that begins at or below a number."""
    found = [row for row in rows if row[0] != "from" and (row[0] == "less" or value(row[0]) <= number)]
    return found[-1]


def value(text):
    return float(text.replace("−", "-"))
