"""Links of the repository, rewritten for the site.

On a code host documents link to each other and to files outside ``docs/``. The site has a page or a copy of
each such file, so every link works offline.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

# files outside docs/ that have a page in the site
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "cli/main.py": "commands.md",
    "data/evidence.csv": "evidence.md",
    "data/signals.toml": "signals.md",
    "notebooks/01_weights.ipynb": "notebooks/01_weights.md",
    "notebooks/02_retrain.ipynb": "notebooks/02_retrain.md",
    "notebooks/03_calibration.ipynb": "notebooks/03_calibration.md",
    "training/evaluation/metrics.py": "metrics.md",
    "training/train.py": "api/training.md",
    "web/pages/docs.py": "rest.md",
}
COPIES = "files"
ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"(?<=\]\()(?P<target>[^)#:\s]+)(?P<anchor>#[^)\s]*)?(?=\))")


def in_the_site(
    markdown: str, source: str, page: str, pages: Mapping[str, str], copy: Callable[[str], object]
) -> str:
    """Rewrite the links of a document, so that they lead to pages and copies in the site.

    Parameters
    ----------
    markdown : str
    source : str
        Path of the document in the repository, such as ``docs/method.md``.
    page : str
        Path of its page under ``docs_dir``, such as ``method.md``.
    pages : mapping of str to str
        Path in the repository to its page.
    copy : callable
        Called with the path of each file that the site needs a copy of.

    Examples
    --------
    >>> in_the_site("[what changed](../CHANGELOG.md#top)", "docs/index.md", "index.md", PAGES, print)
    '[what changed](changelog.md#top)'
    >>> in_the_site("[licence](../LICENSE)", "docs/index.md", "index.md", PAGES, print)
    LICENSE
    '[licence](files/LICENSE)'
    """

    def led(link: re.Match[str]) -> str:
        place = normpath(PurePosixPath(source).parent / link["target"])
        if not (ROOT / place).is_file():
            return link[0]
        if place.startswith("docs/"):
            leads_to = place.removeprefix("docs/")
        elif place in pages:
            leads_to = pages[place]
        else:
            copy(place)
            leads_to = f"{COPIES}/{place}"
        return relpath(leads_to, PurePosixPath(page).parent) + (link["anchor"] or "")

    return _LINK.sub(led, markdown)
