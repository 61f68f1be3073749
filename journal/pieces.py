"""Answers as the journal keeps them, taken apart without parsing each one again.

``{"rapport":"warm","met_team":"yes"}`` has no blanks and nothing nested, and the same answers come again
and again: a reader of many interviews need look at each distinct piece, ``rapport":"warm"``, only once.
"""

import json
import re
from typing import Any

_BETWEEN = re.compile(r',"(?=[a-z])')


def pieces(answers: str) -> list[str]:
    """Return the pieces of one interview's answers; one empty piece where there are none.

    Examples
    --------
    >>> pieces('{"rapport":"warm","met_team":"yes"}')
    ['rapport":"warm"', 'met_team":"yes"']
    >>> pieces('{"rapport":"warm,","met_team":"yes"}')
    ['rapport":"warm,"', 'met_team":"yes"']
    """
    if ',",' in answers or answers.endswith(',"}'):  # only where a word ends in a comma
        return _BETWEEN.split(answers[2:-1])
    return answers[2:-1].split(',"')


def answer_of(piece: str) -> tuple[str, Any]:
    """Return field and answer of a piece; a blank field for the empty one.

    Examples
    --------
    >>> answer_of('rapport":"warm"')
    ('rapport', 'warm')
    """
    ((field, answer),) = json.loads(f'{{"{piece}}}').items() if piece else (("", None),)
    return field, answer
