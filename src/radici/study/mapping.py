"""`--map` options in; what each variable of a table is, or the option that is lacking, out."""

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import pandas as pd

from radici.core.cells import NUMBER
from radici.core.errors import StudyError, some
from radici.core.settings import build
from radici.core.variables import DERIVED, VARIABLES, Given, folded, known_spellings, parse_map
from radici.core.variables.entry import COMPANIONS
from radici.learning.signatures import Score

COMPANION = re.compile(r"(\s*[^=.\[\]]+)\.([^=.\[\]]+?)\s*(=.*)")
"""`ldh.uln=250`: a variable, what belongs to it, and the rest."""


def read_maps(spelled: Sequence[str]) -> dict[str, Given]:
    """Read `--map` options: `albumin=Albumin[g/dL]`, and what belongs to a variable as `ldh.uln=250`.

    A text in double quotes holds for all rows (`tumour_type="NSCLC"`, `tmb.panel="MSK-IMPACT"`), and so does a number
    after a point; anything else is a column.
    """
    plain: dict[str, dict[str, Any]] = {}
    beside: dict[str, dict[str, Any]] = {}
    for text in spelled:
        companion = COMPANION.fullmatch(text)
        variable, heading, unit = parse_map(companion[1] + companion[3] if companion else text)
        place = beside.setdefault(variable, {}) if companion else plain
        key = companion[2] if companion else variable
        if key in place:
            raise StudyError(f"--map says twice what '{variable}{f'.{key}' if companion else ''}' is. Keep one.")
        place[key] = _companion(text, key, heading) if companion else {"column": heading, "unit": unit}
    alone = [name for name in beside if name not in plain]
    if alone:
        raise StudyError(f'--map tells what belongs to {some(alone)}; add its column too: --map "{alone[0]}=COLUMN".')
    return {name: build(Given, {**one, **beside.get(name, {})}, f"--map {name}") for name, one in plain.items()}


def _companion(text: str, key: str, spelled: str) -> Any:
    if key not in COMPANIONS:
        raise StudyError(f"--map '{text}': '{key}' is none of {', '.join(COMPANIONS)}.")
    quoted = spelled.startswith('"') and spelled.endswith('"') and len(spelled) > 2
    if quoted:
        return spelled[1:-1]
    return spelled if NUMBER.fullmatch(spelled) else {"column": spelled}


def variables_read(scores: Sequence[Score], known: Collection[str] = ()) -> set[str]:
    """Variables that scores read, with their companions, and what those not `known` can be computed from."""
    waiting = [name for score in scores for term in score.terms for name in term.variables]
    waiting += [name for score in scores for name in score.only]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [f"{name}_{need}" for need in VARIABLES[name].needs]
            waiting += DERIVED[name].needs if name in DERIVED and name not in known else ()
    return found


def check_mapped(scores: Sequence[Score], frame: pd.DataFrame, texts: pd.DataFrame, where: str) -> None:
    """Refuse, in one message, every variable that a score needs and the table was not said to have."""
    absent = {term.variables: score for score in reversed(scores) for term in score.absent(frame)}
    lines = [
        f"{where}: the score '{score.name}' needs {' or '.join(repr(name) for name in names)}. {_add(names, texts)}"
        for names, score in absent.items()
    ]
    if lines:
        raise StudyError("\n".join(lines))


def check_companions(given: Mapping[str, Given], where: str) -> None:
    """Refuse, as the command spells it, a variable without what must be declared with it."""
    absent = [(name, need) for name, one in given.items() for need in VARIABLES[name].needs if not getattr(one, need)]
    lines = [
        f"{where}: '{name}' needs its {need}, without which its numbers cannot be compared. Add --map "
        f"{_limit(name, need) if need in ('uln', 'lln') else _quoted(name, need)}."
        for name, need in absent
    ]
    if lines:
        raise StudyError("\n".join(lines))


def _add(names: Sequence[str], texts: pd.DataFrame) -> str:
    """Which `--map` to add, with the table's likely column; the parts of a derived variable will do too."""
    told = f"Add {' or '.join(_option(name, texts) for name in names)}"
    if names[0] not in DERIVED:
        return f"{told}."
    parts = DERIVED[names[0]].needs
    spelled = [_beside(part, parts) or _option(part, texts) for part in parts]
    return f"{told}, or what it is computed from: {' '.join(spelled)}."


def _beside(name: str, parts: Sequence[str]) -> str:
    """The option for a limit of normal of another part; `""` where it is none."""
    stem, _, companion = name.rpartition("_")
    return f"--map {_limit(stem, companion)}" if stem in parts and companion in COMPANIONS else ""


def _limit(name: str, need: str) -> str:
    return f'"{name}.{need}=NUMBER or COLUMN"'


def _quoted(name: str, need: str) -> str:
    return f"""'{name}.{need}="TEXT"' (for all rows) or "{name}.{need}=COLUMN\""""


def _option(name: str, texts: pd.DataFrame) -> str:
    entry = VARIABLES[name]
    different = {(unit.factor, unit.offset): spelled for spelled, unit in reversed(entry.units.items())}
    others = [spelled for size, spelled in reversed(different.items()) if size != (1, 0)]
    units = f"[{' or '.join([entry.unit, *others])}]" if entry.unit else ""
    return f'--map "{name}={likely_column(name, list(texts.columns)) or "COLUMN"}{units}"'


def likely_column(name: str, columns: Sequence[str]) -> str | None:
    """The column whose heading is the variable's name or a synonym, or nearest to one; None without any.

    A heading that means another variable is not near: NLR is not dNLR.
    """
    own = {folded(text): None for text in (name, *VARIABLES[name].synonyms)}
    headings = {folded(column): column for column in reversed(columns)}
    alike = [heading for heading in headings if heading in own]
    free = [heading for heading in headings if known_spellings().get(heading, name) == name]
    alike += [found for text in own for found in get_close_matches(text, free, n=1, cutoff=0.75)]
    return headings[alike[0]] if alike else None
