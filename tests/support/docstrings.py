"""Check docstrings of public names by rules that a program can check.

The rules, besides those that ruff checks:

- Everything has a summary. Properties need nothing else, unless they raise errors.
- Parameters are those of the signature, in the same order, each with a type; arrays have a shape. A parameter
  may lack a description only if its type is a public class of ours. Parameters inherited from a base class of
  ours may be documented there.
- Return values are documented.
- Errors of ours that a function raises itself are documented. (Functions that it calls are not followed.)
- Everything has an example; for a method, that of its class is enough. It runs with only the public names and
  numpy imported.
- A formula has a source: a docstring with a formula, or listed in ``SOURCED``, cites authors and a year.
"""

import ast
import builtins
import doctest
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Self, get_args

import griffe
import numpy as np

import offerodds
from offerodds.data import errors

# names that implement a formula of the method without showing it in the docstring
SOURCED = frozenset(
    [
        "Contribution",
        "Evaluation",
        "FeatureExtractor",
        "FeatureExtractor.transform",
        "OfferClassifier",
        "OfferClassifier.contributions",
        "OfferClassifier.decision_function",
        "OfferClassifier.fit",
        "OfferClassifier.predict_interval",
        "OfferClassifier.predict_proba",
        "OfferModel",
        "OfferModel.default",
        "OfferModel.predict",
        "OfferModel.predict_frame",
        "OfferModel.predict_proba",
        "OfferModel.weights",
        "Prediction",
        "TrainingResult",
        "TrainingResult.validate",
        "TrainingResult.verdict",
        "evaluate",
        "simulate",
        "study_size",
        "train",
        "train_journal",
    ]
)
FORMULA = re.compile(r"[σκηβλτπΣΦᵀ√∫⁻]|\b(log|exp|logit)\(|N\(m, ")
CITATION = re.compile(
    r"(?P<who>[A-Z][\w-]+)(?: et al\.|(?:, [A-Z][\w-]+)* & [A-Z][\w-]+)?,? \(?(?P<year>(?:18|19|20)\d\d)\b"
)
KINDS = (classmethod, staticmethod, property, cached_property)


@dataclass(frozen=True)
class Documented:
    """A public name, its value and its parsed docstring."""

    name: str
    value: Any
    owner: "Documented | None" = None

    @cached_property
    def function(self) -> Any:
        """The function itself, without wrappers."""
        inner = getattr(self.value, "__func__", None) or getattr(self.value, "func", None)
        return inspect.unwrap(inner or getattr(self.value, "fget", None) or self.value)

    @property
    def is_class(self) -> bool:
        """True for a class."""
        return isinstance(self.value, type)

    @property
    def is_property(self) -> bool:
        """True for a property."""
        return isinstance(self.value, property | cached_property)

    @cached_property
    def text(self) -> str:
        """The docstring; empty if it has none of its own."""
        return inspect.cleandoc(vars(self.function).get("__doc__") or "") if self.is_class else self._doc

    @property
    def _doc(self) -> str:
        return inspect.cleandoc(self.function.__doc__ or "")

    def section(self, kind: str) -> list[Any]:
        """List the entries of one section."""
        return [entry for each in self._sections if each.kind.value == kind for entry in each.value]

    @cached_property
    def _sections(self) -> list[Any]:
        return griffe.Docstring(self.text).parse("numpy", warnings=False)

    @property
    def example(self) -> str:
        """The code of its examples."""
        return "\n".join(value for kind, value in self.section("examples") if kind.value == "examples")

    @property
    def prose(self) -> str:
        """The docstring without its examples."""
        return " ".join(re.split(r"^Examples\n-+\n", self.text, flags=re.MULTILINE)[0].split())

    @cached_property
    def signature(self) -> inspect.Signature:
        """The signature; empty for an enum, and for a class with the constructor of a built-in error."""
        if self.is_class and issubclass(self.value, Enum):
            return inspect.Signature()
        try:
            return inspect.signature(self.value if self.is_class else self.function)
        except ValueError:
            return inspect.Signature()

    @property
    def parameters(self) -> list[inspect.Parameter]:
        """The parameters, without ``self``."""
        parameters = list(self.signature.parameters.values())
        return parameters[1:] if self.owner and not isinstance(self.value, staticmethod) else parameters

    @property
    def named(self) -> list[str]:
        """The names of its documented parameters."""
        return [entry.name.lstrip("*") for entry in self.section("parameters")]

    @property
    def bases(self) -> list["Documented"]:
        """Our base classes, which may document inherited parameters."""
        bases = self.value.__mro__[1:] if self.is_class else ()
        return [Documented(base.__name__, base) for base in bases if base.__module__.startswith("offerodds.")]

    @classmethod
    def all(cls) -> Iterator[Self]:
        """Yield every public name, and our members of every public class."""
        for name in offerodds.__all__:
            value = getattr(offerodds, name)
            yield from cls.of(name, value)

    @classmethod
    def of(cls, name: str, value: Any) -> Iterator[Self]:
        """Yield a name and, if it is a class, its public members."""
        top = cls(name, value)
        yield top
        if not top.is_class:
            return
        root = value.__module__.partition(".")[0]
        for base in value.__mro__:
            if base.__module__.partition(".")[0] != root:
                continue
            for member, part in vars(base).items():
                overridden = next(each for each in value.__mro__ if member in vars(each)) is not base
                if (
                    not member.startswith("_")
                    and not overridden
                    and (inspect.isfunction(part) or isinstance(part, KINDS))
                ):
                    yield cls(f"{name}.{member}", part, top)


def faults(one: Documented, *, shown: bool = True) -> list[str]:
    """List all faults of the docstring of one name.

    With ``shown``, the name or its class needs an example.
    """
    if not one.text:
        return [f"{one.name}: no docstring"]
    found = [*_raises(one), *_source(one)]
    if not one.is_property:
        found += [*_parameters(one), *_returns(one), *(_example(one) if shown else ())]
    return [f"{one.name}: {fault}" for fault in found]


def _parameters(one: Documented) -> Iterator[str]:
    real = [parameter.name for parameter in one.parameters]
    inherited = {name for base in one.bases for name in base.named}
    missing = [name for name in real if name not in one.named and name not in inherited]
    yield from (f"parameter {name} is not documented" for name in missing)
    yield from (f"no parameter {name}" for name in one.named if name not in real)
    if (known := [name for name in one.named if name in real]) != sorted(known, key=real.index):
        yield f"parameters in another order: {', '.join(known)}"
    for entry in one.section("parameters"):
        kind = str(entry.annotation or "")
        if not kind and not entry.name.startswith("*"):
            yield f"parameter {entry.name} has no type"
        if not entry.description.strip() and kind not in offerodds.__all__:
            yield f"parameter {entry.name} is not described"
        yield from _shape(f"parameter {entry.name}", kind)
    for parameter in one.parameters:
        entry = next((e for e in one.section("parameters") if e.name == parameter.name), None)
        if entry is not None and "Floats" in str(parameter.annotation):
            yield from () if "array" in str(entry.annotation) else [f"parameter {parameter.name}: no array"]


def _returns(one: Documented) -> Iterator[str]:
    if one.is_class:
        return
    entries = [*one.section("returns"), *one.section("yields")]
    if one.signature.return_annotation in (None, "None"):
        yield from ["Returns, but nothing is returned"] if entries else ()
    elif not entries:
        yield "no Returns"
    for entry in entries:
        kind = str(entry.annotation or entry.description)
        yield from _shape("what is returned", kind)


def _shape(what: str, kind: str) -> Iterator[str]:
    if re.search(r"\barray\b", kind) and not re.search(r"\([^()]*\) array", kind):
        yield f"{what} is an array without a shape: {kind}"


def _raises(one: Documented) -> Iterator[str]:
    known = {**vars(builtins), **vars(errors)}
    documented = {str(entry.annotation) for entry in one.section("raises")}
    unknown = sorted(name for name in documented if not isinstance(known.get(name), type))
    yield from (f"Raises {name}, which is no error" for name in unknown)
    wider = tuple(known[name] for name in documented.difference(unknown))
    for name in sorted(_raised(one)):
        if not issubclass(vars(errors)[name], wider):
            yield f"raises {name}, which is not documented"


def _raised(one: Documented) -> set[str]:
    """Collect our errors that the body of a function raises itself."""
    if one.is_class:
        return set()
    tree = ast.parse(textwrap.dedent(inspect.getsource(one.function)))
    calls = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise)]
    names = {call.func.id for call in calls if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}
    return {name for name in names if isinstance(vars(errors).get(name), type)}


def _example(one: Documented) -> Iterator[str]:
    if ">>> " in one.example:
        yield from _run(one)
        return
    shown = one.owner is not None and f".{one.name.rpartition('.')[2]}(" in one.owner.example
    if not shown:
        yield "no example"


def _run(one: Documented) -> Iterator[str]:
    """Run an example with only public names and numpy; yield the differences."""
    namespace = {name: getattr(offerodds, name) for name in offerodds.__all__} | {"np": np}
    test = doctest.DocTestParser().get_doctest(one.text, namespace, one.name, None, None)
    output: list[str] = []
    doctest.DocTestRunner(verbose=False).run(test, out=output.append)
    if output:
        yield f"its example fails\n{''.join(output)}"


def _source(one: Documented) -> Iterator[str]:
    if (one.name in SOURCED or FORMULA.search(one.prose)) and not CITATION.search(one.prose):
        yield "no source for its formula"


def returned_classes() -> list[Documented]:
    """List our classes without a public name that public names return or contain, with their members."""
    members: dict[type, list[Documented]] = {}
    pending = list(Documented.all())
    while pending:
        for cls in _classes_of(pending.pop()):
            if cls not in members and cls.__name__ not in offerodds.__all__:
                members[cls] = list(Documented.of(cls.__name__, cls))
                pending += members[cls]
    return [documented for group in members.values() for documented in group]


def _classes_of(documented: Documented) -> Iterator[type]:
    """Yield our classes among the fields and the return type of a name."""
    fields = [parameter.annotation for parameter in documented.parameters] if documented.is_class else []
    for annotation in (*fields, documented.signature.return_annotation):
        for value in _parts(annotation, vars(inspect.getmodule(documented.function))):
            if isinstance(value, type) and value.__module__.startswith("offerodds."):
                yield value


def _parts(annotation: Any, names: dict[str, Any]) -> Iterator[Any]:
    """Yield an annotation and its arguments; for a string, the objects that its words name."""
    if isinstance(annotation, str):
        yield from (names[word] for word in re.findall(r"\w+", annotation) if word in names)
        return
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part, names)
