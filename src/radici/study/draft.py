"""What was found in a folder in; the text of a study file with a plain word on every key out."""

import json
import re
from dataclasses import dataclass, field

import pandas as pd

from radici.study import candidates
from radici.study.candidates import Looked
from radici.study.spelling import FILL_IN

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
MOST_LISTED = 12

HEAD = f"""# A study in radici. Lines that begin with # are remarks or proposals that are not in use.
# Replace every {FILL_IN}: it marks what only you can know; `radici check` names those that are left.
title: {FILL_IN}  # what the report is called
seed: 1  # decides every random number; any whole number will do

# Who: the column with the patients' ids, in every table that is named below. 007 and 7 are different ids.
patient: {{patient}}
"""

CHAIN = """
# From scan to features: the same voxel size for all, then grey levels for texture.
imaging:
{steps}# What is measured: shape and volume (morph), intensity (stat), texture (cm).
features: [morph, stat, cm]
# The feature that is the tumour volume: every model is compared with it.
volume: {volume}
"""

CT = """  - resample: {spacing_mm: [1, 1, 1]}
  - resegment: {range: [-1000, 400]}  # HU that count; what lies outside is left out of intensity and texture
  - discretise: {bin_width: 25}
"""
OTHER = """  - resample: {spacing_mm: [1, 1, 1]}
  - discretise: {bin_number: 32}  # grey levels from each region's own minimum to its maximum
"""

TAIL = """
# How the model is tested: in turn, each fifth of the patients is predicted by a model of the others, five times over.
# Permutations give p-values and intervals; 200 or more for a result that is reported.
design: {folds: 5, repeats: 5, permutations: 200}
"""


@dataclass
class Draft:
    """Everything that the text is made from."""

    patient: str
    clinical: str
    table: pd.DataFrame
    columns: list[Looked]
    index: str | None = None
    image: str = ""
    mask: str = ""
    modality: str = ""
    region: str = "roi"
    labels: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def study_text(draft: Draft) -> str:
    """The study file."""
    site = [column for column in draft.columns if candidates.is_site(column)]
    endpoints, used = _endpoints(draft)
    parts = [HEAD.format(patient=_name(draft.patient))]
    parts.append(_site(site))
    if draft.image:
        parts.append(_scans(draft))
    parts += [_clinical(draft, {*used, *(column.name for column in site[:1])}), endpoints]
    if draft.image:
        steps = CT if draft.modality == "ct" else OTHER
        volume = f"{draft.modality}_{draft.region}__orig__morph_volume__none"
        parts.append(CHAIN.format(steps=steps, volume=volume))
    parts += [TAIL, _sealed(site)]
    return "".join(parts)


def _name(text: str) -> str:
    """A column name as YAML writes it."""
    return text if PLAIN.fullmatch(text) and text.lower() not in ("null", "true", "false") else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _list(texts: list[str]) -> str:
    return f"[{', '.join(_quoted(text) for text in texts)}]"


def _site(site: list[Looked]) -> str:
    why = "# The column of centres (few texts): needed to hold one centre back, and shown in the report.\n"
    if not site:
        return f"{why}# site: COLUMN\n"
    return why + "".join(
        f"{'# ' if place else ''}site: {_name(column.name)}  # {column.in_words}\n" for place, column in enumerate(site)
    )


def _sealed(site: list[Looked]) -> str:
    why = "\n# A centre that nothing looks at until the models are locked: the test that counts most.\n"
    first = next(iter(site[0].ordered)) if site else "CENTRE"
    found = f"  # {site[0].in_words}" if site else ""
    return f"{why}# sealed: {{site: {_quoted(first)}}}{found}\n"


def _scans(draft: Draft) -> str:
    lines = [
        "",
        "# Where the scans lie. {COLUMN} is filled in from each row of the table; {COLUMN:03d} makes 003 of 3.",
        "scans:",
    ]
    if draft.index:
        lines.append(f"  index: {_quoted(draft.index)}  # one row per scan")
    lines += [f"  image: {draft.image}", f"  mask: {draft.mask}"]
    kind = (
        "as the file names say" if draft.modality != FILL_IN else "ct, mr or pt; becomes part of every feature's name"
    )
    lines.append(f"  modality: {draft.modality}  # {kind}")
    lines.append(
        "# The contour: a name of your own (small letters, digits), and its number in the mask (`any` for all numbers)."
    )
    label = str(draft.labels[0]) if len(draft.labels) == 1 else FILL_IN
    found = f"numbers found in the first masks: {', '.join(map(str, draft.labels)) or 'none'}"
    return "\n".join([*lines, f"regions: {{{draft.region}: {label}}}  # {found}", ""])


def _clinical(draft: Draft, used: set[str]) -> str:
    missing = ["", *candidates.missing_texts(draft.table)]
    lines = [
        "",
        "# The clinical table: one row per patient.",
        "clinical:",
        f"  file: {_quoted(draft.clinical)}",
        f"  missing: {_list(missing)}  # cells that mean that nothing is known",
        "  # Variables of the clinical model. Name only what was known before treatment; an outcome here would",
        "  # predict itself. A number needs its unit: {column: age, unit: years}. Two texts need their meaning: which",
        "  # are yes, which no. For several texts write `order` where they are steps from low to high, or `levels`",
        "  # where they are kinds (the first one is the reference); `recode: {SCC: squamous}` joins spellings.",
    ]
    listed: list[str] = []
    others: list[str] = []
    names: set[str] = set()
    for column in draft.columns:
        if column.name in used or _unusable(column):
            continue
        line = f"{_slug(column.name, names)}: {_variable(column)}"
        in_use = candidates.is_baseline(column) and len(listed) < MOST_LISTED and not _outcome_like(column)
        (listed if in_use else others).append(f"{line}  # {column.in_words}")
    lines.append("  map:" if listed else "  # map:")
    lines += [f"    {line}" for line in listed] + [f"    # {line}" for line in others]
    for column in draft.columns:
        if column.name not in used and _unusable(column):
            lines.append(f"    # '{column.name}': {column.in_words}; not used")
    return "\n".join([*lines, ""])


def _unusable(column: Looked) -> bool:
    return column.looks in ("empty", "date", "texts") or len(column.counts) < 2


def _outcome_like(column: Looked) -> bool:
    return candidates.is_time(column) or candidates.is_event(column) or candidates.is_response(column)


def _slug(name: str, taken: set[str]) -> str:
    slug = re.sub("[^a-z0-9]+", "_", name.lower()).strip("_") or "variable"
    while slug in taken:
        slug += "_again"
    taken.add(slug)
    return slug


def _variable(column: Looked) -> str:
    head = f"column: {_name(column.name)}"
    texts = list(column.ordered)
    if column.looks == "number":
        return f"{{{head}, unit: {FILL_IN}}}"
    if len(texts) == 2:
        return f"{{{head}, yes: [{FILL_IN}], no: [{FILL_IN}]}}"
    return f"{{{head}, {FILL_IN}: {_list(texts)}}}"


def _endpoints(draft: Draft) -> tuple[str, set[str]]:
    """The first candidate in use, the others as remarks; and the columns that all of them use."""
    times = [column for column in draft.columns if candidates.is_time(column)]
    events = [column for column in draft.columns if candidates.is_event(column)]
    answers = [c for c in draft.columns if candidates.is_response(c) and c not in events]
    lines = [
        f"{_slug(c.name, set())}: {{category: {{column: {_name(c.name)}, yes: [{FILL_IN}], no: [{FILL_IN}], "
        f'unknown: [""]}}}}  # {c.in_words}'
        for c in answers
    ]
    lines += [line for time in times for line in _survival(time, events)]
    used = {column.name for column in (*answers, *(times if events else ()), *(events if times else ()))}
    text = "\n# What is predicted: one line. yes and no: which texts mean which; who is in `unknown` is not analysed.\n"
    text += "# For a time: its unit (days, weeks, months or years), and which text means that the event was seen.\n"
    if not lines:
        why = "no column looks like an outcome; category and time_to_event are two forms"
        return f"{text}endpoints:\n  outcome: {FILL_IN}  # {why}\n", used
    text += f"endpoints:\n  {lines[0]}\n"
    return text + "".join(f"  # {line}\n" for line in lines[1:]), used


def _survival(time: Looked, events: list[Looked]) -> list[str]:
    """One line for each event column that may belong to a time."""
    shared = [event for event in events if event.words & time.words & {"os", "pfs", "dfs", "rfs"}]
    return [
        f"{_slug(time.name, set())}: {{time_to_event: {{time: {_name(time.name)}, event: {_name(event.name)}, "
        f"unit: {FILL_IN}, event_values: [{FILL_IN}], censored_values: [{FILL_IN}]}}}}"
        f"  # {time.in_words}; '{event.name}' {event.in_words}"
        for event in shared or events
    ]
