"""A person with a pencil: reads a printed scorecard and fills it in, with nothing but the page."""

import re
from html.parser import HTMLParser


class Card(HTMLParser):
    """What is on the page.

    ``questions`` has the answers of each question with their points, ``choices`` the smallest number of
    answers of each column, ``situation`` the points of each column by heading and answer, and ``chances`` the
    rows of the last table.
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
                self.spans.append((self.text[-1].strip(), whole(text)))
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
            self.situation[self.heading][answer] = dict(zip(self.choices, map(whole, points), strict=True))

    def fill(self, answers, situation):
        """Fill in the page and read the chance, in per cent.

        Parameters
        ----------
        answers : dict
            The beginning of a question to an answer in words, or to a number where the nearest counts.
        situation : dict
            The same for the headings of the start and the wait.
        """
        points = sum(chosen(self._found(self.questions, asked), given) for asked, given in answers.items())
        column = [name for name, first in self.choices.items() if len(answers) >= first][-1]
        for heading, given in situation.items():
            points += chosen(self._found(self.situation, heading), given)[column]
        place = list(self.choices).index(column)
        nearest = min(self.chances, key=lambda row: abs(whole(row[place]) - points))
        return int(nearest[-2].removesuffix("%"))

    def _found(self, table, beginning):
        return next(answers for text, answers in table.items() if text.startswith(beginning))


def chosen(answers, given):
    """Choose an answer by its words, or the nearest number."""
    if isinstance(given, str):
        return answers[given]
    return answers[min(answers, key=lambda shown: abs(number(shown) - given))]


def whole(text):
    return int(text.replace("−", "-"))


def number(text):
    return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
