"""Text in figures: find texts that overlap, are cut off at the edge, or are too small."""

from contextlib import contextmanager

import numpy as np
from matplotlib.text import Text

TOLERANCE = 0.5  # pixels


@contextmanager
def record_texts():
    """Record the text artists that are drawn, each with its bounding box in pixels."""
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


def texts_of(figure):
    """Draw a figure and list its text artists, each with its bounding box in pixels."""
    with record_texts() as drawn:
        figure.draw_without_rendering()
    return drawn


def text_faults(figure, drawn=None):
    """List the faults of the text of a figure; ``drawn`` is the result of `texts_of` if known."""
    drawn, edge = texts_of(figure) if drawn is None else drawn, figure.bbox
    cut = [
        f"cut: {text.get_text()!r}"
        for text, box in drawn
        if box.x0 < edge.x0 - TOLERANCE
        or box.y0 < edge.y0 - TOLERANCE
        or box.x1 > edge.x1 + TOLERANCE
        or box.y1 > edge.y1 + TOLERANCE
    ]
    boxes = np.array([box.extents for _, box in drawn]).reshape(-1, 1, 4)
    others = boxes.transpose(1, 0, 2)
    shared = np.minimum(boxes, others)[..., 2:] - np.maximum(boxes, others)[..., :2]
    overlapping = [
        f"overlap: {drawn[i][0].get_text()!r} and {drawn[j][0].get_text()!r}"
        for i, j in np.argwhere((shared > TOLERANCE).all(axis=-1))
        if i < j
    ]
    small = [f"small: {text.get_text()!r}" for text, _ in drawn if text.get_fontsize() < 8]
    return [*cut, *overlapping, *small]
