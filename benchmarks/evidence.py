"""Correlation of each sign with an offer, derived from the published findings, beside the catalogue's.

    python benchmarks/evidence.py

The rules are in `data/catalogue/derivation.py` and in docs/method.md. A difference of up to .0015 comes from
rounding: the findings are stored with three digits.
"""

from offerodds.benchmarks.pages import table
from offerodds.data.catalogue.catalogue import Catalogue
from offerodds.data.catalogue.derivation import derive


def rows() -> list[list[str]]:
    """Build the table: sign, derived correlation and sd, those of the catalogue, and the differences."""
    found = []
    for signal in Catalogue.built_in().signals:
        r, sd = derive(signal)
        found.append(
            [
                signal.id,
                "+".join(signal.basis),
                f"{r:.4f}",
                f"{sd:.4f}",
                f"{signal.r_offer:g} ± {signal.r_sd:g}",
                f"{r - signal.r_offer:+.4f}, {sd - signal.r_sd:+.4f}".replace("-0.0000", "+0.0000"),
            ]
        )
    return found


if __name__ == "__main__":
    print(*table(["sign", "basis", "r_offer", "r_sd", "catalogue", "difference"], rows()), sep="\n")
