"""The pages of the Python API: every public name on the page of its theme."""

import textwrap
from dataclasses import dataclass
from importlib import import_module

import offerodds
from offerodds.data import errors


@dataclass(frozen=True)
class Theme:
    """A page of the Python API.

    Parameters
    ----------
    title : str
    about : str
        What a reader finds there, in Markdown.
    homes : tuple of str
        Modules, or packages, whose public names it describes; first come those of the first.
    inherited : bool
        Whether a class is described with what it has from another of ours.
    """

    title: str
    about: str
    homes: tuple[str, ...]
    inherited: bool = True


THEMES = {
    "model": Theme(
        "Model and predictions",
        "From answers to a probability with its interval, and what each answer contributed.",
        ("model.offer_model", "model", "data.catalogue.catalogue"),
    ),
    "training": Theme(
        "Training and judging",
        "Learning from outcomes, judging any model by later ones, and interviews made up to try things on. "
        "[Metrics](../metrics.md) explains each metric.",
        (
            "training.train",
            "journal.training",
            "training.result",
            "training.evaluation.evaluate",
            "training.evaluation.evaluation_result",
            "training.simulation.simulate",
            "training.simulation.sample_size",
            "data.tables.formats",
        ),
    ),
    "estimator": Theme(
        "Estimators",
        "The method in scikit-learn's own terms. [Use with scikit-learn](../sklearn.md) shows them at work.",
        ("training.estimators.classifier", "training.estimators.pipeline"),
    ),
    "journal": Theme(
        "Journal",
        "Interviews, every estimate and every outcome, in one SQLite file on your disk.",
        ("journal.store", "journal.records"),
    ),
    "displays": Theme(
        "Displays",
        "Pictures in scikit-learn's manner: made by `from_…`, drawn on an `ax` of yours if you give one. "
        "They need matplotlib: `pip install 'offerodds[plots]'`.",
        ("plotting",),
    ),
    "errors": Theme(
        "Errors",
        "Everything raised on purpose. Each error lists every fault it found, with its place.\n\n"
        "```text\n" + textwrap.dedent((errors.__doc__ or "").partition("::\n\n")[2]) + "```",
        ("data.errors",),
        inherited=False,
    ),
}


def api_pages() -> dict[str, str]:
    """Return every page that has a public name on it, by the name of its theme, as Markdown."""
    return {name: _page(theme) for name, theme in THEMES.items() if names_of(theme)}


def names_of(theme: Theme) -> list[str]:
    """Return the public names of a theme, in the order of its homes and then of their code.

    Examples
    --------
    >>> names_of(THEMES["estimator"])
    ['OfferClassifier', 'FeatureExtractor', 'to_sklearn']
    """
    found = [
        name
        for home in theme.homes
        for name in sorted(offerodds.__all__, key=_place)
        if f"{offerodds._HOME[name]}.".startswith(f"{home}.")
    ]
    return list(dict.fromkeys(found))


def sources() -> dict[str, str]:
    """Return the page of each module that public names come from, by the module's place in the repository.

    Examples
    --------
    >>> sources()["training/train.py"]
    'api/training.md'
    """
    return {
        f"{offerodds._HOME[name].replace('.', '/')}.py": f"api/{page}.md"
        for page, theme in THEMES.items()
        for name in names_of(theme)
    }


def _place(name: str) -> tuple[str, int]:
    """Return where a public name is made: its module, and which of its names it is."""
    home = offerodds._HOME[name]
    return home, list(vars(import_module(f"offerodds.{home}"))).index(name)


def _page(theme: Theme) -> str:
    options = "" if theme.inherited else "    options:\n      inherited_members: false\n"
    described = "\n".join(f"::: offerodds.{name}\n{options}" for name in names_of(theme))
    return f"# {theme.title}\n\n{theme.about}\n\n{described}"
