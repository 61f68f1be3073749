"""The content of a model file: readable JSON, checked strictly, never executed.

It contains its schema version, the whole catalogue, the posterior, and a summary and a fingerprint of the
training data. It contains no answers. `OfferModel.save` and `OfferModel.load` write and read the file.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..data.answers.observations import Floats
from ..data.catalogue.catalogue import Catalogue
from ..data.errors import Fault, InputError, ModelFileError, Remedy, clip
from ..data.files import decode_text, parse_json
from ..data.language import _, number
from ..data.parser_errors import validation_faults
from .employers import EmployerLevels
from .posterior import Posterior

FORMAT = "offerodds model"
SCHEMA = 2  # version of the format
_PICKLE_STARTS = (
    *(b"\x80", b"(dp", b"ccopy_reg"),  # pickles
    *(b"x\x01", b"x\x5e", b"x\x9c", b"x\xda"),  # and joblib's, compressed: zlib,
    *(b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"]\x00\x00"),  # gzip, bzip2, xz, lzma
)

_Vector = list[Annotated[float, Field(ge=-1e6, le=1e6)]]  # NaN is outside, too
_Means = list[Annotated[float, Field(ge=-300, le=300)]]  # exp of more overflows
_Count = Annotated[int, Field(ge=0, le=10**15)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Training(_Part):
    n_offer: _Count
    n_no_offer: _Count
    n_ignored: _Count
    answered: dict[str, _Count]
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    disagreement: dict[str, float] = {}
    n_synthetic: _Count = 0
    n_pending: _Count = 0
    use: Literal["default", "level", "trained"] = "trained"


class _Employers(_Part):
    sd: Annotated[float, Field(ge=0, le=10)]
    group: str
    names: list[str]
    mean: _Means
    variance: list[Annotated[float, Field(ge=0, le=100)]]
    slope: list[_Vector]


class _ModelFile(_Part):
    format: Literal["offerodds model"]
    schema_: Annotated[Literal[2], Field(alias="schema")]
    base_rate: Annotated[float, Field(ge=1e-9, le=1 - 1e-9)]
    training: _Training | None
    employers: _Employers
    coefficients: list[str]
    prior_mean: _Means
    mean: _Means
    covariance: list[_Vector]
    catalogue: dict[str, Any]


def dumps(parts: Mapping[str, Any]) -> str:
    """Format the parameters of an `OfferModel`, by name, as the text of its file: the same for equal ones."""
    catalogue, training, employers = parts["catalogue"], parts["training"], parts["employers"]
    content = {
        "format": FORMAT,
        "schema": SCHEMA,
        "base_rate": parts["base_rate"],
        "training": training
        and {
            **vars(training),
            "answered": dict(training.answered),
            "disagreement": dict(training.disagreement),
        },
        "employers": {
            "sd": employers.sd,
            "group": employers.group,
            "names": list(employers.names),
            "mean": employers.mean.tolist(),
            "variance": employers.variance.tolist(),
            "slope": employers.slope.tolist(),
        },
        "coefficients": _names(catalogue),
        "prior_mean": parts["prior_mean"].tolist(),
        "mean": parts["posterior"].mean.tolist(),
        "covariance": parts["posterior"].covariance.tolist(),
        "catalogue": catalogue.to_dict(),
    }
    return _readable(content) + "\n"


def parse(content: bytes, source: str) -> dict[str, Any]:
    """Parse the bytes of a model file.

    Parameters
    ----------
    content : bytes
    source : str
        Path of the file, for messages.

    Returns
    -------
    dict
        The parameters of an `OfferModel`, by name; the summary of the training data is a dict or None.

    Raises
    ------
    FileError
        The file is empty, or not text.
    ModelFileError
        The file is damaged, of another program, or of an unknown version; nothing in it is executed.
    """
    if content.startswith(_PICKLE_STARTS):
        fault = Fault("a pickle, which offerodds never loads", source, remedy=Remedy.TRAIN_FOR_JSON)
        raise ModelFileError([fault])
    text = decode_text(content, source)
    try:
        return loads(text, source)
    except InputError as error:
        faults = error.in_source(source).faults
        raise ModelFileError(
            replace(fault, remedy=fault.remedy or Remedy.TRAIN_OR_COPY) for fault in faults
        ) from None


def loads(text: str, source: str = "") -> dict[str, Any]:
    """Parse the text of a model file, as `parse` does its bytes.

    Parameters
    ----------
    text : str
    source : str
        Path of the file, for messages.

    Raises
    ------
    FileError
        The text is not JSON.
    ModelFileError
        It is not a model file of this version, or its parts do not fit; every fault is listed.
    """
    content = parse_json(text, source)
    _check_version(content)
    try:
        file = _ModelFile.model_validate(content)
    except ValidationError as error:
        raise ModelFileError(validation_faults(error, content, _ModelFile.model_fields)) from None
    catalogue = Catalogue.from_dict(file.catalogue)
    if faults := _size_faults(file, catalogue):
        raise ModelFileError(faults)
    return {
        "catalogue": catalogue,
        "base_rate": file.base_rate,
        "posterior": Posterior(np.array(file.mean), np.array(file.covariance)),
        "prior_mean": np.array(file.prior_mean),
        "training": file.training and file.training.model_dump(),
        "employers": _employers(file.employers),
    }


def _employers(part: _Employers) -> EmployerLevels:
    arrays = {name: np.array(getattr(part, name)) for name in ("mean", "variance", "slope")}
    return EmployerLevels(part.sd, part.group, tuple(part.names), **arrays)


def _size_faults(file: _ModelFile, catalogue: Catalogue) -> list[Fault]:
    """List the arrays that do not fit the catalogue, and a covariance that is not one."""
    size = len(catalogue.signals) + 1
    vectors = {"mean": [file.mean], "prior_mean": [file.prior_mean], "covariance": file.covariance}
    expected = {"covariance": _("{n} rows of {n} numbers", n=number(size))}
    faults = [
        Fault(
            "does not fit the catalogue",
            field=name,
            seen=" and ".join(sorted({str(len(row)) for row in rows})),
            expected=expected.get(name) or _("{n} numbers", n=number(size)),
        )
        for name, rows in vectors.items()
        if {len(row) for row in rows} != {size} or (name in expected and len(rows) != size)
    ]
    faults += _employer_faults(file.employers, size)
    if training := file.training:
        unknown = {*training.answered, *training.disagreement}.difference(catalogue.ids)
        faults += [Fault("no such sign", field="training", seen=clip(name)) for name in sorted(unknown)]
    if file.coefficients != _names(catalogue):
        faults.append(Fault("not the signals of the catalogue in their order", field="coefficients"))
    if not faults and not _is_covariance(np.array(file.covariance)):
        faults.append(Fault("not symmetric and positive definite", field="covariance"))
    return faults


def _employer_faults(employers: _Employers, size: int) -> list[Fault]:
    """List the arrays that do not fit the names of the employers, and names that occur twice."""
    n = len(employers.names)
    lengths = {
        "mean": len(employers.mean),
        "variance": len(employers.variance),
        "slope": len(employers.slope),
    }
    faults = [
        Fault("does not fit the names", field=f"employers.{name}", seen=str(length), expected=str(n))
        for name, length in lengths.items()
        if length != n
    ]
    if any(len(row) != size for row in employers.slope):
        faults.append(Fault("does not fit the catalogue", field="employers.slope"))
    if len(set(employers.names)) != n:
        faults.append(Fault("a name occurs twice", field="employers.names"))
    return faults


def _names(catalogue: Catalogue) -> list[str]:
    return ["intercept", *catalogue.ids]


def _check_version(content: object) -> None:
    """Raise the fault of another kind of file, or of another version, before reading further."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ModelFileError([Fault("not an offerodds model file", remedy=Remedy.WRITE_MODEL)])
    if content.get("schema") != SCHEMA:
        newer = isinstance(content.get("schema"), int) and content["schema"] > SCHEMA
        remedy = Remedy.UPGRADE if newer else Remedy.TRAIN_AGAIN
        seen, expected = clip(content.get("schema")), str(SCHEMA)
        raise ModelFileError([Fault("unknown schema version", "", None, "schema", seen, expected, remedy)])


def _is_covariance(matrix: Floats) -> bool:
    """Test whether a matrix, (m, m) array, is symmetric and positive definite."""
    if not np.array_equal(matrix, matrix.T):
        return False
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


def _readable(value: Any, indent: str = "") -> str:
    """Format as JSON with one entry a line, and lists of plain values on one line."""
    inner = indent + " "
    if isinstance(value, dict) and value:
        entries = (f"{inner}{json.dumps(key)}: {_readable(item, inner)}" for key, item in value.items())
        return "{\n" + ",\n".join(entries) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return "[\n" + ",\n".join(inner + _readable(item, inner) for item in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)
