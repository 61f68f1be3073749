"""Links of a document as they lead in the repository, made to lead in the site.

On a code host documents link to each other and to files beside ``docs/``. In the site those files
are copied, so that every link works offline, and what has a page there leads to it.
"""

import re
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from posixpath import normpath, relpath

# what stands outside docs/ and has a page in the site
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "cli/main.py": "commands.md",
    "data/evidence.csv": "evidence.md",
    "data/signals.toml": "signals.md",
    "training/evaluation/metrics.py": "metrics.md",
    "web/api_reference.py": "rest.md",
}
COPIES = "files"
ROOT = Path(__file__).resolve().parents[2]
_LINK = re.compile(r"(?<=\]\()(?P<target>[^)#:\s]+)(?P<anchor>#[^)\s]*)?(?=\))")


def in_the_site(
    markdown: str, source: str, page: str, pages: Mapping[str, str], copy: Callable[[str], object]
) -> str:
    """Return a document whose links lead to pages and copies in the site.

    Parameters
    ----------
    markdown : str
    source : str
        Where the document stands in the repository, such as ``docs/method.md``.
    page : str
        Where its page stands under ``docs_dir``, such as ``method.md``.
    pages : mapping of str to str
        Place in the repository to the page that stands for it.
    copy : callable
        Told of each file that the site must hold a copy of, by its place in the repository.

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
