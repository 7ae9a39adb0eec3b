"""A tumour, and what was found in a folder, in; the lines that a drafted study file owes to it out.

All are remarks, but the imaging steps and the families of features.
"""

import textwrap
from collections.abc import Sequence
from typing import Any

from radici.core.errors import some
from radici.core.variables import VARIABLES
from radici.learning.signatures import read_score
from radici.response.criteria import CRITERIA
from radici.study.tumours.columns import Sought
from radici.study.tumours.scanning import Modality, Visit
from radici.study.tumours.tumour import Advised, Tumour

WIDTH = 118
WORDS = {"ct": "CT", "pt": "PET", "mr": "MR"}


def title(tumour: Tumour, modality: str) -> str:
    """What the report is called."""
    scans = f": {WORDS.get(modality, modality)}" if modality in tumour.modalities else ""
    return f"Checkpoint inhibitors in {tumour.called}{scans}"


def head(tumour: Tumour) -> str:
    """What the remarks of a tumour are, and what to beware of."""
    lines = _remark(
        f"Tumour: {tumour.called}. Remarks that begin with '{tumour.name}' are advice; docs/tumours.md has the sources "
        "and what is unverified. In use are only the title, the imaging steps and the features: starting points."
    )
    return "".join(["\n", *lines, *(line for one in tumour.pitfalls for line in _remark(f"Beware: {one.what}")), "\n"])


def scans(tumour: Tumour, modality: str) -> str:
    """How and when scans are usually made."""
    lines = []
    found = tumour.modalities.get(modality)
    if found is not None:
        phases = f" Phase of contrast: {' or '.join(found.phases)}; the same for all patients." if found.phases else ""
        unit = f" Voxels in {found.unit}; other units must be converted first." if found.unit.startswith("SUV") else ""
        lines += _remark(f"{tumour.name}: {found.scan}.{phases}{unit}")
    lines += _remark(f"{tumour.name}: when scans and blood tests are made.")
    for name, visit in tumour.visits.items():
        if visit.modality in ("", modality):
            lines += _remark(f"  {name}: {when(visit)}")
    lines += _remark(f"  {tumour.schedule}")
    return "".join(lines)


def when(visit: Visit) -> str:
    """The days of a visit, in words."""
    low, high = visit.days
    days = f"day {low}" if low == high else f"day {low} to {high}"
    accepted = f" (accepted {visit.accept[0]} to {visit.accept[1]})" if visit.accept else ""
    return f"{days}{accepted} from the {visit.after}; {visit.what}"


def variables(tumour: Tumour, found: Sequence[Sought]) -> str:
    """The variables by their names in the dictionary, and the columns they stand in."""
    lines = _remark(f"{tumour.name}: variables by their names in the dictionary (docs/variables.md); * is needed.", 2)
    absent = [one for one in found if not one.needed and not one.columns and not one.perhaps]
    for one in found:
        if one not in absent:
            lines += _remark(f"  {'*' if one.needed else ' '} {in_words(one.variable)}: {_where(one)}{_why(one)}", 2)
    if absent:
        lines += _remark(f"    also useful, not found: {', '.join(one.variable for one in absent)}", 2)
    return "".join(lines)


def in_words(name: str) -> str:
    """A variable with its unit and what must be said with it: `pdl1_tps (%, with its assay)`."""
    entry = VARIABLES[name]
    parts = [*([entry.unit] if entry.unit else []), *(f"with its {companion}" for companion in entry.needs)]
    return f"{name} ({', '.join(parts)})" if parts else name


def _where(one: Sought) -> str:
    if one.columns:
        return f"column {' or '.join(repr(name) for name in one.columns)}"
    return f"not found; perhaps {' or '.join(repr(name) for name in one.perhaps)}" if one.perhaps else "not found"


def _why(one: Sought) -> str:
    return f" ({one.remark})" if one.remark else ""


def endpoints(tumour: Tumour) -> str:
    """Endpoints in the order in which they are advised."""
    lines = _remark(f"{tumour.name}: endpoints in the order in which they are advised; * is the primary one.")
    for one in tumour.endpoints:
        lines += _remark(f"  {'*' if one.name == tumour.primary else ' '} {one.name}: {advice(one)}")
    return "".join(lines)


def advice(one: Advised) -> str:
    """What an endpoint is, by which criteria, and how a study file writes it."""
    by = f", by {CRITERIA[one.criterion].title}" if one.criterion else ""
    reading = f" ({one.reading})" if one.reading else ""
    return f"{one.what}{reading}{by}; {' or '.join(one.forms)}"


def comparators(tumour: Tumour) -> str:
    """Published scores to compare with."""
    lines = _remark(f"{tumour.name}: published scores to compare with (docs/scores.md).")
    for score in map(read_score, tumour.comparators):
        lines += _remark(f"  {score.name} ({', '.join(term.variable for term in score.terms)}): {score.about}")
    if tumour.described:
        lines += _remark(f"  to be cited, for they cannot be run: {', '.join(tumour.described)}")
    return "".join(["\n", *lines, f"# comparators: [{', '.join(tumour.comparators)}]\n"])


def chain(tumour: Tumour, modality: Modality, volume: str) -> str:
    """Imaging steps, families of features and the column of the volume."""
    families = [f"  - {_item(one.family, one)}\n" for one in modality.measured().features]
    return "".join(
        [
            f"\n# From scan to features, as a study of {tumour.called} may start.\nimaging:\n",
            *steps(modality),
            f"# What is measured: the families of the preset '{modality.preset}'.\nfeatures:\n",
            *families,
            "# The feature that is the tumour volume: every model is compared with it.\n",
            f"volume: {volume}\n",
        ]
    )


def steps(modality: Modality) -> list[str]:
    """Imaging steps as a study file writes them, a line each."""
    return [f"  - {_item(one.registered_name, one)}\n" for one in modality.imaging]


def notes(tumour: Tumour, modality: str, found: Sequence[Sought]) -> list[str]:
    """What the shell says of a tumour: the modality it does not know, and needed variables that were not found."""
    said = []
    if modality and modality not in tumour.modalities:
        known = " and ".join(WORDS.get(token, token) for token in tumour.modalities)
        said.append(
            f"{tumour.name} speaks of {known} only; imaging and features are those of no tumour, for the scans are "
            f"{WORDS.get(modality, 'of a modality that no file name tells')}"
        )
    needed = [one for one in found if one.needed]
    absent = [one.variable + (f" (perhaps {some(list(one.perhaps))})" if one.perhaps else "") for one in needed
              if not one.columns]  # fmt: skip
    there = len(needed) - len(absent)
    lacking = f"; not found by name: {some(absent, len(absent))}" if absent else ""
    return [*said, f"{tumour.name}: {there} of {len(needed)} variables that it needs are in the table{lacking}"]


def _item(name: str, setting: Any) -> str:
    values = {key: value for key, value in setting if value != type(setting).model_fields[key].default}
    inside = ", ".join(f"{key}: {_plain(value)}" for key, value in values.items())
    return f"{name}: {{{inside}}}" if inside else name


def _plain(value: Any) -> str:
    """A value as YAML writes it on one line."""
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_plain, value))}]"
    if isinstance(value, float):
        return f"{value:g}"
    return "null" if value is None else str(value)


def _remark(text: str, inside: int = 0) -> list[str]:
    """Lines of a comment, `inside` blanks from the left; blanks that the text begins with make a list."""
    text, listed = text.lstrip(" "), len(text) - len(text.lstrip(" "))
    first, rest = f"{' ' * inside}# {' ' * listed}", f"{' ' * inside}#   {' ' * listed}"
    wrapped = textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
    return [f"{line}\n" for line in wrapped]
