"""`--map` options in; what each variable of a table is, or the option that is lacking, out."""

import re
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import pandas as pd

from radici.cohort.profile import ENDINGS
from radici.core.cells import NUMBER
from radici.core.errors import StudyError, some
from radici.core.settings import build
from radici.core.variables import DERIVED, VARIABLES, Given, Mend, folded, known_spellings, parse_map
from radici.core.variables.entry import COMPANIONS
from radici.learning.signatures import Score

COMPANION = re.compile(r"(\s*[^=.\[\]]+)\.([^=.\[\]]+?)\s*(=.*)")
"""`ldh.uln=250`: a variable, what belongs to it, and the rest."""
CODES = re.compile(r"(.+?)\s*\{([^{}]*:[^{}]*)\}\s*")
"""`prior_systemic=Chemo{yes:ja,no:nein}`: a mapping, and what texts of the column mean."""
AS_DECLARED = {"yes": True, "no": False}


def read_maps(spelled: Sequence[str]) -> dict[str, Given]:
    """Read `--map` options: `albumin=Albumin[g/dL]`, and what belongs to a variable as `ldh.uln=250`.

    A text in double quotes holds for all rows (`tumour_type="NSCLC"`, `tmb.panel="MSK-IMPACT"`), and so does a number
    after a point; anything else is a column. `prior_systemic=Chemo{yes:ja,no:nein}` says what texts mean, the level (or
    the number) first; `anc.as_declared=yes` that a unit is right although the numbers look like another.
    """
    plain: dict[str, dict[str, Any]] = {}
    beside: dict[str, dict[str, Any]] = {}
    for text in spelled:
        companion = COMPANION.fullmatch(text)
        coded = None if companion else CODES.fullmatch(text)
        plainly = coded[1] if coded else text
        variable, heading, unit = parse_map(companion[1] + companion[3] if companion else plainly)
        place = beside.setdefault(variable, {}) if companion else plain
        key = companion[2] if companion else variable
        if key in place:
            raise StudyError(f"--map says twice what '{variable}{f'.{key}' if companion else ''}' is. Keep one.")
        recode = _recode(text, variable, coded[2]) if coded else {}
        plain_one = {"column": heading, "unit": unit, "recode": recode}
        place[key] = _beside_it(text, key, heading) if companion else plain_one
    alone = [name for name in beside if name not in plain]
    if alone:
        raise StudyError(f'--map tells what belongs to {some(alone)}; add its column too: --map "{alone[0]}=COLUMN".')
    return {name: build(Given, {**one, **beside.get(name, {})}, f"--map {name}") for name, one in plain.items()}


def _recode(text: str, variable: str, spelled: str) -> dict[str, str]:
    """Text in the table -> level or number, from `yes:ja,no:nein`."""
    entry = VARIABLES[variable]
    found: dict[str, str] = {}
    for pair in spelled.split(","):
        level, _, cell = (part.strip() for part in pair.partition(":"))
        if not level or not cell or cell in found:
            raise StudyError(
                f"--map '{text}': texts are given a meaning as {{LEVEL:TEXT,LEVEL:TEXT}}, each text once; found "
                f"'{pair.strip()}'. A text with a comma or a brace needs a profile file (--profile FILE.yaml)."
            )
        levels = entry.meanings()
        if not (NUMBER.fullmatch(level) if entry.kind == "quantity" else folded(level) in levels or not levels):
            known = "a number" if entry.kind == "quantity" else f"one of {', '.join(dict.fromkeys(levels.values()))}"
            raise StudyError(f"--map '{text}': {known} comes first, then the table's text; found '{pair.strip()}'.")
        found[cell] = level
    return found


def mend_in_shell(given: Mapping[str, Given], own: Collection[str], profile: str | None) -> Mend:
    """What this command advises where a text does not fit a variable.

    Parameters
    ----------
    given
        What each variable is.
    own
        Names of those that come from `--map`; the others come from the profile.
    profile
        Its name, or its file.
    """

    def mend(name: str) -> str:
        one = given.get(name)
        missing = "say --missing TEXT if the text means missing"
        if one is None or not one.column:
            return f"Correct it; or {missing}."
        level = "NUMBER" if VARIABLES[name].kind == "quantity" else "LEVEL"
        if profile and profile.endswith(ENDINGS) and name not in own:
            how = f'write `recode: {{"TEXT": {level}}}` under `{name}` in {profile}'
        else:
            codes = ",".join([*(f"{code}:{text}" for text, code in one.recode.items()), f"{level}:TEXT"])
            how = f'say what a text means: --map "{name}={one.column}{f"[{one.unit}]" if one.unit else ""}{{{codes}}}"'
        return f"Correct the table; or {how}; or {missing}."

    return mend


def _beside_it(text: str, key: str, spelled: str) -> Any:
    if key == "as_declared":
        if spelled not in AS_DECLARED:
            raise StudyError(f"--map '{text}': as_declared is yes or no, found '{spelled}'.")
        return AS_DECLARED[spelled]
    if key not in COMPANIONS:
        raise StudyError(f"--map '{text}': '{key}' is none of {', '.join(COMPANIONS)}, as_declared.")
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
    others: dict[tuple[float, float], str] = {}
    for spelled, unit in entry.units.items():
        others.setdefault((unit.factor, unit.offset), spelled)
    others.pop((1, 0), None)
    units = f"[{' or '.join([entry.unit, *others.values()])}]" if entry.unit else ""
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
