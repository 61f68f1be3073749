"""Colours, sizes and settings that all displays share."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from ..data.errors import MissingExtraError

# Okabe & Ito (2008), Color universal design: distinct with any colour vision
BLUE, VERMILLION = "#0072B2", "#D55E00"
INK, MUTED, GRID, BAND = "#1A1A1A", "#555555", "#E2E2E2", "#CFE3F1"
PALETTE = (BLUE, "#009E73", "#E69F00", "#CC79A7", "#56B4E9", "#000000", MUTED)  # of lines beside the main one

TITLE, TEXT, SMALL = 11.0, 9.0, 8.0  # font sizes, in points
LINE = 1.25  # height of a line, in font sizes
WIDTH = 7.5  # of a new figure, in inches

# Fonts with Chinese, Japanese and Korean characters, which the default font of matplotlib lacks
_CJK_FONTS = (
    "Noto Sans CJK JP, Noto Sans CJK SC, Noto Sans JP, Source Han Sans, Hiragino Sans, PingFang SC, "
    "Apple SD Gothic Neo, Yu Gothic, Microsoft YaHei, Malgun Gothic, WenQuanYi Micro Hei, IPAGothic, "
    "Droid Sans Fallback, Arial Unicode MS"
)


def require_matplotlib() -> None:
    """Check that matplotlib is installed.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        raise MissingExtraError("a plot needs matplotlib: pip install 'offerodds[plots]'") from None


@lru_cache(maxsize=1)
def fonts() -> tuple[str, ...]:
    """List the font families in the order in which they are searched for a character."""
    from matplotlib.font_manager import get_font_names

    installed = set(get_font_names())
    return ("DejaVu Sans", *(name for name in _CJK_FONTS.split(", ") if name in installed))


@contextmanager
def styled() -> Iterator[None]:
    """Apply these settings, and restore the previous ones afterwards.

    `rc_context` would restore all settings, even the backend that pyplot sets when it makes the first figure.
    """
    from matplotlib import rcParams

    settings: Any = {
        "font.family": list(fonts()),
        "font.size": TEXT,
        "text.color": INK,
        "text.usetex": False,
        "text.parse_math": False,  # a dollar sign is a dollar sign
        "axes.unicode_minus": True,
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "hatch.linewidth": 0.9,
        "path.sketch": None,
    }
    before = {name: rcParams[name] for name in settings}
    rcParams.update(settings)
    try:
        yield
    finally:
        rcParams.update(before)
