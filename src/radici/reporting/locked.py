"""A locked model in; the columns that it weighs, in words and by size, out."""

from typing import Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin

from radici.core.outcome import Survival
from radici.core.table import Column
from radici.learning.estimator import ESTIMATORS
from radici.learning.model import Model
from radici.reporting.performance import primary_model
from radici.reporting.record import Record
from radici.reporting.variables import Answers, answers, ranks
from radici.reporting.words import counted, events_words, feature_words, model_words

SCALES = {"elastic_net_logistic": "log odds of a yes", "elastic_net_cox": "log relative hazard"}


def locked_models(record: Record) -> list[dict[str, Any]]:
    """The model with images and, after it, the comparator of the headline; those of them that were fitted."""
    wanted = record.development.headline or (primary_model(record.development),)
    return [weights(record, name) for name in wanted if name in record.models]


def weights(record: Record, name: str) -> dict[str, Any]:
    """What one locked model is made of.

    `model`, `size`, `chosen` (tuned settings), `scale` (of the coefficients), `shrunken`, `rows` by falling size of
    the coefficient, `intercept` (of a patient with average values), and `why_not` where nothing can be listed.
    """
    model = record.models[name]
    kind = ESTIMATORS.name_of(type(model.pipeline.named_steps["model"])) or ""
    events = int(record.development.outcome.strata.sum())
    found: dict[str, Any] = {
        "model": model_words(name),
        "size": f"{counted(len(record.development.outcome.patients), 'patient')}, "
        f"{events_words(record.development.outcome, events)}",
        "chosen": model.chosen,
        "scale": SCALES.get(kind, "the model's linear score"),
        "shrunken": kind in SCALES,
        "rows": [],
        "intercept": "",
        "why_not": why_not(model),
    }
    if not found["why_not"]:
        X = model.matrix(record.table.of(record.development.outcome.patients))
        found |= _weighed(record, model, X)
    return found


def why_not(model: Model) -> str:
    """Why a model has no list of coefficients; empty where it has one."""
    columns, estimator = model.pipeline.named_steps["columns"], model.pipeline.named_steps["model"]
    if not hasattr(estimator, "coef_"):
        return f"{type(estimator).__name__} has no coefficients: it weighs no column by one number."
    steps = [*columns.image_steps, *columns.clinical_steps]
    mixed = any(isinstance(step, ClassNamePrefixFeaturesOutMixin) for step in steps)
    if mixed or np.size(estimator.coef_) != int(columns.support().sum()):
        return "Columns are mixed before they reach the model, so no coefficient belongs to one of them."
    return ""


def _weighed(record: Record, model: Model, X: np.ndarray) -> dict[str, Any]:
    columns, estimator = model.pipeline.named_steps["columns"], model.pipeline.named_steps["model"]
    Z, support = columns.transform(X), columns.support()
    raw, coefs = X[:, support], np.ravel(estimator.coef_)
    reached = [column for column, kept in zip(model.columns, support, strict=True) if kept]
    size = coefs * Z.std(axis=0)
    known, shares = answers(record.study), _shares(record, model.name)
    order = sorted(range(len(reached)), key=lambda i: (-abs(size[i]), reached[i].name))
    intercept = getattr(estimator, "intercept_", None)
    average = None if intercept is None else float(np.ravel(intercept)[0] + Z.mean(axis=0) @ coefs)
    return {
        "rows": [
            {
                **_words(record, reached[i], known),
                "coefficient": _signed(size[i]),
                "direction": _direction(record, size[i], _rising(reached[i], known)),
                "sd": _spread(_sd(raw[:, i], Z[:, i]), reached[i]),
                "share": shares.get(reached[i].name, "not recorded"),
            }
            for i in order
        ],
        "intercept": "" if average is None else _signed(average),
    }


def _shares(record: Record, model: str) -> dict[str, str]:
    frame = record.development.stability
    if frame.empty:
        return {}
    rows = frame[frame["model"] == model].to_dict("records")
    return {row["column"]: f"{round(row['chosen'] * row['fits'])} of {int(row['fits'])} fits" for row in rows}


def _words(record: Record, column: Column, known: Answers) -> dict[str, str]:
    """`what`, and a `detail` that tells equal features of other places apart."""
    source = column.name.removeprefix("log(").removesuffix(")") if column.name.startswith("log(") else column.name
    logarithm = "logarithm of " if source != column.name else ""
    if source == record.blocks.volume:
        return {"what": f"{logarithm}tumour volume".capitalize(), "detail": "", "name": source}
    if column.kind == "clinical":
        return {"what": f"{logarithm}{known.words(column)}", "detail": "", "name": ""}
    words = feature_words(column)
    image = "" if words["image"] == "original image" else words["image"]
    detail = ", ".join(part for part in (words["where"], image, words["how"]) if part)
    return {"what": words["what"], "detail": detail, "name": column.name}


def _rising(column: Column, known: Answers) -> str:
    """What the upper end of a column is: `higher`, or the text that 1 stands for."""
    return (known.one.get(column.name, "").partition(": ")[2] or "1") if column.unit == "no/yes" else "higher"


def _direction(record: Record, size: float, rising: str) -> str:
    if size == 0:
        return "no effect: shrunk to zero"
    if isinstance(record.outcome, Survival):
        return f"{rising} → {'earlier' if size > 0 else 'later'} event"
    return f"{rising} → {'more' if size > 0 else 'less'} likely yes"


def _sd(raw: np.ndarray, ready: np.ndarray) -> float:
    """One SD of a column as the model sees it, in the column's unit: filling missing values narrows it."""
    seen = ~np.isnan(raw)
    spread = ready[seen].std() if seen.any() else 0.0
    return float(raw[seen].std() * ready.std() / spread) if spread > 0 else np.nan


def _spread(sd: float, column: Column) -> str:
    text = "not defined" if np.isnan(sd) else f"{sd:.3g}"
    if column.name.startswith("log("):
        return f"{text} of the natural logarithm"
    if column.unit == "no/yes":
        return f"{text} (no = 0, yes = 1)"
    if ranks(column):
        return f"{text} steps of {' < '.join(ranks(column))}"
    return f"{text} {column.unit}".strip()


def _signed(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:+.3f}" if abs(value) >= 0.0005 else f"{value:+.0e}"
