"""The dictionary in, docs/variables.md out: every variable, derived quantity and profile, in the code's own words.

Write it anew with `python -m radici.testing.variable_list > docs/variables.md`.
"""

import sys

from radici.cohort.profile import PROFILES, read_profile
from radici.core.variables import DERIVED, VARIABLES, Entry, FromColumn, Given
from radici.core.variables.entry import COMPANIONS

HEADER = """# Variables

This page is written by the code: `python -m radici.testing.variable_list > docs/variables.md`. It lists the variables
that radici knows by name: clinical, laboratory and molecular ones, each with its canonical unit, the other units that
it may be given in, the range outside which a value is refused, and where the median of a column usually lies. What the
columns of a table mean is declared, never guessed: as `--map "albumin=Alb[g/dL]"` in the shell, or in a profile.

```yaml
about: Our clinic's table
patient: PatientID
missing: [NA]
map:
  albumin: {column: Alb, unit: g/dL}
  ldh: {column: LDH, unit: U/L, uln: 250}                      # or {column: LDH_ULN}, one limit for each row
  pdl1_tps: {column: PDL1, unit: "%", assay: 22C3, recode: {"<1": 0}}
  tmb: {column: TMB, unit: mut/Mb, panel: {column: Panel}, optional: true}
  sex: {column: Gender, recode: {"0": F, "1": M}}
  prior_systemic: {value: yes}                                 # the same for everybody
  tumour_type: {one_hot: {NSCLC: is_lung, Melanoma: is_melanoma}}
```

Where a column has several names, `instead: [Albumin, ALB]` says which are taken in its place; `cap` lowers what is
above it. Companions (assay, panel, limits of normal) become columns of their own, such as `ldh_uln`; they may be mapped
by themselves too. Labels are compared without regard to case, blanks, hyphens and underscores, and `&` is `and`; an
unknown label is refused. Percentages that all look like fractions are asked about (`unit: fraction`), and so is a
column of five values or more whose median is not usual in the declared unit; `as_declared: true` says that it is right.

"Unverified" entries are written from general knowledge: their source was not read.
"""


def page() -> str:
    """The whole page, as Markdown."""
    groups = list(dict.fromkeys(entry.group for entry in VARIABLES.values()))
    parts = [HEADER, *(_group(group) for group in groups), _derived(), _profiles()]
    return "\n".join(parts)


def _group(group: str) -> str:
    rows = [_row(entry) for entry in VARIABLES.values() if entry.group == group]
    head = (
        f"## {group.capitalize()}\n\n| Name | What it is | Unit or levels | Range | Needs | Other headings | Source |"
    )
    return "\n".join([head, "| --- | --- | --- | --- | --- | --- | --- |", *rows, ""])


def _row(entry: Entry) -> str:
    low_high = f"{entry.range[0]:g} to {entry.range[1]:g}" if entry.range else ""
    low_high += f"; median {entry.typical[0]:g} to {entry.typical[1]:g}" if entry.typical else ""
    source = (
        entry.source + (f"; LOINC {entry.loinc}" if entry.loinc else "") + ("" if entry.verified else "; unverified")
    )
    headings = ", ".join(f"`{_cell(name)}`" for name in entry.synonyms)
    cells = [f"`{entry.name}`", entry.what, _values(entry), low_high, ", ".join(entry.needs)]
    return "| " + " | ".join([*(_cell(text) for text in cells), headings, _cell(source)]) + " |"


def _values(entry: Entry) -> str:
    if entry.kind == "quantity":
        others = f" ({', '.join(entry.units)})" if entry.units else ""
        return (entry.unit or ("whole number" if entry.whole else "ratio")) + others
    if entry.kind == "binary":
        return "no, yes"
    sign = " < " if entry.kind == "ordinal" else ", "
    return sign.join(entry.levels) or "text"


def _derived() -> str:
    rows = [
        f"| `{name}` | {', '.join(f'`{one}`' for one in d.needs)} | {_cell(d.what)} |" for name, d in DERIVED.items()
    ]
    head = (
        "## Derived\n\nComputed where the inputs are there and the variable itself is not; a given one is never "
        "overwritten.\n\n| Name | From | Formula |\n| --- | --- | --- |"
    )
    return "\n".join([head, *rows, ""])


def _profiles() -> str:
    parts = [
        "## Profiles\n\nMappings that ship with the package: `profile: loris` under `clinical:` in a study file, "
        "`--profile loris` in the shell.\n"
    ]
    for name in PROFILES:
        profile = read_profile(name)
        rows = [f"| `{one}` | {_cell(_spelled(given))} |" for one, given in profile.map.items()]
        notes = [f"- {note}" for note in profile.notes]
        notes += [f"- Unverified, `{one}`: {why}." for one, why in profile.unverified.items()]
        head = f"### {name}\n\n{profile.about}. Ids: `{profile.patient}`.\n\n| Variable | Read from |\n| --- | --- |"
        parts.append("\n".join([head, *rows, "", *notes, *([""] if notes else [])]))
    return "\n".join(parts)


def _spelled(given: Given) -> str:
    own = (given.column, *given.instead) if given.column else tuple(given.one_hot.values())
    where = " or ".join(f"`{one}`" for one in own) or f"the same for all: {given.value}"
    unit = f", {given.unit}" if given.unit else ""
    beside = "".join(f"; {one} {_companion(given, one)}" for one in COMPANIONS if getattr(given, one) is not None)
    codes = "".join(f"; {text} is {level}" for text, level in given.recode.items())
    return where + unit + beside + codes + ("; left out where it is absent" if given.optional else "")


def _companion(given: Given, name: str) -> str:
    declared = getattr(given, name)
    return f"in `{declared.column}`" if isinstance(declared, FromColumn) else f"{declared}"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("<", "&lt;")


if __name__ == "__main__":
    sys.stdout.buffer.write(page().encode())
