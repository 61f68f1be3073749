"""What a figure shows when it is drawn: which words lie on others, and which the edge cuts."""

from contextlib import contextmanager
from itertools import combinations

from matplotlib.text import Text

TOLERANCE = 0.5  # pixels


@contextmanager
def recorded():
    """Yield a list that fills with the text artists that are drawn, each with its box in pixels."""
    drawn = []
    draw = Text.draw

    def record(self, renderer, *arguments, **options):
        draw(self, renderer, *arguments, **options)
        if self.get_visible() and self.get_text().strip():
            drawn.append((self, Text.get_window_extent(self, renderer)))

    Text.draw = record
    try:
        yield drawn
    finally:
        Text.draw = draw


def words_of(figure):
    """Return the text artists that a figure draws, each with its box in pixels."""
    with recorded() as drawn:
        figure.draw_without_rendering()
    return drawn


def faults_of(figure):
    """Return in words what is wrong with the words of a figure."""
    drawn, edge = words_of(figure), figure.bbox
    cut = [
        f"cut: {text.get_text()!r}"
        for text, box in drawn
        if box.x0 < edge.x0 - TOLERANCE
        or box.y0 < edge.y0 - TOLERANCE
        or box.x1 > edge.x1 + TOLERANCE
        or box.y1 > edge.y1 + TOLERANCE
    ]
    met = [
        f"on each other: {one.get_text()!r} and {other.get_text()!r}"
        for (one, a), (other, b) in combinations(drawn, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > TOLERANCE and min(a.y1, b.y1) - max(a.y0, b.y0) > TOLERANCE
    ]
    small = [f"small: {text.get_text()!r}" for text, _ in drawn if text.get_fontsize() < 8]
    return [*cut, *met, *small]
