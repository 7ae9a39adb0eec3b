"""Blocks of columns in; the five models of a study, and the published scores beside them, to be compared, out."""

from dataclasses import dataclass

import numpy as np

from radici.core.errors import StudyError
from radici.core.outcome import Outcome, Response
from radici.core.table import Blocks, FeatureTable, column_values, rows_of
from radici.learning.recipe import Layout, Recipe

VOLUME, CLINICAL, IMAGE = "volume", "clinical", "image"
CLINICAL_VOLUME, CLINICAL_IMAGE = "clinical+volume", "clinical+image"
IN_WORDS = {
    VOLUME: "Tumour volume alone",
    CLINICAL: "Clinical variables",
    IMAGE: "Image features",
    CLINICAL_VOLUME: "Clinical variables and volume",
    CLINICAL_IMAGE: "Clinical variables and image features",
}


@dataclass(frozen=True, eq=False)
class Contender:
    """One model of the comparison.

    Parameters
    ----------
    columns
        Positions in the design matrix: image columns first, then the others.
    layout
        How many of each.
    recipe
        None for a raw column that is not fitted.
    sign
        Direction of the raw column, fixed before the data are seen: +1 when larger predicts a yes or an
        earlier event.
    published
        Whether it is a published score, which some patients may lack (NaN).
    """

    name: str
    columns: tuple[int, ...]
    layout: Layout
    recipe: Recipe | None
    sign: int = 1
    published: bool = False


@dataclass(frozen=True, eq=False)
class Matrix:
    """The numbers of the analysed patients: `X` of shape (n, p), in the order of `column_names`.

    `names` gives each column's name; `patients` each row's. The last `n_scores` columns are published scores.
    """

    X: np.ndarray
    names: tuple[str, ...]
    patients: tuple[str, ...]
    n_image: int
    n_scores: int = 0


def column_names(blocks: Blocks) -> tuple[str, ...]:
    """Names of the design matrix's columns: image, clinical, volume, logarithm of the volume, published scores."""
    volume = (blocks.volume, f"log({blocks.volume})") if blocks.volume else ()
    return (*blocks.image, *blocks.clinical, *volume, *(one.column for one in blocks.comparators))


def matrix(table: FeatureTable, blocks: Blocks, patients: tuple[str, ...]) -> Matrix:
    """The design matrix of some patients, rows in the order given."""
    rows, names = rows_of(table, patients), column_names(blocks)
    X = np.column_stack([column_values(table, name, rows) for name in names])
    return Matrix(np.ascontiguousarray(X), names, tuple(patients), len(blocks.image), len(blocks.comparators))


def contenders(recipe: Recipe, blocks: Blocks, outcome: Outcome) -> tuple[Contender, ...]:
    """Those of the five that the study's columns allow, in the order of the report, then the published scores.

    Volume alone is the raw column with a direction fixed in advance: a larger tumour means an earlier event, or
    no response. Beside clinical variables volume enters as its logarithm, fitted. A published score is a raw column
    too; its direction is the publication's.
    """
    n_image, n_clinical = len(blocks.image), len(blocks.clinical)
    image = tuple(range(n_image))
    clinical = tuple(range(n_image, n_image + n_clinical))
    raw, log = n_image + n_clinical, n_image + n_clinical + 1
    found = []
    if blocks.volume:
        found.append(Contender(VOLUME, (raw,), Layout(0, 1), None, direction(False, outcome)))
    if clinical:
        found.append(Contender(CLINICAL, clinical, Layout(0, n_clinical), recipe))
    if image:
        found.append(Contender(IMAGE, image, Layout(n_image, 0), recipe))
    if blocks.volume and clinical:
        found.append(Contender(CLINICAL_VOLUME, (*clinical, log), Layout(0, n_clinical + 1), recipe))
    if image and clinical:
        found.append(Contender(CLINICAL_IMAGE, (*image, *clinical), Layout(n_image, n_clinical), recipe))
    if not found:
        raise StudyError("There is nothing to fit: the study has neither image features nor clinical variables.")
    first = len(column_names(blocks)) - len(blocks.comparators)
    for place, one in enumerate(blocks.comparators, first):
        sign = direction(one.better, outcome)
        found.append(Contender(one.name, (place,), Layout(0, 1), None, sign, published=True))
    return tuple(found)


def direction(better: bool, outcome: Outcome) -> int:
    """+1 where a higher value predicts a yes or an earlier event, else -1; `better`: whether high values are good."""
    good = isinstance(outcome, Response) and outcome.favourable
    return 1 if better == good else -1


def main_model(names: tuple[str, ...]) -> str | None:
    """The model that published scores are compared with: the one with the most to go by, None without any."""
    return next((name for name in (CLINICAL_IMAGE, IMAGE, CLINICAL) if name in names), None)


def headline(names: tuple[str, ...]) -> tuple[str, str] | None:
    """The model with images and the one it must beat: the strongest simple comparator that exists."""
    model = CLINICAL_IMAGE if CLINICAL_IMAGE in names else IMAGE
    order = (CLINICAL_VOLUME, CLINICAL) if model == CLINICAL_IMAGE else (VOLUME, CLINICAL)
    against = next((name for name in order if name in names), None)
    return (model, against) if against and model in names else None
