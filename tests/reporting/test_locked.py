"""The locked model in words: coefficients against those that the models' own predictions imply."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.tree import DecisionTreeClassifier

from radici.learning.recipe import ByBlock
from radici.reporting.document import report
from radici.reporting.locked import locked_models, weights

KINDS = ("response", "survival")
HEADLINE = "clinical+image"


def linear_score(model, table):
    """The score on the scale of the coefficients: log odds, or log relative hazard."""
    found = model.predict(table)
    if "probability" not in found:
        return found["score"].to_numpy()
    return np.log(found["probability"] / (1 - found["probability"])).to_numpy()


def slopes(record, name):
    """Change of the score per SD of each column, by moving that column alone by its SD."""
    model = record.models[name]
    table = record.table.of(record.development.outcome.patients)
    before = linear_score(model, table)
    found = {}
    for column in model.columns:
        values = table.values.copy()
        if column.name in values:
            spread = values[column.name].fillna(values[column.name].median()).std(ddof=0)
            values[column.name] += spread
            moved = linear_score(model, replace(table, values=values))
            seen = table.values[column.name].notna().to_numpy()
            found[column.name] = float((moved - before)[seen].mean())
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_an_image_coefficient_is_the_change_of_the_score_per_sd(record_of, kind):
    record = record_of(kind)
    expected = slopes(record, HEADLINE)
    shown = {row["name"]: float(row["coefficient"]) for row in weights(record, HEADLINE)["rows"] if row["name"]}
    shown = {name: value for name, value in shown.items() if name in expected}
    assert shown == pytest.approx({name: expected[name] for name in shown}, abs=6e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_a_clinical_coefficient_is_the_change_of_the_score_per_sd(record_of, kind):
    record = record_of(kind)
    age = next(row for row in weights(record, "clinical")["rows"] if row["what"] == "age (years)")
    assert float(age["coefficient"]) == pytest.approx(slopes(record, "clinical")["clinical__age"], abs=6e-4)


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_that_reached_the_model_is_listed(record_of, kind):
    support = record_of(kind).models[HEADLINE].pipeline.named_steps["columns"].support()
    assert len(weights(record_of(kind), HEADLINE)["rows"]) == support.sum()


def test_the_largest_comes_first(record_of):
    sizes = [abs(float(row["coefficient"])) for row in weights(record_of(), HEADLINE)["rows"]]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("kind", "up", "down"),
    [("response", "more likely yes", "less likely yes"), ("survival", "earlier event", "later event")],
)
def test_the_direction_follows_the_sign(record_of, kind, up, down):
    rows = weights(record_of(kind), HEADLINE)["rows"]
    wanted = {1: up, -1: down, 0: "shrunk to zero"}
    assert all(row["direction"].endswith(wanted[int(np.sign(float(row["coefficient"])))]) for row in rows)


def test_one_sd_of_a_complete_column_is_its_own(record_of):
    record = record_of()
    age = record.table.of(record.development.outcome.patients).values["clinical__age"]
    row = next(row for row in weights(record, "clinical")["rows"] if row["what"] == "age (years)")
    assert row["sd"] == f"{age.std(ddof=0):.3g} years"


def test_missing_values_narrow_the_sd(record_of):
    # every second age is lost; the model fills them with its training median before it divides
    record = record_of()
    model, table = record.models["clinical"], record.table
    values = table.values.copy()
    values.loc[::2, "clinical__age"] = np.nan
    impute = next(
        step for step in model.pipeline.named_steps["columns"].clinical_steps if type(step).__name__ == "Impute"
    )
    at = next(place for place, column in enumerate(model.columns) if column.name == "clinical__age")
    table = replace(table, values=values)
    filled = impute.transform(model.matrix(table.of(record.development.outcome.patients)))[:, at]
    row = next(row for row in weights(replace(record, table=table), "clinical")["rows"] if row["what"] == "age (years)")
    assert row["sd"] == f"{filled.std():.3g} years"


def test_the_share_of_fits_stands_beside_each_coefficient(record_of):
    frame = record_of().development.stability
    own = frame[frame["model"] == HEADLINE].set_index("column")
    row = next(row for row in weights(record_of(), HEADLINE)["rows"] if row["name"].startswith("ct_gtv__orig__sim"))
    times, fits = round(own.loc[row["name"], "chosen"] * own.loc[row["name"], "fits"]), own.loc[row["name"], "fits"]
    assert row["share"] == f"{times} of {fits} fits"


def test_the_intercept_is_the_score_of_an_average_patient(record_of):
    # Standardised columns have mean 0, so the intercept is the mean of the linear score over the training patients.
    record = record_of()
    table = record.table.of(record.development.outcome.patients)
    mean = linear_score(record.models["clinical"], table).mean()
    assert float(weights(record, "clinical")["intercept"]) == pytest.approx(mean, abs=6e-4)


def test_the_comparator_comes_second(record_of):
    names = [one["model"] for one in locked_models(record_of())]
    assert names == ["Clinical variables and image features", "Clinical variables and volume"]


def test_the_logarithm_of_the_volume_is_in_words(record_of):
    whats = [row["what"] for row in weights(record_of(), "clinical+volume")["rows"]]
    assert "Logarithm of tumour volume" in whats


def test_the_tuned_settings_are_told(record_of):
    assert weights(record_of(), HEADLINE)["chosen"] == record_of().models[HEADLINE].chosen != ""


def with_pipeline(record, name, **steps):
    model = record.models[name]
    pipeline = type(model.pipeline)([(key, steps.get(key, old)) for key, old in model.pipeline.steps])
    return replace(record, models={**record.models, name: replace(model, pipeline=pipeline)})


def test_a_model_without_coefficients_says_so(record_of):
    found = weights(with_pipeline(record_of(), HEADLINE, model=DecisionTreeClassifier()), HEADLINE)
    assert (found["rows"], found["why_not"].split(":")[0]) == ([], "DecisionTreeClassifier has no coefficients")


def test_mixed_columns_get_no_coefficient(record_of):
    layout = record_of().models[HEADLINE].layout
    columns = ByBlock([PCA()], [], layout.image, layout.clinical)
    found = weights(with_pipeline(record_of(), HEADLINE, columns=columns), HEADLINE)
    assert (found["rows"], found["why_not"].split(" before")[0]) == ([], "Columns are mixed")


def test_the_page_says_that_a_coefficient_has_no_interval(page_of, visible):
    assert "A coefficient is shrunken by the penalty and carries no interval" in visible(page_of()[0])


def test_the_comparator_is_folded_away(page_of):
    assert "<details><summary>Clinical variables and volume: coefficients</summary>" in page_of()[0]


def test_a_page_without_coefficients_is_written(record_of, tmp_path, visible):
    record = with_pipeline(record_of("response", sealed=False), HEADLINE, model=DecisionTreeClassifier())
    page = visible(report(record, tmp_path).read_text(encoding="utf-8"))
    assert "DecisionTreeClassifier has no coefficients" in page
