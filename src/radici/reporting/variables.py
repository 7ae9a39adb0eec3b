"""A record's study file in; what the codes of its clinical columns stand for, in the file's own words, out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from radici.cohort.settings import Clinical
from radici.cohort.variables import Binary, Category
from radici.core.errors import StudyError
from radici.core.settings import build
from radici.core.table import Column

PLAIN = {"yes", "y", "true", "1"}
RANKS = "rank in "


@dataclass(frozen=True)
class Answers:
    """Texts behind 0 and 1.

    Parameters
    ----------
    one
        What 1 stands for, by column: `sex: F`, `histology: squamous`.
    categories
        By a category's first column: its name, the reference level, and the level of each of its columns.
    """

    one: Mapping[str, str] = field(default_factory=dict)
    categories: Mapping[str, tuple[str, str, Mapping[str, str]]] = field(default_factory=dict)

    def words(self, column: Column) -> str:
        """The column's name and unit, or its name and what 1 stands for."""
        return self.one.get(column.name) or variable_words(column)


def answers(study: str) -> Answers:
    """What the study file declares under `clinical: {map: ...}`; nothing where it cannot be read as a study."""
    one: dict[str, str] = {}
    categories: dict[str, tuple[str, str, Mapping[str, str]]] = {}
    for name, variable in _declared(study).items():
        columns = [column.name for column in variable.columns(name)]
        if isinstance(variable, Binary) and not {text.lower() for text in variable.yes} <= PLAIN:
            one[columns[0]] = f"{name}: {' or '.join(variable.yes)}"
        if isinstance(variable, Category):
            levels = dict(zip(columns, variable.levels[1:], strict=True))
            one |= {column: f"{name}: {level}" for column, level in levels.items()}
            categories[columns[0]] = (name, variable.levels[0], levels)
    return Answers(one, categories)


def _declared(study: str) -> Mapping[str, Any]:
    try:
        spelled = yaml.safe_load(study)
        declared = spelled.get("clinical") if isinstance(spelled, dict) else None
        return build(Clinical, declared, "clinical").declared() if declared else {}
    except (yaml.YAMLError, StudyError):
        return {}


def variable_words(column: Column) -> str:
    """A clinical variable as the study file spells it, with its unit."""
    name = column.name.removeprefix("clinical__")
    return f"{name} ({column.unit})" if column.unit and column.unit != "no/yes" else name


def ranks(column: Column) -> list[str]:
    """The levels of a variable whose unit spells them out (`rank in I < II < III`), lowest first; else none."""
    return column.unit.removeprefix(RANKS).split(" < ") if column.unit.startswith(RANKS) else []
