"""How far each answer moves the probability: what it is, less what it is without that answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..data.answers.observations import Observations
from .scoring import Score


@dataclass(frozen=True)
class Moved:
    """The probability of one interview, beside those of the same interview with one answer less.

    Parameters
    ----------
    seen : Observations
        Of the one interview.
    probability : float
    rescore : callable
        Gives the score of interviews; everything is computed anew, the halo discount included.
    """

    seen: Observations
    probability: float
    rescore: Callable[[Observations], Score]

    def by_field(self) -> Mapping[str, float]:
        """Return how far each answered field moves the probability, in the order of the form."""
        fields = self.seen.catalogue.questions
        return {name: moved for name, moved in self.by_sign.items() if name in fields}

    @cached_property
    def by_sign(self) -> Mapping[str, float]:
        """The same of each answered field, and of each ratio without both of the fields it is taken of."""
        answered = [field for field in self.seen.catalogue.questions if not np.isnan(self.seen[field][0])]
        left_out = {field: {field} for field in answered}
        ratios = (signal for signal in self.seen.catalogue.signals if signal.kind == "ratio")
        left_out |= {signal.id: {*signal.of} for signal in ratios if left_out.keys() >= {*signal.of}}
        if not left_out:
            return {}
        kept = {
            field: np.array([np.nan if field in gone else self.seen[field][0] for gone in left_out.values()])
            for field in answered
        }
        without = self.rescore(Observations(self.seen.catalogue, kept, len(left_out))).probability
        return dict(zip(left_out, (self.probability - without).tolist(), strict=True))
