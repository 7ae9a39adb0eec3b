"""The code in, docs/reference.md out: every public and every registered name with one line of its docstring.

Write it anew with `python -m radici.testing.reference > docs/reference.md`.
"""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import radici
import radici.features
import radici.imaging
import radici.learning
import radici.response
from radici import testing
from radici.core.aggregation import RULES
from radici.core.registry import Registry
from radici.core.settings import Settings
from radici.features.family import FAMILIES
from radici.imaging.filter import FILTERS
from radici.imaging.step import STEPS
from radici.learning.estimator import ESTIMATORS
from radici.response import ENDPOINTS

HEADER = """# Reference

This page is written by the code: `python -m radici.testing.reference > docs/reference.md`. A default stands behind
`=`; a setting without one is required. In Python, `help(radici.extract)` and the like say more.
"""


def page() -> str:
    """The whole page, as Markdown."""
    parts = [
        HEADER,
        "## Public names\n\n`import radici` loads nothing heavy; each name is loaded on first use.\n",
        _table(("Name", "What it is"), [(f"`radici.{name}`", _what(name)) for name in radici.__all__]),
        "## Imaging steps\n\nUnder `imaging:` in a study file, in order.\n",
        _named(STEPS, _settings),
        "## Filters\n\nUnder `filters:` in a study file; each response is measured as the image itself is.\n",
        _named(FILTERS, _settings),
        "## Feature families\n\nUnder `features:` in a study file; [every feature](features.md) by itself.\n",
        _table(("Name", "Settings", "Features", "What it gives"), [_family(name) for name in _ours(FAMILIES)]),
        "## Endpoints\n\nUnder `endpoints:` in a study file.\n",
        _named(ENDPOINTS, _settings),
        "## Steps of a recipe\n\nUnder `recipe:` in a study file, in order; the last one is the model. All are fitted "
        "within each training set.\n\nWhere values stand in braces, the one to use is chosen on inner folds.\n",
        _named(ESTIMATORS, _parameters),
        "## Several rows of a patient\n\nRules that make one row of them, before any fold is made.\n",
        _named(RULES),
        "## Contracts for extensions\n\nIn `radici.testing`; each raises an `AssertionError` that names the broken "
        "promise.\n",
        _table(("Name", "What it is"), [(f"`{name}`", first_line(getattr(testing, name))) for name in testing.__all__]),
    ]
    return "\n".join(parts)


def first_line(thing: Any) -> str:
    """The first sentence or paragraph of a docstring, on one line."""
    text = (inspect.getdoc(thing) or "").split("\n\n")[0]
    return re.sub(r"\s+", " ", text).replace("|", r"\|")


def _what(name: str) -> str:
    return "Version of this package." if name == "__version__" else first_line(getattr(radici, name))


def _ours(registry: Registry) -> list[str]:
    """Names registered by radici itself; what other packages add is theirs to describe."""
    return [name for name, thing in registry.items() if _module(thing).split(".")[0] == "radici"]


def _module(thing: Any) -> str:
    return str(getattr(thing, "build", thing).__module__)


def _named(registry: Registry, settings: Callable[[Any], str] | None = None) -> str:
    head = ("Name", "Settings", "What it does") if settings else ("Name", "What it does")
    rows = []
    for name in _ours(registry):
        middle = [settings(registry[name])] if settings else []
        rows.append((f"`{name}`", *middle, first_line(registry[name])))
    return _table(head, rows)


def _family(name: str) -> tuple[str, ...]:
    family = FAMILIES[name]
    code = f" (IBSI {family.ibsi})" if family.ibsi else ""
    return f"`{name}`", _settings(family.settings), str(len(family.features)), _module_line(family.build) + code


def _module_line(function: Callable) -> str:
    return first_line(sys.modules[function.__module__]).split(" (IBSI")[0].rstrip(".")


def _settings(cls: type[Settings]) -> str:
    return _listed(
        (name, "" if field.is_required() else f"={_shown(field.get_default(call_default_factory=True))}")
        for name, field in cls.model_fields.items()
    )


def _parameters(cls: Any) -> str:
    tuned = getattr(cls, "search", {})
    values = cls().get_params(deep=False)
    return _listed(
        (name, f" in {{{', '.join(map(_shown, tuned[name]))}}}" if name in tuned else f"={_shown(value)}")
        for name, value in values.items()
    )


def _listed(settings: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"`{name}{default}`" for name, default in settings) or "none"


def _shown(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_shown, value))}]"
    return f"{value:g}" if isinstance(value, float) else str(value) or '""'


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(page().encode())
