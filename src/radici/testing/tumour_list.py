"""The tumour files in, docs/tumours.md out: what each advises, where it comes from, and what is unverified.

Write it anew with `python -m radici.testing.tumour_list > docs/tumours.md`.
"""

import sys
from collections.abc import Sequence

from radici.learning.signatures import read_score
from radici.response.criteria import CRITERIA
from radici.study.tumours import Drawn, Modality, Source, Tumour, read_tumour, tumour_names
from radici.study.tumours.remarks import WORDS, advice, in_words, steps, when

HEADER = """# Tumours

`radici new FOLDER --tumour NAME` drafts a study file that starts from what studies of checkpoint inhibitors in that
tumour usually do. In use are only its title, and the imaging steps and families of features for the modality that was
found; endpoints, variables, published scores and the days of scans are remarks. Nothing is guessed: what only you can
know is marked FILL_IN as without a tumour. `radici new --tumour list` names the tumours.

These are starting points, written by people who build software; they are no guideline. Everything has its source:
`own` marks our own choice, and each tumour lists what no source at hand confirms. "Abstract", "summary" and
"registration" say that no more was read. Response criteria bring unverified parts of their own.

For a tumour that is not here, `--tumour MINE.yaml` takes a file of the same form as those in `radici/study/tumours`.
Every name in it (steps, presets, criteria, endpoints, variables, scores, sources) is checked when it is read.

In Python: `read_tumour("nsclc").modalities["ct"].measured()`, from `radici.study.tumours`, is a preset.

This page is written by the code: `python -m radici.testing.tumour_list > docs/tumours.md`.
"""


def page() -> str:
    """The whole page, as Markdown."""
    tumours = [read_tumour(name) for name in tumour_names()]
    return "\n".join([HEADER, _visits(tumours), *map(_section, tumours)])


def _visits(tumours: Sequence[Tumour]) -> str:
    visits = {name: visit for tumour in tumours for name, visit in tumour.visits.items()}
    shared = {key: source for tumour in tumours for key, source in tumour.sources.items()}
    order = sorted(visits.items(), key=lambda item: (item[1].after != "first dose", item[1].days))
    rows = [f"| `{name}` | {when(visit)} | {_keys(visit.source)} |" for name, visit in order]
    used = {key: shared[key] for _, visit in order for key in visit.source if key != "own"}
    head = ["## Days", "", "| Time point | When | Source |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows, "", *_sources(used), ""])


def _section(tumour: Tumour) -> str:
    parts = [
        f"## {tumour.name}",
        "",
        f"{tumour.called[0].upper()}{tumour.called[1:]}; `tumour_type` {tumour.tumour_type}.",
        "",
        *(line for token, one in tumour.modalities.items() for line in _modality(token, one)),
        *_criteria(tumour),
        *_endpoints(tumour),
        *_variables(tumour),
        "",
        *_scores(tumour),
        "",
        "Beware:",
        "",
        *(f"- {one.what} {_keys(one.source)}" for one in tumour.pitfalls),
        "",
        "Unverified:",
        "",
        *(f"- {text}" for text in tumour.unverified),
        "",
        *_sources(tumour.cited),
        "",
    ]
    return "\n".join(parts)


def _modality(token: str, one: Modality) -> list[str]:
    phases = f" Phases: {', '.join(one.phases)}." if one.phases else ""
    unit = f" Voxels in {one.unit}." if one.unit else ""
    response = f" Response criteria read {one.response_unit}." if one.response_unit else ""
    windows = [f"{name} {window.level:g}/{window.width:g}" for name, window in one.windows.items()]
    looked = f" Windows (level/width in HU): {', '.join(windows)} {_window_source(one)}." if windows else ""
    drawn = f" Outlines: {', '.join(map(_drawn, one.drawn))}." if one.drawn else ""
    return [
        f"**{WORDS.get(token, token)}**: {one.scan}.{phases}{unit}{response}{looked}{drawn} {_keys(one.source)}",
        "",
        f"```yaml\nimaging:\n{''.join(steps(one))}```",
        "",
        f"Then the features of the preset `{one.preset}`.",
        "",
    ]


def _window_source(one: Modality) -> str:
    return _keys(tuple(dict.fromkeys(key for window in one.windows.values() for key in window.source)))


def _drawn(one: Drawn) -> str:
    number = f" {one.at:g}{' %' if one.method == 'percent_of_maximum' else ''}" if one.at is not None else ""
    return f"`{one.method}`{number} {_keys(one.source)}"


def _criteria(tumour: Tumour) -> list[str]:
    rows = [
        f"| `{name}` | {CRITERIA[name].title} | {use} | {CRITERIA[name].source} |"
        for name, use in tumour.criteria.items()
    ]
    return ["| Criteria | | For | Source |", "| --- | --- | --- | --- |", *rows, ""]


def _endpoints(tumour: Tumour) -> list[str]:
    rows = [
        f"| {number} | `{one.name}`{' (primary)' if one.name == tumour.primary else ''} | {advice(one)} | "
        f"{_keys(one.source)} |"
        for number, one in enumerate(tumour.endpoints, start=1)
    ]
    plan = tumour.schedule
    return [
        "| Order | Endpoint | What it is | Source |",
        "| --- | --- | --- | --- |",
        *rows,
        "",
        f"Time points: {', '.join(f'`{name}`' for name in tumour.visits)}. {plan} {_keys(plan.source)}.",
        "",
    ]


def _variables(tumour: Tumour) -> list[str]:
    return [
        f"Variables that a clinical model needs: {', '.join(map(in_words, tumour.variables.needed))}.",
        "",
        f"Also useful: {', '.join(map(in_words, tumour.variables.useful))}.",
    ]


def _scores(tumour: Tumour) -> list[str]:
    runs = [f"`{name}` ({read_score(name).cite})" for name in tumour.comparators]
    cited = f" To be cited, for they cannot be run: {', '.join(f'`{name}`' for name in tumour.described)}."
    return [f"[Published scores](scores.md): {'; '.join(runs)}.{cited if tumour.described else ''}"]


def _keys(source: tuple[str, ...]) -> str:
    return f"[{', '.join(source)}]"


def _sources(sources: dict[str, Source]) -> list[str]:
    return ["Sources:", "", *(f"- {key}: {_cite(one)}" for key, one in sources.items())]


def _cite(one: Source) -> str:
    return f"{one.cite}, [{one.doi}](https://doi.org/{one.doi})" if one.doi else one.cite


if __name__ == "__main__":
    sys.stdout.buffer.write(page().encode())
