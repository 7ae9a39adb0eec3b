"""A small finished study of the synthetic cohort, as a Record; evaluated once per session and kind."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from radici.core.cohort import Cohort, Left
from radici.core.provenance import versions
from radici.core.table import Blocks, Failure
from radici.demo import feature_cohort
from radici.evaluation.design import Design
from radici.evaluation.evaluate import evaluate
from radici.evaluation.sealed import Sealed
from radici.learning.fit import fit
from radici.learning.recipe import Recipe
from radici.reporting.document import report
from radici.reporting.record import Record

LAST = {"response": "elastic_net_logistic", "survival": "elastic_net_cox"}
FORGED = "<script>alert(1)</script>"


def build_record(
    kind: str = "response",
    *,
    sealed: bool = True,
    clinical: bool = True,
    permutations: int = 3,
    n: int = 60,
    repeats: int = 2,
    folds: int = 2,
    features: int = 8,
    jobs: int = 1,
) -> Record:
    table, outcome, blocks, _ = feature_cohort(n, seed=3, image_features=features, kind=kind)
    if not clinical:
        blocks = Blocks(blocks.image, (), blocks.volume)
    patients = outcome.patients
    cut = (2 * n) // 3 if sealed else n
    development, held_back = outcome.of(patients[:cut]), patients[cut:]
    recipe = Recipe.read([{"impute": {}}, {"standardise": {}}, {"lasso": {"features": 3}}, {LAST[kind]: {}}])
    design = Design(folds=folds, repeats=repeats, inner_folds=2, permutations=permutations)
    ours = table.of(patients[:cut])
    found = evaluate(recipe, ours, development, design, blocks=blocks, seed=1, jobs=jobs)
    models, opened = {}, None
    log = f"log({blocks.volume})"
    parts = {"image": (blocks.image, ())}
    if clinical:
        parts["clinical"] = ((), blocks.clinical)
        parts["clinical+volume"] = ((), (*blocks.clinical, log))
        parts["clinical+image"] = (blocks.image, blocks.clinical)
    for name, (image, others) in parts.items():
        models[name] = fit(recipe, ours, development, image=image, clinical=others, name=name, inner_folds=2)
    if sealed:
        apart = Sealed(table.of(held_back), outcome.of(held_back), "coast", volume=blocks.volume)
        opened = evaluate(models, apart)
    index = pd.Index(patients)
    site = ["coast" if p in held_back else ("north", "south")[i % 2] for i, p in enumerate(patients)]
    return Record(
        title="Baseline CT and response to anti-PD-1",
        study="title: Baseline CT and response to anti-PD-1\nseed: 1\n",
        cohort=Cohort(
            patients=patients,
            scans=(),
            clinical=table.values[list(blocks.clinical)].set_axis(index, axis=0),
            source=pd.DataFrame(index=index),
            site=pd.Series(site, index=index, name="site"),
        ),
        outcome=outcome,
        table=replace(table, failures=(Failure("S900", "imaging", "Patient S900, CT: region 'gtv' is empty."),)),
        blocks=blocks,
        development=found,
        sealed=opened,
        sealed_name="coast" if sealed else "",
        models=models,
        left_out=(
            *(Left(f"X{i:02d}", "image index", "no scan listed in image_index.csv") for i in range(14)),
            Left("S900", "extraction", "Patient S900, CT: region 'gtv' is empty."),
            Left("S901", "endpoint", "best_response is NE"),
            Left("=1+1", "endpoint", "best_response is NE"),
        ),
        imaging=(
            {"resample": {"spacing_mm": [2.0, 2.0, 2.0], "interpolation": "linear"}},
            {"resegment": {"range": [-1000.0, 400.0]}},
            {"discretise": {"bin_width": 25.0}},
        ),
        recipe=tuple(recipe.spelled()),
        ledger=found.ledger.verify(),
        inputs={"patients": n + 17, "scans": n + 1, "regions": n + 1},
        versions=versions(),
        coverage={"null": {"n": 120, "cohorts": 200, "covered": 0.96}},
        endpoint="category of column best_response: yes CR, PR",
    )


@pytest.fixture(scope="session", autouse=True)
def _private_home(tmp_path_factory: pytest.TempPathFactory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RADICI_HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="session")
def record_of(_private_home) -> Callable[..., Record]:
    """`record_of(kind, sealed=…, clinical=…, permutations=…)`, each combination evaluated once."""
    known: dict = {}

    def make(kind: str = "response", **options) -> Record:
        key = (kind, *sorted(options.items()))
        if key not in known:
            known[key] = build_record(kind, **options)
        return known[key]

    return make


@pytest.fixture(scope="session")
def page_of(record_of, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[str, Path]]:
    """The text of `report.html` and its folder."""
    known: dict = {}

    def make(kind: str = "response", **options) -> tuple[str, Path]:
        key = (kind, *sorted(options.items()))
        if key not in known:
            folder = tmp_path_factory.mktemp("report")
            known[key] = (report(record_of(kind, **options), folder).read_text(encoding="utf-8"), folder)
        return known[key]

    return make


@pytest.fixture
def visible() -> Callable[[str], str]:
    """The words of a page without its tags."""
    return lambda page: re.sub(r"\s+", " ", re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))
