"""The code in, docs/features.md out: every feature with its formula, unit, range and edge cases, from its docstring.

Write it anew with `python -m radici.testing.feature_list > docs/features.md`.
"""

import inspect
import re
import sys

import radici.features  # noqa: F401
from radici.features.family import FAMILIES, Family

HEADER = """# Features

This page is written by the code: `python -m radici.testing.feature_list > docs/features.md`. Every feature has the tag
of the Image Biomarker Standardisation Initiative (IBSI), its four-letter code there, its unit and, from its docstring,
what it is, its range and what happens at the edges. A feature that is undefined for a region is NaN, never 0; a region
that cannot be measured at all is left out with a sentence.
"""


def page() -> str:
    """The whole page, as Markdown."""
    names = [name for name, family in FAMILIES.items() if family.build.__module__.split(".")[0] == "radici"]
    return "\n".join([HEADER, *(_section(name, FAMILIES[name]) for name in names)])


def _section(name: str, family: Family) -> str:
    head = f"## {name}\n\n{_text(family.build)}\n"
    rows = [
        f"| `{family.name}_{feature.tag}` | {feature.ibsi} | {feature.unit or '1'} | {_text(feature.read)} |"
        for feature in family.features.values()
    ]
    return "\n".join([head, "| Tag | IBSI | Unit | What it is |", "| --- | --- | --- | --- |", *rows, ""])


def _text(thing: object) -> str:
    """The docstring on one line, without its sections."""
    text = re.split(r"\n\n\w+\n-{3,}\n", inspect.getdoc(thing) or "")[0]
    return re.sub(r"\s+", " ", text).replace("|", r"\|")


if __name__ == "__main__":
    sys.stdout.buffer.write(page().encode())
