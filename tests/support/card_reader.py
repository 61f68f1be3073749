"""Read a printed scorecard and fill it in, using only the page, as a person with a pencil does."""

import re
from html.parser import HTMLParser


class Card(HTMLParser):
    """The contents of the page.

    ``questions`` maps each question to its answers with their points, ``choices`` each column to its smallest
    number of answers, ``situation`` each heading and answer to the points by column. ``chances`` has the rows
    of the last table.
    """

    def __init__(self, page):
        super().__init__()
        self.names, self.inside, self.classes, self.text = [], [], [], []
        self.cells, self.spans, self.heading = [], [], ""
        self.questions, self.choices, self.situation, self.chances = {}, {}, {}, []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)
        if tag == "meta":
            return
        self.inside.append(tag)
        self.classes.append(dict(attributes).get("class", ""))
        if tag == "tr":
            self.cells, self.spans = [], []
        if tag in ("td", "th", "b", "span"):
            self.text.append("")

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag
        class_ = self.classes.pop()
        if tag in ("td", "th", "b", "span"):
            text = self.text.pop()
            if tag in ("td", "th"):
                self.cells.append(text)
            elif tag == "b":
                self.spans.append((self.text[-1].strip(), integer(text)))
            elif class_ == "choice":
                name, first, _ = re.fullmatch(r"(\w): (\d+) to (\d+)", text).groups()
                self.choices[name] = int(first)
        if tag == "tr" and "tbody" in self.inside:
            self._row()

    def handle_data(self, data):
        if self.text:
            self.text[-1] += data

    def _row(self):
        if "form" in self.classes:
            self.questions[self.cells[0]] = dict(self.spans)
        elif "blocks" in self.classes:
            self.chances.append(self.cells)
        elif len(self.cells) == 1:
            self.heading = self.cells[0]
            self.situation[self.heading] = {}
        else:
            answer, *points = self.cells
            self.situation[self.heading][answer] = dict(zip(self.choices, map(integer, points), strict=True))

    def fill(self, answers, situation):
        """Fill in the page and look up the chance, in per cent.

        Parameters
        ----------
        answers : dict
            First words of a question to an answer in words, or to a number: then the nearest answer counts.
        situation : dict
            The same for the headings of the start and the waiting time.
        """
        points = sum(
            points_of(self._lookup(self.questions, start), answer) for start, answer in answers.items()
        )
        column = [name for name, first in self.choices.items() if len(answers) >= first][-1]
        for heading, answer in situation.items():
            points += points_of(self._lookup(self.situation, heading), answer)[column]
        i = list(self.choices).index(column)
        nearest = min(self.chances, key=lambda row: abs(integer(row[i]) - points))
        return int(nearest[-2].removesuffix("%"))

    def _lookup(self, table, start):
        return next(answers for text, answers in table.items() if text.startswith(start))


def points_of(answers, answer):
    """Look up the points of an answer, by words or by the nearest number."""
    if isinstance(answer, str):
        return answers[answer]
    return answers[min(answers, key=lambda text: abs(number(text) - answer))]


def integer(text):
    return int(text.replace("−", "-"))


def number(text):
    return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
