"""Statistics of the package: modules, lines, imports, and the words of its docstrings.

    python benchmarks/architecture.py

Counted in the source with `ast`. Imports inside functions count; a module of one docstring does not.
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
ENTRY_POINTS = ("cli.", "web.pages.", "web.api.")  # commands, pages and routes need only one importer
WORDS = {"told": r"told", "say, says, said": r"says?|said", "tell, tells": r"tells?"}
ARRAY = re.compile(r"\bFloats\b|\bInts\b|NDArray|ArrayLike")
SHAPE = re.compile(r"\([^()\n]*\)(?:-| )(?:array|DataFrame)|\([\w +*,]*,[\w +*,]*\)|scalar")


class Package:
    """The modules of the package and their imports."""

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
        """Imported modules of the package, by module, including imports in functions."""
        return {name: set(self._imported(name)) for name in self.sources}

    def _imported(self, name: str) -> Iterator[str]:
        parts = name.split(".")
        parent = parts if name in self.packages else parts[:-1]
        for node in ast.walk(self.trees[name]):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = [*parent[: len(parent) - node.level + 1], *(node.module or "").split(".")]
                for alias in node.names:
                    target = ".".join(filter(None, [*base, alias.name]))
                    yield target if target in self.sources else target.rpartition(".")[0]

    def upward(self) -> list[tuple[str, str]]:
        """List the imports from a higher layer."""
        level = {layer: i for i, layer in enumerate(LAYERS)}
        return [
            (name, target)
            for name, targets in self.imports.items()
            for target in targets
            if target and level[target.split(".")[0]] > level[name.split(".")[0]]
        ]

    def n_in_cycles(self) -> int:
        """Count the modules that import themselves, directly or indirectly."""

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
        """List the modules with exactly one importer, except commands, pages and routes."""
        importers = Counter(target for targets in self.imports.values() for target in targets)
        return [name for name in self.modules if importers[name] == 1 and not name.startswith(ENTRY_POINTS)]

    def documented(self) -> Iterator[tuple[ast.AST, str]]:
        """Iterate over modules, classes and functions with their docstrings."""
        for tree in self.trees.values():
            for node in ast.walk(tree):
                if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                    text = ast.get_docstring(node)
                    if text:
                        yield node, text


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def docstring_statistics(package: Package) -> dict[str, str]:
    """Count words in docstrings, and summaries that begin with a question."""
    texts = [re.sub(r"(?m)^\s*(>>>|\.\.\.).*$", "", text) for _, text in package.documented()]
    count = sum(len(re.findall(r"[A-Za-z]+", text)) for text in texts)
    found = {
        f"docstring words per 10,000: {name}": f"{10_000 * _count(pattern, texts) / count:.1f}"
        for name, pattern in WORDS.items()
    }
    functions = [text for node, text in package.documented() if isinstance(node, ast.FunctionDef)]
    asking = [text for text in functions if re.match(r"Return (what|how|why|whether|where|which)\b", text)]
    return found | {"summaries “Return what/how/why/whether …”": f"{len(asking) / len(functions):.0%}"}


def _count(pattern: str, texts: list[str]) -> int:
    return sum(len(re.findall(rf"\b(?:{pattern})\b", text, re.IGNORECASE)) for text in texts)


def shape_statistics(package: Package) -> str:
    """Compute the share of functions with array arguments that state their shapes."""
    texts = [
        text
        for node, text in package.documented()
        if isinstance(node, ast.FunctionDef) and _takes_array(node)
    ]
    return f"{sum(bool(SHAPE.search(text)) for text in texts) / len(texts):.0%} of {len(texts)}"


def _takes_array(node: ast.FunctionDef) -> bool:
    kinds = (argument.annotation for argument in node.args.args if argument.annotation)
    return any(ARRAY.search(ast.unparse(kind)) for kind in kinds)


def n_entered_modules(work: Callable[[], Any]) -> int:
    """Count the modules of the package whose code runs during some work."""
    seen: set[str] = set()

    def profile(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name != "<module>":
            name = frame.f_globals.get("__name__", "")
            if name.startswith("offerodds."):
                seen.add(name)

    work()  # a first time, so that imports are done
    sys.setprofile(profile)
    try:
        work()
    finally:
        sys.setprofile(None)
    return len(seen)


def work_statistics() -> dict[str, str]:
    """Count the modules entered by three kinds of work."""
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
        return {f"modules entered by {name}": str(n_entered_modules(run)) for name, run in work.items()}


def main() -> None:
    """Print the table."""
    package = Package(ROOT)
    lines = sum(package.sources[name].count("\n") for name in package.modules)
    lengths = sorted(package.sources[name].count("\n") for name in package.modules)
    ((largest, members),) = Counter(name.rpartition(".")[0] for name in package.modules).most_common(1)
    rows = {
        "modules": f"{len(package.modules)}",
        "lines": f"{lines:,}",
        "median and longest module, lines": f"{lengths[len(lengths) // 2]} and {lengths[-1]}",
        "largest folder": f"{largest.replace('.', '/')}, {members} modules",
        "modules in import cycles": f"{package.n_in_cycles()}",
        "upward imports": f"{len(package.upward())}",
        "modules with one importer, no entry point": f"{len(package.with_one_importer())}",
        **work_statistics(),
        **docstring_statistics(package),
        "functions with array arguments that state shapes": shape_statistics(package),
    }
    width = max(map(len, rows))
    for name, value in rows.items():
        print(f"{name:{width}}  {value}")


if __name__ == "__main__":
    main()
