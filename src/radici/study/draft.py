"""What was found in a folder in; the text of a study file with a plain word on every key out."""

import json
import re
from dataclasses import dataclass, field

import pandas as pd

from radici.core.cells import NUMBER
from radici.study import candidates
from radici.study.candidates import Looked
from radici.study.file import DEFAULT_RECIPE
from radici.study.lesion_files import ALONE, LesionFiles, endpoint_lines, is_of_follow_up
from radici.study.lesion_files import HEAD as FROM_LESIONS
from radici.study.spelling import FILL_IN
from radici.study.tumours import Tumour, remarks
from radici.study.tumours.columns import Sought, seek

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
MOST_LISTED = 12

HEAD = f"""# A study in radici. Lines that begin with # are remarks or proposals that are not in use.
# Replace every {FILL_IN}: it marks what only you can know; `radici check` names those that are left.
title: "{{title}}"  # what the report is called
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

RECIPE = """
# From columns to a model; all of it is fitted anew within each training fold. The last step answers the endpoint:
# elastic_net_logistic for yes or no, elastic_net_cox for a time.
recipe:
{steps}"""

TAIL = """
# How the model is tested: in turn, each fifth of the patients is predicted by a model of the others, five times over.
# Permutations give p-values and intervals; 200 or more for a result that is reported.
design: {folds: 5, repeats: 5, permutations: 200}
"""

NOT_YET = f'"{FILL_IN}"'
"""The mark as a quoted text, so that an answer with a colon or a percent sign in its place stays one."""


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
    labels: dict[int, int] = field(default_factory=dict)
    masks_read: str = "no mask"
    separator: str = ","
    decimal: str = "."
    tumour: Tumour | None = None
    lesions: LesionFiles | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def sought(self) -> list[Sought]:
        """The tumour's variables, and the columns in which they stand."""
        highest = {column.name: column.highest for column in self.columns if column.highest is not None}
        return seek(self.tumour, [column.name for column in self.columns], highest) if self.tumour else []


def study_text(draft: Draft) -> str:
    """The study file."""
    tumour = draft.tumour
    title = remarks.title(tumour, draft.modality) if tumour else FILL_IN
    site = [column for column in draft.columns if candidates.is_site(column)]
    endpoints, used, model = _endpoints(draft)
    parts = [HEAD.format(title=title, patient=_name(draft.patient) if draft.patient != FILL_IN else NOT_YET)]
    parts += [remarks.head(tumour) if tumour else "", _site(site)]
    if draft.image:
        parts += [_scans(draft), remarks.scans(tumour, draft.modality) if tumour else ""]
    parts += [_clinical(draft, {*used, *(column.name for column in site[:1])}), endpoints]
    parts += [remarks.endpoints(tumour) if tumour else "", _chain(draft) if draft.image else ""]
    parts += [RECIPE.format(steps=_recipe(model)), remarks.comparators(tumour) if tumour else "", TAIL, _sealed(site)]
    return "".join(parts)


def _chain(draft: Draft) -> str:
    volume = f"{draft.modality}_{draft.region}__orig__morph_volume__none"
    usual = draft.tumour.modalities.get(draft.modality) if draft.tumour else None
    if draft.tumour and usual:
        return remarks.chain(draft.tumour, usual, volume)
    return CHAIN.format(steps=CT if draft.modality == "ct" else OTHER, volume=volume)


def _recipe(model: str) -> str:
    steps = [*DEFAULT_RECIPE, {model: {}}]
    return "".join(
        f"  - {name}: {json.dumps(settings)}\n".replace('"', "") for s in steps for name, settings in s.items()
    )


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
    lines.append(f"  modality: {draft.modality if draft.modality != FILL_IN else NOT_YET}  # {kind}")
    lines.append(
        "# The contour: a name of your own (small letters, digits), and its number in the mask (`any` for all numbers)."
    )
    label = str(next(iter(draft.labels))) if len(draft.labels) == 1 else NOT_YET
    found = ", ".join(f"{number} (in {masks})" for number, masks in draft.labels.items()) or "none"
    return "\n".join(
        [*lines, f"regions: {{{draft.region}: {label}}}  # numbers found in {draft.masks_read}: {found}", ""]
    )


def _clinical(draft: Draft, used: set[str]) -> str:
    missing = ["", *candidates.missing_texts(draft.table)]
    lines = [
        "",
        "# The clinical table: one row per patient.",
        "clinical:",
        f"  file: {_quoted(draft.clinical)}",
        *_dialect(draft),
        f"  missing: {_list(missing)}  # cells that mean that nothing is known",
        "  # Variables of the clinical model. Name only what was known before treatment; an outcome here would",
        "  # predict itself. A number needs its unit: {column: age, unit: years}. Two texts need their meaning: which",
        "  # are yes, which no. For several texts write `order` where they are steps from low to high, or `levels`",
        "  # where they are kinds (the first one is the reference); `recode: {SCC: squamous}` joins spellings.",
    ]
    meant = {name: one.variable for one in draft.sought for name in one.columns}
    listed: list[str] = []
    others: list[str] = []
    names: set[str] = set()
    for column in draft.columns:
        if column.name in used or _unusable(column) or _outcome_like(column):
            continue
        line = f"{_slug(column.name, names)}: {_variable(column)}"
        in_use = column.name in meant or (candidates.is_baseline(column) and len(listed) < MOST_LISTED)
        (listed if in_use else others).append(f"{line}  # {column.in_words}{_or(column)}")
    if draft.tumour:
        lines += remarks.variables(draft.tumour, draft.sought).splitlines()
    lines.append("  map:" if listed else "  # map:")
    lines += [f"    {line}" for line in listed] + [f"    # {line}" for line in others]
    for column in draft.columns:
        if column.name not in used and _unusable(column) and not _outcome_like(column):
            lines.append(f"    # '{column.name}': {column.in_words}; not used")
    return "\n".join([*lines, ""])


def _dialect(draft: Draft) -> list[str]:
    """The settings of a table that is not written with commas between cells and points in numbers."""
    lines = []
    if draft.separator != ("\t" if draft.clinical.lower().endswith(".tsv") else ","):
        lines.append(f"  separator: {_quoted(draft.separator)}  # what stands between two cells")
    if draft.decimal != ".":
        lines.append(f"  decimal: {_quoted(draft.decimal)}  # 65,5 is sixty-five and a half")
    return lines


def _unusable(column: Looked) -> bool:
    return column.looks in ("empty", "date", "texts") or len(column.counts) < 2


def _outcome_like(column: Looked) -> bool:
    known = candidates.is_time(column) or candidates.is_event(column) or candidates.is_response(column)
    return known or is_of_follow_up(column)


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
        return f"{{{head}, unit: {NOT_YET}}}"
    if len(texts) == 2:
        return f"{{{head}, yes: [{NOT_YET}], no: [{NOT_YET}]}}"
    return f"{{{head}, {NOT_YET}: {_list(texts)}}}"


def _or(column: Looked) -> str:
    """What else a column of a few numbers can be."""
    texts = list(column.ordered)
    if column.looks != "few texts" or not all(NUMBER.fullmatch(text) for text in texts):
        return ""
    head = f"column: {_name(column.name)}"
    return f"; steps: {{{head}, order: {_list(texts)}}}; a number: {{{head}, unit: {NOT_YET}}}"


def _endpoints(draft: Draft) -> tuple[str, set[str], str]:
    """The first candidate in use, the others as remarks; the columns that all of them use; the model that answers."""
    times = [column for column in draft.columns if candidates.is_time(column)]
    events = [column for column in draft.columns if candidates.is_event(column)]
    answers = [c for c in draft.columns if candidates.is_response(c) and c not in events]
    lines = [
        f"{_slug(c.name, set())}: {{category: {{column: {_name(c.name)}, yes: [{NOT_YET}], no: [{NOT_YET}], "
        f'unknown: [""]}}}}  # {c.in_words}'
        for c in answers
    ]
    if times and events:
        lines += [line for time in times for line in _survival(time, events)]
    proposals = [] if times and events else _half(times, events)
    used = {column.name for column in (*answers, *times, *events)}
    text = "\n# What is predicted: one line. yes and no: which texts mean which; who is in `unknown` is not analysed.\n"
    text += "# For a time: its unit (days, weeks, months or years), and which text means that the event was seen.\n"
    read = endpoint_lines(draft.lesions, draft.tumour) if draft.lesions else []
    is_time = not answers and bool(times or events)
    if lines:
        text += f"endpoints:\n  {lines[0]}\n"
    elif read:
        (form, first), *read = read
        text, is_time = f"{text}endpoints:\n  {first}\n", form == "progression_free_survival"
    else:
        text += f"endpoints:\n  outcome: {NOT_YET}  # one of the two forms, category or time_to_event\n"
    text += "".join(f"  # {line}\n" for line in [*lines[1:], *proposals])
    if draft.lesions:
        text += FROM_LESIONS + ("" if draft.lesions.follow_up else ALONE) + "".join(f"  # {line}\n" for _, line in read)
    return text, used, "elastic_net_cox" if is_time else "elastic_net_logistic"


def _half(times: list[Looked], events: list[Looked]) -> list[str]:
    """Templates where a time has no event, an event no time, or both are still to be named."""
    lines = [_template(_slug(c.name, set()), _name(c.name), NOT_YET, c.in_words) for c in times]
    lines += [_template(_slug(c.name, set()), NOT_YET, _name(c.name), c.in_words) for c in events]
    return lines or [_template("os", NOT_YET, NOT_YET, "time and event: two columns of the clinical table")]


def _template(name: str, time: str, event: str, remark: str) -> str:
    return (
        f"{name}: {{time_to_event: {{time: {time}, event: {event}, unit: {NOT_YET}, "
        f"event_values: [{NOT_YET}], censored_values: [{NOT_YET}]}}}}  # {remark}"
    )


def _survival(time: Looked, events: list[Looked]) -> list[str]:
    """One line for each event column that may belong to a time."""
    shared = [event for event in events if event.words & time.words & candidates.SPANS]
    return [
        _template(
            _slug(time.name, set()),
            _name(time.name),
            _name(event.name),
            f"{time.in_words}; '{event.name}' {event.in_words}",
        )
        for event in shared or events
    ]
