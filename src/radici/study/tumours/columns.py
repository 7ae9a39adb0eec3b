"""A tumour's variables and a table's headings in; which column each variable stands in, or may stand in, out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from radici.core.variables import VARIABLES, folded, known_spellings
from radici.study.candidates import WORDS
from radici.study.tumours.tumour import Tumour

SHORTEST = 3
"""Letters that a heading must share with a spelling to be suggested."""
RATIOS = {"ldh": "ldh_ratio"}
"""Variables whose columns often hold the ratio to the limit of normal instead."""


@dataclass(frozen=True)
class Sought:
    """A variable, whether a clinical model needs it, columns that are headed by it, and columns that may hold it.

    `remark` says why it stands for another variable.
    """

    variable: str
    needed: bool
    columns: tuple[str, ...]
    perhaps: tuple[str, ...]
    remark: str = ""


def seek(tumour: Tumour, headings: Sequence[str], highest: Mapping[str, float] | None = None) -> list[Sought]:
    """Look for every variable of a tumour among the headings of a table.

    A heading is known where it is a name or a synonym of the dictionary. It is only suggested where a word of it is
    one (`LDH [U/L]`), or where it begins one (`pdl1`, which may be any of the scores), and no variable claims it.

    Parameters
    ----------
    highest
        The highest number of each column that holds only numbers.
    """
    spelled = known_spellings()
    claimed = {heading: spelled.get(folded(heading)) for heading in headings}
    free = [heading for heading in headings if claimed[heading] is None]
    found = [
        Sought(
            name,
            name in tumour.variables.needed,
            tuple(heading for heading in headings if claimed[heading] == name),
            tuple(heading for heading in free if _may_be(heading, name)),
        )
        for name in tumour.variables.all
    ]
    return [_as_ratio(one, highest or {}) for one in found]


def _as_ratio(one: Sought, highest: Mapping[str, float]) -> Sought:
    """The ratio instead of the variable, where every number of its columns is too small for the variable itself."""
    entry = VARIABLES[one.variable]
    low, _ = entry.range or (0.0, 0.0)
    columns = one.columns or one.perhaps
    if one.variable not in RATIOS or not columns or any(highest.get(column, low) >= low for column in columns):
        return one
    larger = [spelled for spelled, unit in entry.units.items() if unit.factor > 1]
    others = f", unless it is in {' or '.join(larger)}" if larger else ""
    why = f"all numbers are below {low:g}: not in {entry.unit} but a ratio to the limit of normal{others}"
    return replace(one, variable=RATIOS[one.variable], remark=why)


def _may_be(heading: str, name: str) -> bool:
    spellings = {folded(text) for text in (name, *VARIABLES[name].synonyms)}
    words = [word.lower() for word in WORDS.findall(heading)]
    runs = {"".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    begins = len(folded(heading)) >= SHORTEST and any(text.startswith(folded(heading)) for text in spellings)
    return begins or any(run in spellings for run in runs if len(run) >= SHORTEST)
