"""The page of metrics, generated from their descriptions and docstrings."""

from offerodds.training.evaluation.metrics import METRICS

_INTRO = """\
# Metrics

`offerodds evaluate` gives every metric for the model and for the base rate, each with an interval; in Python
they are attributes, as in `evaluation.model.brier`. Training corrects some of them for optimism. This page is
generated from [the code](files/training/evaluation/metrics.py).

| metric | in Python and JSON | how to read it | decimals shown | corrected for optimism |
| --- | --- | --- | ---: | --- |
"""


def metrics_page() -> str:
    """Build the page as Markdown: a table of all metrics, then the docstring of each function."""
    rows, sections = "", ""
    for name, metric in METRICS.items():
        path = f"{metric.function.__module__}.{metric.function.__name__}"
        corrected = "yes" if metric.validated else "no"
        rows += (
            f"| {metric.label} | [`{name}`](#{path}) | {metric.reading} | {metric.digits} | {corrected} |\n"
        )
        sections += f"\n::: {path}\n    options:\n      show_root_full_path: false\n"
    return _INTRO + rows + sections
