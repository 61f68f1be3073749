"""Which of our errors each function of the package can raise, as far as its text shows.

A call graph of the layers that public names come from, read from the source: a function raises what its body
raises and what every function of ours that it mentions raises, less what a ``try`` around it catches. Methods
are found on ``self`` and ``cls``, on classes by name and on parameters by their annotation. What goes through
other values is not seen.
"""

import ast
import builtins
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from helpers import LAYERS, ROOT
from offerodds.data import errors

OURS = {
    name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)
}
# what the text allows and no input brings about, with the reason
Never = Mapping[str, tuple[frozenset[str], str]]
NEVER: Never = {
    "data.catalogue.catalogue._built_in": (
        frozenset(["CatalogueError", "FileError"]),
        "it reads a file of the package, which every test loads",
    ),
    "journal.training.train_journal": (
        frozenset(["AnswerError"]),
        "OfferModel.default checks a base rate, and is given none",
    ),
    "training.estimators.pipeline.to_sklearn": (
        frozenset(["AnswerError"]),
        "FeatureExtractor checks a base rate, and is given that of a model",
    ),
    "training.result.TrainingResult.validation": (
        frozenset(["AnswerError"]),
        "it validates with the settings that are there by default",
    ),
}


@dataclass
class Module:
    """The names of one module: where each leads, and the classes of its own."""

    names: dict[str, str] = field(default_factory=dict)
    bases: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Function:
    """A function, the module it stands in and its class, if any."""

    node: ast.FunctionDef
    module: str
    owner: str


class Package:
    """Every function of the package by its full name, and what it can raise."""

    def __init__(self, sources: Mapping[str, str], never: Never = NEVER) -> None:
        self.modules: dict[str, Module] = {}
        self.functions: dict[str, Function] = {}
        self.values: dict[str, ast.expr] = {}
        for name, source in sources.items():
            self._read(name, ast.parse(source))
        self.raises: dict[str, set[str]] = {name: set() for name in self.functions}
        self._solve(never)

    def of(self, name: str) -> set[str]:
        """Return the names of our errors that a function, or making a class, can raise."""
        found = self._member(name, "__init__") if self._is_class(name) else self._followed(name)
        return self.raises.get(found or "", set())

    def _read(self, name: str, tree: ast.Module) -> None:
        module = self.modules[name] = Module()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level:
                parts = name.split(".")[: -node.level]
                home = ".".join([*parts, *((node.module or "").split(".") if node.module else ())])
                module.names |= {each.asname or each.name: f"{home}.{each.name}" for each in node.names}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                self._add(f"{name}.{node.name}", Function(node, name, ""))
            elif isinstance(node, ast.ClassDef):
                module.names[node.name] = f"{name}.{node.name}"
                module.bases[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
                for part in node.body:
                    if isinstance(part, ast.FunctionDef):
                        self._add(f"{name}.{node.name}.{part.name}", Function(part, name, node.name))
            elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                self.values |= {
                    f"{name}.{each.id}": node.value for each in targets if isinstance(each, ast.Name)
                }
                module.names |= {
                    each.id: f"{name}.{each.id}" for each in targets if isinstance(each, ast.Name)
                }

    def _add(self, name: str, function: Function) -> None:
        self.functions[name] = function
        if not function.owner:
            self.modules[function.module].names[function.node.name] = name

    def _solve(self, never: Never) -> None:
        changed = True
        while changed:
            changed = False
            for name, function in self.functions.items():
                found = Body(self, function).raised(function.node.body, frozenset())
                found -= never.get(name, (frozenset(), ""))[0]
                changed |= found != self.raises[name]
                self.raises[name] = found

    def _is_class(self, name: str) -> bool:
        home, _, last = name.rpartition(".")
        return home in self.modules and last in self.modules[home].bases

    def _followed(self, name: str | None) -> str | None:
        """Return the full name of a method, looked up in the bases of its class."""
        if name is None or name in self.functions:
            return name
        owner, _, last = name.rpartition(".")
        return self._member(owner, last) if self._is_class(owner) else name

    def _member(self, owner: str, name: str) -> str | None:
        if f"{owner}.{name}" in self.functions:
            return f"{owner}.{name}"
        home, _, last = owner.rpartition(".")
        module = self.modules.get(home, Module())
        bases = (module.names.get(base, "") for base in module.bases.get(last, ()))
        return next((found for base in bases if (found := self._member(base, name))), None)


@dataclass(frozen=True)
class Body:
    """What the statements of one function can raise."""

    package: Package
    function: Function

    def raised(self, nodes: list[ast.stmt], caught: frozenset[str]) -> set[str]:
        """Return the errors of some statements; ``caught`` are those of the handler they stand in."""
        return set().union(*(self._of(node, caught) for node in nodes))

    def _of(self, node: ast.AST, caught: frozenset[str]) -> set[str]:
        if isinstance(node, ast.Try):
            return self._of_try(node, caught)
        found = self._thrown(node, caught) if isinstance(node, ast.Raise) else set()
        for name in self._mentioned(node):
            found |= self.package.of(name)
        return found.union(*(self._of(child, caught) for child in ast.iter_child_nodes(node)))

    def _of_try(self, node: ast.Try, caught: frozenset[str]) -> set[str]:
        left = self.raised(node.body, caught)
        found = self.raised(node.orelse, caught) | self.raised(node.finalbody, caught)
        for handler in node.handlers:
            held = frozenset(name for name in left if _catches(self._types(handler.type), name))
            left -= held
            found |= self.raised(handler.body, held)
        return left | found

    def _thrown(self, node: ast.Raise, caught: frozenset[str]) -> set[str]:
        call = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        name = self._name(call) if call is not None else None
        if name and name.rpartition(".")[2] in OURS:
            return {name.rpartition(".")[2]}
        function = self.package.functions.get(name or "")
        if function is not None and isinstance(function.node.returns, ast.Name):
            return {function.node.returns.id} & OURS
        return set(caught) if not isinstance(call, ast.Name) or call.id not in vars(builtins) else set()

    def _types(self, node: ast.expr | None) -> list[str]:
        if node is None:
            return ["BaseException"]
        return [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]

    def _mentioned(self, node: ast.AST) -> Iterator[str]:
        """Yield what a node mentions of ours: functions and properties, classes where one is made."""
        if isinstance(node, ast.Call) and (name := self._made(node.func)):
            yield name
        elif isinstance(node, ast.Name | ast.Attribute) and (name := self._name(node)):
            if name in self.package.values:
                yield from self._in_value(name)
            elif not self.package._is_class(name):
                yield name

    def _in_value(self, name: str) -> Iterator[str]:
        """Yield the functions that a value of a module holds, such as a table of readers."""
        names = self.package.modules[name.rpartition(".")[0]].names
        for node in ast.walk(self.package.values[name]):
            if isinstance(node, ast.Name) and names.get(node.id) in self.package.functions:
                yield names[node.id]

    def _name(self, node: ast.AST) -> str | None:
        """Return the full name that an expression leads to, if it is ours."""
        names = self.package.modules[self.function.module].names
        if isinstance(node, ast.Name):
            return names.get(node.id)
        if not isinstance(node, ast.Attribute):
            return None
        if (
            isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Name)
            and node.value.func.id == "super"
        ):
            module, owner = self.package.modules[self.function.module], self.function.owner
            bases = (names.get(base, "") for base in module.bases[owner])
            return next((found for base in bases if (found := self.package._member(base, node.attr))), None)
        if isinstance(node.value, ast.Call):
            owner = self._made(node.value.func) or self._given_back(node.value.func)
            return self.package._followed(f"{owner}.{node.attr}") if owner else None
        if isinstance(node.value, ast.Name):
            owner = self._class_of(node.value.id) or names.get(node.value.id)
            return self.package._followed(f"{owner}.{node.attr}") if owner else None
        return None

    def _made(self, called: ast.AST) -> str | None:
        """Return the class of ours that a call makes an instance of."""
        own = self._class_of("cls") if isinstance(called, ast.Name) and called.id == "cls" else None
        name = own or self._name(called)
        return name if name and self.package._is_class(name) else None

    def _given_back(self, called: ast.AST) -> str | None:
        """Return the class of ours whose method, by what it is called, gives one of them."""
        function = self.package.functions.get(self._name(called) or "")
        if function is None or not isinstance(function.node.returns, ast.Name):
            return None
        return f"{function.module}.{function.owner}" if function.node.returns.id == "Self" else None

    def _class_of(self, variable: str) -> str | None:
        """Return the class of ours that ``self``, ``cls`` or a parameter is of."""
        if variable in ("self", "cls") and self.function.owner:
            return f"{self.function.module}.{self.function.owner}"
        arguments = self.function.node.args
        for each in (*arguments.args, *arguments.kwonlyargs):
            if each.arg == variable and each.annotation is not None:
                first = next((n.id for n in ast.walk(each.annotation) if isinstance(n, ast.Name)), "")
                name = self.package.modules[self.function.module].names.get(first)
                return name if name and self.package._is_class(name) else None
        return None


def _catches(types: list[str], name: str) -> bool:
    """Return whether an ``except`` of some types catches one of our errors."""
    known = {**vars(builtins), **vars(errors)}
    error = vars(errors)[name]
    return any(isinstance(known.get(each), type) and issubclass(error, known[each]) for each in types)


def sources() -> dict[str, str]:
    """Return the text of every module of the layers that public names come from, by its name."""
    found = {}
    for path in sorted(path for layer in LAYERS[:-2] for path in (ROOT / layer).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts).removesuffix(".__init__")] = path.read_text(encoding="utf-8")
    return found


def package() -> Package:
    """Return the package as it stands."""
    return Package(sources())
