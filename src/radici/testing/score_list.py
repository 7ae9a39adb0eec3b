"""The score files in, docs/scores.md out: every published score with its formula, groups, source and what is missing.

Write it anew with `python -m radici.testing.score_list > docs/scores.md`.
"""

import sys

from radici.learning.signatures import Described, Published, Score, published

HEADER = """# Published scores

Scores that others published are data here: one YAML file each, in `radici/learning/signatures`. Research use only.

```
radici score TABLE.csv --score loris --score lipi --out scores.csv \\
  --map "tmb=TMB[mut/Mb]" --map 'tmb.panel="MSK-IMPACT"' --map "prior_systemic=Prior therapy" \\
  --map "albumin=Albumin[g/dL]" --map "age=Age[years]" --map "tumour_type=Cancer" \\
  --map "wbc=WBC[10^9/L]" --map "anc=ANC[10^9/L]" --map "nlr=NLR" --map "ldh=LDH[U/L]" --map "ldh.uln=250"
```

- `--map variable=COLUMN[unit]` says which column holds a variable, and in which unit; units are not guessed. What
  belongs to a variable is said with a point: `tmb.panel`, `pdl1_tps.assay`, `ldh.uln`. A text in double quotes holds
  for all rows (`'tumour_type="NSCLC"'`), and so does a number after a point (`ldh.uln=250`). `--profile NAME` says all
  this for a table that is known, or for yours as `--profile FILE.yaml` ([variables](variables.md)). A variable that a
  score needs and nothing maps is an error with the `--map` to add.
- Texts of another language or coding get a meaning in braces, the level first: `prior_systemic=Chemo{yes:ja,no:nein}`,
  `tumour_type=Tumor{NSCLC:Lunge,Melanoma:Haut}`, and numbers too: `pdl1_tps=TPS[%]{0:<1}`. A text with a comma or a
  brace needs a profile file: `recode: {"ja, oral": yes}`. `Other` is meant for tumours that the authors of a score
  pooled as other; for any other tumour that is not listed, the score was not made.
- `--missing NA` (repeatable) names texts that mean missing, besides the empty cell; `--separator ";"` or `tab`, and
  `--decimal ","`, say how the table is written. None of these is guessed.
- A column of five values or more whose median is not usual for the declared unit is refused, with the unit that would
  fit. If the unit is right all the same, say so: `--map anc.as_declared=yes`.
- Ratios such as dNLR are computed when their parts are mapped.
- The CSV has one row for each row of the table, in the same order: its line, the patient (`--patient COLUMN`), and for
  each score `__score`, `__group`, `__why` and `__version`. A row with an unknown variable gets no score and `__why`
  says which; nothing is imputed. A text that a score does not know is refused, never taken for 0.
- A score says nothing of patients unlike those in whom it was made. Rows of another tumour get no score where the
  tumour type is mapped.
- The same in Python: `read_score("loris")(frame)`, from `radici.learning.signatures`, on canonical variables.
- `radici score --list` names all scores.

This page is written by the code: `python -m radici.testing.score_list > docs/scores.md`.
"""


def page() -> str:
    """The whole page, as Markdown."""
    every = published()
    runs = [one for one in every if isinstance(one, Score)]
    rest = [one for one in every if isinstance(one, Described)]
    head = [
        "## Scores that cannot be run",
        "",
        "What is known of them, so that a study can cite them, and what is missing.",
    ]
    table = ["", "| Name | What it is | Made in | Reported | Missing |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([HEADER, "## Scores that run\n", *map(_section, runs), *head, *table, *map(_row, rest), ""])


def _section(score: Score) -> str:
    lines = [f"### {score.name}", "", f"{score.about}. Version {score.version}.", "", "```", score.formula, "```", ""]
    units = [f"`{term.variable}` in {term.unit}" for term in score.terms if term.unit]
    lines += [f"- Units: {', '.join(units)}."] if units else []
    for term in score.terms:
        if term.levels:
            levels = ", ".join(f"{name} {number:g}" for name, number in term.levels.items())
            lines.append(f"- b: {levels}.")
        if term.otherwise:
            others = " or ".join(f"`{one.rule}`" for one in term.otherwise)
            lines.append(f"- Where `{term.variable}` is unknown: {others}.")
    if score.groups:
        lines.append(f"- Groups: {', '.join(_groups(score))}.")
    lines.append(f"- Endpoint: {score.endpoint}; higher is {score.higher}.")
    lines.append(f"- Made in: {score.population}.")
    if score.only:
        only = "; ".join(f"`{name}` {' or '.join(levels)}" for name, levels in score.only.items())
        lines.append(f"- Only for {only}.")
    return "\n".join([*lines, f"- Source: {_source(score)}.", *_notes(score), ""])


def _groups(score: Score) -> list[str]:
    return [f"{group.name} {'above' if group.to is None else f'to {group.to:g}'}" for group in score.groups]


def _notes(score: Score) -> list[str]:
    notes = {"Licence": score.licence, "Patents": score.patent, "Unverified": ", ".join(score.unverified)}
    return [f"- {what}: {text}." for what, text in notes.items() if text]


def _row(one: Described) -> str:
    unsure = f" Unverified: {', '.join(one.unverified)}." if one.unverified else ""
    patent = f" Patents: {one.patent}." if one.patent else ""
    cells = [f"`{one.name}`", f"{one.about}; {one.endpoint}. {_source(one)}", one.population, f"{one.reported}{unsure}"]
    return f"| {' | '.join(cells)} | {one.missing}.{patent} |"


def _source(one: Published) -> str:
    return f"{one.cite}, [{one.doi}](https://doi.org/{one.doi})" if one.doi else one.cite


if __name__ == "__main__":
    sys.stdout.buffer.write(page().encode())
