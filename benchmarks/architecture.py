"""The house in figures: modules, lines, imports, and the words of its docstrings.

    python benchmarks/architecture.py

Counted in the source with `ast`. Imports inside functions count; a package of one docstring does not.
"""

import ast
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("data", "model", "training", "journal", "reporting", "plotting", "web", "cli")
FACES = ("cli.", "web.pages.", "web.api.")  # commands, pages and routes: one importer is all they need
WORDS = {"told": r"told", "say, says, said": r"says?|said", "tell, tells": r"tells?"}
ARRAY = re.compile(r"\bFloats\b|\bInts\b|NDArray|ArrayLike")
SHAPE = re.compile(r"\([^()\n]*\)(?:-| )(?:array|DataFrame)|\([\w +*,]*,[\w +*,]*\)|scalar")


class House:
    """Every module of the package, and what each imports."""

    def __init__(self, root: Path) -> None:
        self.root = root
        paths = sorted(path for layer in LAYERS for path in (root / layer).rglob("*.py"))
        self.sources = {_name(path.relative_to(root)): path.read_text(encoding="utf-8") for path in paths}
        self.packages = {_name(path.relative_to(root)) for path in paths if path.stem == "__init__"}

    @cached_property
    def trees(self) -> dict[str, ast.Module]:
        """The syntax tree of each module."""
        return {name: ast.parse(source) for name, source in self.sources.items()}

    @cached_property
    def modules(self) -> list[str]:
        """Modules of more than one line."""
        return [name for name, source in self.sources.items() if source.count("\n") > 1]

    @cached_property
    def imports(self) -> dict[str, set[str]]:
        """The modules of ours that each imports, wherever in it."""
        return {name: set(self._imported(name)) for name in self.sources}

    def _imported(self, name: str) -> Iterator[str]:
        parts = name.split(".")
        here = parts if name in self.packages else parts[:-1]
        for node in ast.walk(self.trees[name]):
            if isinstance(node, ast.ImportFrom) and node.level:
                start = [*here[: len(here) - node.level + 1], *(node.module or "").split(".")]
                for alias in node.names:
                    found = ".".join(filter(None, [*start, alias.name]))
                    yield found if found in self.sources else found.rpartition(".")[0]

    def upward(self) -> list[tuple[str, str]]:
        """Return the imports from a higher layer."""
        place = {layer: i for i, layer in enumerate(LAYERS)}
        return [
            (name, target)
            for name, targets in self.imports.items()
            for target in targets
            if target and place[target.split(".")[0]] > place[name.split(".")[0]]
        ]

    def circles(self) -> int:
        """Return how many modules import themselves, through others or not."""

        def reached(start: str) -> set[str]:
            seen: set[str] = set()
            todo = [*self.imports[start]]
            while todo:
                name = todo.pop()
                if name not in seen:
                    seen.add(name)
                    todo += self.imports.get(name, ())
            return seen

        return sum(name in reached(name) for name in self.imports)

    def with_one_importer(self) -> list[str]:
        """Return the modules that exactly one other imports, but for commands, pages and routes."""
        importers = Counter(target for targets in self.imports.values() for target in targets)
        return [name for name in self.modules if importers[name] == 1 and not name.startswith(FACES)]

    def documented(self) -> Iterator[tuple[ast.AST, str]]:
        """Yield modules, classes and functions with their docstrings."""
        for tree in self.trees.values():
            for node in ast.walk(tree):
                if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                    text = ast.get_docstring(node)
                    if text:
                        yield node, text


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def of_docstrings(house: House) -> dict[str, str]:
    """Return how often words stand in docstrings, and how many summaries begin with a question."""
    texts = [re.sub(r"(?m)^\s*(>>>|\.\.\.).*$", "", text) for _, text in house.documented()]
    count = sum(len(re.findall(r"[A-Za-z]+", text)) for text in texts)
    found = {
        f"docstring words per 10,000: {name}": f"{10_000 * _count(pattern, texts) / count:.1f}"
        for name, pattern in WORDS.items()
    }
    functions = [text for node, text in house.documented() if isinstance(node, ast.FunctionDef)]
    asking = [text for text in functions if re.match(r"Return (what|how|why|whether|where|which)\b", text)]
    return found | {"summaries “Return what/how/why/whether …”": f"{len(asking) / len(functions):.0%}"}


def _count(pattern: str, texts: list[str]) -> int:
    return sum(len(re.findall(rf"\b(?:{pattern})\b", text, re.IGNORECASE)) for text in texts)


def of_arrays(house: House) -> str:
    """Return the share of functions with array arguments that state their shapes."""
    texts = [
        text for node, text in house.documented() if isinstance(node, ast.FunctionDef) and _takes_array(node)
    ]
    return f"{sum(bool(SHAPE.search(text)) for text in texts) / len(texts):.0%} of {len(texts)}"


def _takes_array(node: ast.FunctionDef) -> bool:
    kinds = (argument.annotation for argument in node.args.args if argument.annotation)
    return any(ARRAY.search(ast.unparse(kind)) for kind in kinds)


def entered(work: Callable[[], Any]) -> int:
    """Return how many modules of the package run code of theirs while some work is done."""
    seen: set[str] = set()

    def profile(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            name = frame.f_globals.get("__name__", "")
            if name.startswith("offerodds."):
                seen.add(name)

    work()  # once before, so that imports are done
    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return len(seen)


def of_work() -> dict[str, str]:
    """Return how many modules three kinds of work enter."""
    from offerodds import OfferModel, simulate, train
    from offerodds.training.streaming.score_tables import score_table

    frame = simulate(30, seed=1)
    with tempfile.TemporaryDirectory() as folder:
        table, out = Path(folder) / "t.csv", Path(folder) / "out.csv"
        frame.drop(columns=["outcome", "synthetic"]).to_csv(table, index=False)
        trained = train(frame)
        work: dict[str, Callable[[], Any]] = {
            "train": lambda: train(frame),
            "a CSV through predict": lambda: score_table(OfferModel.default(), table, out),
            "validate": lambda: trained.validate(bootstraps=2),
        }
        return {f"modules entered by {name}": str(entered(each)) for name, each in work.items()}


def main() -> None:
    """Print the table."""
    house = House(ROOT)
    lines = sum(house.sources[name].count("\n") for name in house.modules)
    lengths = sorted(house.sources[name].count("\n") for name in house.modules)
    ((largest, members),) = Counter(name.rpartition(".")[0] for name in house.modules).most_common(1)
    rows = {
        "modules": f"{len(house.modules)}",
        "lines": f"{lines:,}",
        "median and longest module, lines": f"{lengths[len(lengths) // 2]} and {lengths[-1]}",
        "largest folder": f"{largest.replace('.', '/')}, {members} modules",
        "modules in circles": f"{house.circles()}",
        "upward imports": f"{len(house.upward())}",
        "modules with one importer, no face": f"{len(house.with_one_importer())}",
        **of_work(),
        **of_docstrings(house),
        "functions with array arguments that state shapes": of_arrays(house),
    }
    width = max(map(len, rows))
    for name, value in rows.items():
        print(f"{name:{width}}  {value}")


if __name__ == "__main__":
    main()
