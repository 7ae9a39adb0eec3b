"""Responses in; every table that `radici respond` writes, by the file's name, out."""

from pathlib import Path

import pandas as pd

from radici.response.criteria import timeline_frame
from radici.response.growth.hyperprogression import agreement
from radici.response.growth.pseudoprogression import LesionChange, lesion_changes
from radici.response.lesions.readers import disagreement
from radici.response.respond import Responses
from radici.response.summaries.curves import progression_curves
from radici.response.summaries.landmark import Dated, landmark

NAMES = ("visits", "patients", "growth", "lesion_changes", "progression_free", "landmark", "hyperprogression",
         "hyperprogression_agreement", "readers", "supplied_differs", "lesions", "burden")  # fmt: skip


def clear(out: Path) -> None:
    """Remove what an earlier run wrote into a folder, and nothing else."""
    for name in NAMES:
        (out / f"{name}.csv").unlink(missing_ok=True)
    (out / "response.html").unlink(missing_ok=True)
    for folder, endings in (("figures", (".svg", ".csv")), ("patients", (".html",))):
        for path in (out / folder).glob("*"):
            if path.suffix in endings:
                path.unlink()


def response_tables(responses: Responses) -> dict[str, pd.DataFrame]:
    """Tables by name, in order; `patients` also has those whom a criterion refused, with the reason."""
    every = [line for lines in responses.timelines.values() for line in lines]
    changes = [one for course in responses.courses for one in lesion_changes(course)]
    tables = {
        "visits": timeline_frame(every),
        "patients": _patients(responses),
        "growth": responses.growth,
        "lesion_changes": pd.DataFrame(changes, columns=list(LesionChange._fields)),
        "progression_free": _curves(responses),
        "landmark": _landmark(responses),
    }
    if len(responses.hyperprogression):
        tables["hyperprogression"] = responses.hyperprogression
        tables["hyperprogression_agreement"] = agreement(responses.hyperprogression)
    if len({course.reader for course in responses.courses}) > 1:
        parts = [disagreement(lines).assign(criterion=name) for name, lines in responses.timelines.items()]
        tables["readers"] = pd.concat(parts, ignore_index=True)
    return {name: table for name, table in tables.items() if len(table.columns)}


def _patients(responses: Responses) -> pd.DataFrame:
    refused = [{"patient": who, "criterion": name, "refused": why} for who, name, why in responses.refused]
    found = responses.frame().assign(refused="")
    return pd.concat([found, pd.DataFrame(refused)], ignore_index=True) if refused else found


def _curves(responses: Responses) -> pd.DataFrame:
    parts = [
        progression_curves(one.free for one in found).assign(criterion=name)
        for name, found in responses.summaries.items()
        if found
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _landmark(responses: Responses) -> pd.DataFrame:
    """First change after baseline, with progression-free survival from that scan on."""
    parts = []
    for name, lines in responses.timelines.items():
        if len({line.reader for line in lines}) > 1:
            continue
        values = {}
        for line in lines:
            first = next((point for point in line.points if point.change == point.change), None)
            if first is not None:
                values[line.patient] = Dated(first.change, first.day)
        times = {one.patient: one.free for one in responses.summaries[name]}
        parts.append(landmark("pfs_from_first_scan", values, times).frame().assign(criterion=name))
    found = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return found.rename(columns={"value": "first_change_percent"})
