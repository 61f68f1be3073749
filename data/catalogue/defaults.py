"""What an entry of a catalogue leaves unsaid: limits, usual answers and effects, as its kind implies them."""

import math
from collections.abc import Mapping
from typing import Any

# typical value and spread of a signal that states none, by kind
_USUAL: Mapping[str, tuple[float, float]] = {
    "scale": (3.5, 1.0),
    "count": (3.0, 3.0),
    "minutes": (45.0, 20.0),
    "days": (7.0, 7.0),
    "rate": (8.0, 4.0),
    "ratio": (0.0, 0.3),
    "probability": (0.5, 0.25),
}
MOST = 1e9  # no count, length or number of an interview is larger
LIMITS: Mapping[str, tuple[float, float]] = {
    "scale": (1.0, 5.0),
    "yes_no": (0.0, 1.0),
    "number": (0.0, 10.0),
    "probability": (1e-9, 1 - 1e-9),
    "count": (0.0, MOST),
    "rate": (0.0, MOST),
    "minutes": (0.0, MOST),
    "days": (0.0, MOST),
}


def with_limits(given: dict[str, Any]) -> dict[str, Any]:
    """Fill in what the kind of a question implies."""
    filled = dict(given)
    levels = filled.get("levels") or []
    if isinstance(levels, list | tuple) and "values" not in filled:
        first = 1 if filled.get("kind") == "scale" else 0
        filled["values"] = [float(first + i) for i in range(len(levels))]
    low, high = LIMITS.get(str(filled.get("kind")), (0.0, MOST))
    filled.setdefault("minimum", low)
    filled.setdefault("maximum", high)
    return filled


def with_effect(given: dict[str, Any]) -> dict[str, Any]:
    """Fill in typical value, spread and effect of a signal that does not state them."""
    filled = dict(given)
    typical, spread = _usual(filled)
    filled.setdefault("typical", typical)
    filled.setdefault("spread", spread)
    sign = {"favourable": 1.0, "unfavourable": -1.0}.get(str(filled.get("direction")), 0.0)
    filled.setdefault("r_offer", 0.10 * sign)
    filled.setdefault("r_sd", 0.10 if sign else 0.15)
    filled.setdefault("halo_loading", 0.5 * sign)
    return filled


def _usual(given: dict[str, Any]) -> tuple[float, float]:
    """Return typical value and spread as the kind implies them."""
    kind = given.get("kind")
    try:
        if kind == "yes_no":
            share = float(given.get("typical", 0.5))
            return share, math.sqrt(share * (1 - share))
        if kind == "number":
            low, high = float(given["minimum"]), float(given["maximum"])
            return (low + high) / 2, (high - low) / 4
        if kind == "choice":
            values = [float(value) for value in given["values"]]
            mean = sum(values) / len(values)
            return mean, math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    except (TypeError, ValueError, ArithmeticError, KeyError):
        return 0.0, 1.0  # the entry is at fault; its own check says how
    return _USUAL.get(str(kind), (0.0, 1.0))
