"""Names and settings in, the words that a reader of the report knows out."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import radici.features
import radici.imaging
import radici.learning  # noqa: F401  these three fill the registries
from radici.core.names import FeatureName
from radici.core.outcome import Outcome, Survival
from radici.core.table import Column
from radici.evaluation.contenders import IN_WORDS
from radici.features.family import FAMILIES
from radici.imaging.step import STEPS
from radici.learning.estimator import ESTIMATORS
from radici.statistics.estimate import Estimate

FAMILY_WORDS = {
    "morph": "shape and size",
    "loc": "local intensity",
    "stat": "intensity statistics",
    "ih": "intensity histogram",
    "ivh": "intensity-volume histogram",
    "cm": "texture: which grey levels lie side by side (co-occurrence)",
    "rlm": "texture: run lengths",
    "szm": "texture: sizes of even zones",
    "dzm": "texture: distance of even zones from the edge",
    "ngt": "texture: grey tone differences",
    "ngl": "texture: dependence on neighbouring grey levels",
}

FAMILY_SHORT = {
    "morph": "Shape",
    "loc": "Local intensity",
    "stat": "Intensity",
    "ih": "Histogram",
    "ivh": "Intensity-volume",
    "cm": "Co-occurrence",
    "rlm": "Run lengths",
    "szm": "Zone sizes",
    "dzm": "Zone distances",
    "ngt": "Tone differences",
    "ngl": "Level dependence",
}

GLOSSARY = {
    "Added value": "How much better the model with images ranks patients than the same model without them.",
    "AUC": "Chance that a patient with a yes is ranked above one with a no: 0.5 is a coin, 1 is perfect.",
    "C-index": "Chance that, of two patients, the one predicted to have the event earlier does: 0.5 is a coin.",
    "Brier score": "Mean squared distance between predicted probability and what happened; smaller is better. "
    "The integrated form averages it over time.",
    "Calibration slope": "1 is right; below 1, predictions are too extreme; above 1, too timid.",
    "Calibration intercept": "0 is right; below 0, predicted probabilities are too high on average.",
    "Observed / expected": "Events seen against events predicted by the time named in the column; 1 is right.",
    "Cross-validation": "Patients are split into folds; each is predicted by models that never saw that patient.",
    "Sealed cohort": "Patients kept away from every fit and choice until the models are locked.",
    "Permutation": "The whole analysis repeated on shuffled data, to learn what chance alone produces.",
    "Interval": "95 % confidence interval: values compatible with these data by the method named beside it.",
}


def in_order(models: Iterable[str]) -> list[str]:
    """Models once each, in the order of the comparison; unknown ones last."""
    names, order = list(dict.fromkeys(models)), list(IN_WORDS)
    return sorted(names, key=lambda name: order.index(name) if name in order else len(order))


def model_words(name: str) -> str:
    """A model in words; an unknown name stays as it is."""
    return IN_WORDS.get(name, name)


def interval(estimate: Estimate, signed: bool = False) -> str:
    """`0.68 (0.61 to 0.74)`: the first part of an estimate's own text, with a plus sign where asked."""
    if not signed:
        return str(estimate).split(", n = ")[0]
    if math.isnan(estimate.low) or math.isnan(estimate.high):
        return f"{_signed(estimate.value)} (interval not available)"
    return f"{_signed(estimate.value)} ({_signed(estimate.low)} to {_signed(estimate.high)})"


def _signed(value: float) -> str:
    return "undefined" if math.isnan(value) else f"{round(value, 2) + 0.0:+.2f}"


def p_words(p: float | None) -> str:
    """`p = 0.048`, `p < 0.001`, or nothing."""
    if p is None or math.isnan(p):
        return ""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def events_words(outcome: Outcome, number: int) -> str:
    """`45 yes` of a response, `1 event` or `45 events` of a survival endpoint."""
    return counted(number, "event") if isinstance(outcome, Survival) else f"{number} yes"


def spoken(sentence: str, outcome: Outcome) -> str:
    """A sentence that quotes an estimate whole, in the words of the endpoint: `22 yes` where it said `22 events`."""
    return sentence if isinstance(outcome, Survival) else re.sub(r"(?<=, )(\d+) events?\b", r"\1 yes", sentence)


def size_words(estimate: Estimate, outcome: Outcome) -> str:
    """`n = 120, 45 yes`."""
    return f"n = {estimate.n}" + (f", {events_words(outcome, estimate.events)}" if estimate.events is not None else "")


def counted(number: int, one: str, many: str = "") -> str:
    """`1 patient`, `3 patients`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def first_sentence(thing: Any) -> str:
    """The first line of a docstring, for a step explained where it is written."""
    return ((getattr(thing, "__doc__", "") or "").strip().splitlines() or [""])[0].strip()


def step_rows(spelled: tuple[dict[str, Any], ...], kind: str) -> list[dict[str, str]]:
    """Steps in order: `name`, `what` it does, `settings`. `kind` is `imaging` or `recipe`."""
    registry: Any = STEPS if kind == "imaging" else ESTIMATORS
    rows = []
    for item in spelled:
        for name, values in item.items():
            what = first_sentence(registry[name]) if name in registry else ""
            rows.append({"name": name, "what": what, "settings": settings_words(values)})
    return rows


def settings_words(values: Any) -> str:
    """`spacing_mm = [2, 2, 2], interpolation = linear`; settings that are not used are left out."""
    if not isinstance(values, Mapping):
        return "" if values is None else str(values)
    parts = []
    for name, value in values.items():
        if isinstance(value, Mapping) and set(value) == {"search"}:
            parts.append(f"{name} tuned over {', '.join(map(str, value['search']))}")
        elif value is not None:
            parts.append(f"{name} = {value}")
    return "; ".join(parts)


def family_of(column: Column) -> str:
    """The family's tag of one of our features, or where a foreign one comes from."""
    if column.origin != "radici":
        return column.origin
    try:
        return FeatureName.parse(column.name).feature.split("_")[0]
    except ValueError:
        return "other"


def feature_words(column: Column) -> dict[str, str]:
    """A feature name as a reader takes it: `where`, `image`, `what`, its `meaning`, `how`, `ibsi`."""
    ibsi = " ".join(part for part in (column.ibsi_tag, column.ibsi_code) if part)
    try:
        name = FeatureName.parse(column.name)
    except ValueError:
        name = None
    if name is None or column.origin != "radici":
        return {
            "name": column.name,
            "where": "",
            "image": "",
            "what": column.name,
            "meaning": "",
            "how": "",
            "ibsi": ibsi,
        }
    family, _, tag = name.feature.partition("_")
    known = next((one.features[tag] for _, one in FAMILIES.items() if one.name == family and tag in one.features), None)
    what = name.feature
    if known:
        what = f"{FAMILY_SHORT.get(family, family)}: {known.read.__name__.replace('_', ' ')}"
    meaning = first_sentence(known.read).split(" (IBSI")[0].rstrip(".;") if known else ""
    modality, *place = name.where.split("_")
    return {
        "name": column.name,
        "where": " ".join([modality.upper(), *place]),
        "image": "original image" if name.image == "orig" else name.image.replace("_", " "),
        "what": what,
        "meaning": meaning,
        "how": how_words(name.how),
        "ibsi": ibsi,
    }


HOW = (
    (re.compile(r"fbs(\d+(?:p\d+)?)"), "bin width {}"),
    (re.compile(r"fbn(\d+)"), "{} bins"),
    (re.compile(r"eps(\d+)"), "{} bins of equal shares"),
    (re.compile(r"step(\d+(?:p\d+)?)"), "steps of {}"),
    (re.compile(r"d(\d+)"), "distance {}"),
    (re.compile(r"a(\d+)"), "coarseness {}"),
)
HOW_TOKENS = {"2d": "2D", "25d": "2.5D", "3d": "3D", "mrg": "merged", "avg": "averaged"}


def how_words(how: str) -> str:
    """`fbs25_d1_3d_mrg` as `bin width 25, distance 1, 3D merged`; an unknown part stays as it is."""
    parts: list[str] = []
    for token in () if how == "none" else how.replace("2_5d", "25d").split("_"):
        found = next((text.format(m[1].replace("p", ".")) for known, text in HOW if (m := known.fullmatch(token))), "")
        word = found or HOW_TOKENS.get(token, token)
        if parts and word in ("merged", "averaged"):
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return ", ".join(parts)
