"""A record in; one page that reads anywhere, and every figure with the data behind it, out."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from radici.core.outcome import Survival
from radici.reporting import cautions, flow, locked, performance, stability, theme
from radici.reporting.csvfile import write_csv
from radici.reporting.drawings import Drawing, cohorts, drawings
from radici.reporting.record import Record
from radici.reporting.table_one import by_outcome, table_one
from radici.reporting.variables import answers
from radici.reporting.words import (
    FAMILY_WORDS,
    GLOSSARY,
    counted,
    events_words,
    family_of,
    model_words,
    spoken,
    step_rows,
)

PAGE = "report.html"
OPENED = "sealed cohort has been opened"


def report(record: Record, folder: Path) -> Path:
    """Write the report of a finished study; the same record gives the same bytes.

    Parameters
    ----------
    folder
        Made where it does not exist. Gets `report.html` (self-contained: no script, nothing loaded from elsewhere)
        and `figures/NAME.svg` with `figures/NAME.csv`, the rows that the figure was drawn from.

    Returns
    -------
    Path
        Of `report.html`.
    """
    figures = Path(folder) / "figures"
    figures.mkdir(parents=True, exist_ok=True)
    drawn: dict[str, dict[str, Any]] = {}
    with theme.style():
        for one in drawings(record):
            text = theme.svg(one.figure, one.name, one.title, one.caption)
            (figures / f"{one.name}.svg").write_text(text, encoding="utf-8", newline="\n")
            write_csv(one.data, figures / f"{one.name}.csv")
            drawn[one.name] = _shown(one, text)
    page = Path(folder) / PAGE
    page.write_text(_page(record, drawn), encoding="utf-8", newline="\n")
    return page


def _shown(one: Drawing, text: str) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "caption": one.caption,
        "svg": Markup(theme.inline(text)),  # our own figure: what comes from data was escaped when it was drawn
        "medians": one.groups.medians if one.groups else (),
    }


def _page(record: Record, drawn: dict[str, dict[str, Any]]) -> str:
    environment = Environment(
        loader=FunctionLoader(_template), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    environment.filters["code"] = _code
    template = environment.get_template("report.html.j2")
    return template.render(figures=drawn, css=Markup(_template("report.css")), **_content(record))


def _code(text: str) -> Markup:
    """Escaped text in which what stands between backticks is code."""
    parts = [escape(part) for part in str(text).split("`")]
    if len(parts) % 2 == 0:  # a backtick without its partner
        return escape(text)
    return Markup("").join(Markup("<code>{}</code>").format(p) if i % 2 else p for i, p in enumerate(parts))


def _template(name: str) -> str:
    return files("radici.reporting").joinpath("templates", name).read_text(encoding="utf-8")


def _content(record: Record) -> dict[str, Any]:
    shown = cohorts(record)
    flowed = flow.flow_data(record)
    known, columns = answers(record.study), record.table.columns
    return {
        "title": record.title,
        "endpoint": _endpoint(record),
        "size": _size(record),
        "cards": [performance.headline(found, name) for _, name, found in shown],
        "verdicts": [(name, [spoken(one, found.outcome) for one in found.verdict]) for _, name, found in shown],
        "inputs": record.inputs,
        "unaccounted": flow.unaccounted(record, flowed),
        "left": flow.left_groups(record),
        "table_one": table_one(record),
        "by_outcome": by_outcome(record),
        "imaging": step_rows(record.imaging, "imaging"),
        "recipe": step_rows(record.recipe, "recipe"),
        "families": _families(record),
        "caution": cautions.raw_mr(record),
        "clinical": [known.words(columns[name]) for name in record.blocks.clinical],
        "volume": record.blocks.volume,
        "failures": len(flow.failures(record)),
        "failed": flow.failure_groups(record),
        "tables": [(key, name, performance.table(found)) for key, name, found in shown],
        "comparators": record.comparators,
        "design": record.development.design,
        "coverage": performance.coverage_table(record.coverage),
        "stable": stability.stability_data(record).to_dict("records"),
        "always": [known.words(columns[name]) for name in stability.always_in(record)],
        "locked": locked.locked_models(record),
        "primary": model_words(performance.primary_model(record.development)),
        "chosen": _chosen(record),
        "ledger": _ledger(record),
        "openings": _openings(record),
        "study": record.study,
        "versions": record.versions,
        "glossary": GLOSSARY,
        "survival": isinstance(record.outcome, Survival),
    }


def _endpoint(record: Record) -> str:
    kind = "time to event" if isinstance(record.outcome, Survival) else "yes or no"
    about = f": {record.endpoint}" if record.endpoint else ""
    return f"{record.outcome.name} ({kind}){about}"


def _size(record: Record) -> str:
    parts = []
    for key, _, found in cohorts(record):
        name = "development" if key == "development" else f"sealed ({record.sealed_name})"
        events = int(found.outcome.strata.sum())
        parts.append(f"{name} n = {len(found.outcome.patients)}, {events_words(found.outcome, events)}")
    return "; ".join(parts)


def _families(record: Record) -> list[dict[str, Any]]:
    """Image features by family, and how many there are of each."""
    counts: dict[str, int] = {}
    for name in record.blocks.image:
        family = family_of(record.table.columns[name])
        counts[family] = counts.get(family, 0) + 1
    return [{"name": name, "what": FAMILY_WORDS.get(name, ""), "count": counts[name]} for name in counts]


def _chosen(record: Record) -> list[dict[str, str]]:
    """Tuned settings by model, the commonest first."""
    rows = []
    for model, settings in record.development.chosen.items():
        total = sum(settings.values())
        common = sorted(settings.items(), key=lambda item: (-item[1], item[0]))
        locked = record.models[model].chosen if model in record.models else ""
        text = "; ".join(f"{setting or 'nothing to tune'} ({times} of {total} fits)" for setting, times in common)
        rows.append({"model": model_words(model), "chosen": text, "locked": locked})
    return rows


def _ledger(record: Record) -> list[tuple[bool, str]]:
    """What the ledger proves, sentence by sentence, each with whether it is good news."""
    found = record.ledger
    sentences = []
    if "fits" in found:
        text = f"{counted(found['fits'], 'fit')} and {counted(found.get('predictions', 0), 'set')} of predictions "
        sentences.append((True, f"{text}were recorded, with the patients that each of them saw."))
    if "overlaps" in found:
        number = len(found["overlaps"])
        clean = "No prediction concerned a patient whom its own fit, selection or tuning had seen."
        leak = f"{counted(number, 'prediction')} concerned patients whom the fit had seen: do not use these results."
        sentences.append((not number, leak if number else clean))
    if "whole" in found:
        whole = "The chain of records is whole: no line was changed, removed or inserted."
        broken = "The chain of records is broken: a line was changed, removed or inserted."
        sentences.append((bool(found["whole"]), whole if found["whole"] else broken))
    lines = record.development.ledger.lines if record.development.ledger else []
    sung = sum(line["what"] == "canary" for line in lines)
    if sung:
        text = f"Canary: {counted(sung, 'model')} refitted with the held-out patients' data replaced by poison "
        sentences.append((True, f"{text}gave identical predictions, so nothing reached the fit by a side door."))
    return sentences


def _openings(record: Record) -> list[str]:
    if record.sealed is None:
        return ["This study has no sealed cohort: nothing here was confirmed on patients kept apart."]
    found = [sentence for sentence in record.sealed.verdict if OPENED in sentence.lower()]
    return found or ["How often the sealed cohort was opened before is not recorded."]
