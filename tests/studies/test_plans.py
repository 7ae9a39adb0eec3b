"""Plans: who is developed on and who is sealed, each cohort read as its own file says, all of it written down."""

import shutil

import pandas as pd
import pytest

from radici.core.errors import InputError, OutcomeError, StudyError
from radici.core.outcome import Response
from radici.learning.recipe import Recipe
from radici.study import Study
from radici.study.outcomes import joined
from radici.study.plan import plan

SURVIVAL = {"time": "os_days", "event": "death", "unit": "days"}
OS = {"os": {"time_to_event": SURVIVAL}}
QUICK = {"folds": 2, "repeats": 1, "inner_folds": 2, "permutations": 0}


def planned(folder):
    return plan(Study.read(folder.study), folder.path)


def clinical(folder):
    return pd.read_csv(folder.path / "clinical.csv", dtype=str, keep_default_na=False)


@pytest.fixture
def two(tables):
    """A study in days, and a second one beside it with half of the patients, whose settings a test may change."""
    other = type(tables)(tables.path / "other")
    other.path.mkdir()
    everyone = clinical(tables)
    half = everyone.index < len(everyone) // 2
    shutil.copy(tables.study, other.study)
    other.change(sealed=None, endpoints=OS, primary=None)
    everyone[half].to_csv(tables.path / "clinical.csv", index=False)
    everyone[~half].to_csv(other.path / "clinical.csv", index=False)
    tables.change(sealed={"study": "other/study.yaml"}, endpoints=OS, primary=None, design=QUICK)
    return tables, other


def test_second_study_is_read_with_its_own_columns_unit_and_texts(two):
    same = planned(two[0]).outcome
    table = clinical(two[1]).rename(columns={"os_days": "weeks", "death": "status"})
    table["weeks"] = [repr(float(days) / 7) for days in table["weeks"]]
    table["status"] = table["status"].map({"1": "dead", "0": "lost"})
    table.to_csv(two[1].path / "clinical.csv", index=False)
    own = {"time": "weeks", "event": "status", "unit": "weeks", "event_values": ["dead"], "censored_values": ["lost"]}
    two[1].change(endpoints={"os": {"time_to_event": own}})
    found = planned(two[0]).outcome
    assert found.patients == same.patients
    assert found.months == pytest.approx(same.months)
    assert found.event.tolist() == same.event.tolist()


def test_months_in_the_second_study_are_not_taken_for_days(two):
    two[1].change(endpoints={"os": {"time_to_event": {**SURVIVAL, "unit": "months"}}})
    made = planned(two[0])
    days = clinical(two[1]).set_index("patient")["os_days"].astype(float)
    assert made.outcome.of(made.sealed).months.tolist() == [days[patient] for patient in made.sealed]


def test_patient_of_the_second_study_without_an_outcome_is_left_out_with_the_reason(two):
    table = clinical(two[1])
    table.loc[0, "os_days"] = ""
    table.to_csv(two[1].path / "clinical.csv", index=False)
    reasons = {left.patient: left.reason for left in planned(two[0]).left_out}
    assert reasons[table.loc[0, "patient"]] == "'os' is unknown: no 'os_days'"


def free_at(months):
    return {"os": {"event_free_at": {**SURVIVAL, "months": months}}}


def test_second_study_at_another_month_is_refused(two):
    two[0].change(endpoints=free_at(6))
    two[1].change(endpoints=free_at(12))
    with pytest.raises(StudyError, match="is read at 12 months, in the study at 6"):
        planned(two[0])


def test_second_study_at_the_same_month_is_joined(two):
    two[0].change(endpoints=free_at(12))
    two[1].change(endpoints=free_at(12))
    assert planned(two[0]).sealed


RESPONSE = {"column": "best_response", "yes": ["CR", "PR"], "no": ["SD", "PD"], "unknown": ["NE"]}


def test_second_study_where_yes_is_bad_is_refused(two):
    two[0].change(endpoints={"r": {"category": RESPONSE}})
    two[1].change(endpoints={"r": {"category": {**RESPONSE, "favourable": False}}})
    with pytest.raises(StudyError, match="yes is the bad answer there and the good answer in the study"):
        planned(two[0])


def test_outcomes_of_two_kinds_are_not_joined(two):
    survival = planned(two[0]).outcome
    with pytest.raises(StudyError, match="of another kind"):
        joined(survival, Response.from_series("os", pd.Series([True, False], ["a", "b"])), "other.yaml")


def test_sealed_site_whose_outcomes_are_all_unknown_is_refused_with_the_reason(tables):
    table = clinical(tables)
    table.loc[table["site"] == "coast", "best_response"] = "NE"
    table.to_csv(tables.path / "clinical.csv", index=False)
    with pytest.raises(OutcomeError, match=r"Nobody is left in the sealed cohort 'coast'.*'best_response' is 'NE'"):
        planned(tables)


def test_sealed_site_whose_scans_are_all_missing_is_refused_with_the_reason(copied):
    table = clinical(copied)
    for patient in table.loc[table["site"] == "coast", "patient"]:
        (copied.path / "images" / f"{patient}_ct.nii.gz").unlink(missing_ok=True)
    with pytest.raises(OutcomeError, match=r"Nobody is left in the sealed cohort 'coast'.*is missing"):
        planned(copied)


def test_sealed_second_study_without_any_known_outcome_is_refused(two):
    table = clinical(two[1])
    table["os_days"] = ""
    table.to_csv(two[1].path / "clinical.csv", index=False)
    with pytest.raises(
        OutcomeError, match=r"Nobody is left in the sealed cohort 'study other/study\.yaml'.*no 'os_days'"
    ):
        planned(two[0])


@pytest.mark.parametrize(
    ("column", "endpoint"), [("os_days", "os"), ("death", "os"), ("best_response", "response"), ("os_days", "pfs")]
)
def test_variable_from_a_column_of_any_endpoint_is_refused(tables, column, endpoint):
    endpoints = {"os": OS["os"], "response": {"category": RESPONSE}}
    if endpoint == "pfs":
        endpoints = {"response": {"category": RESPONSE}, "pfs": free_at(6)["os"]}
    variable = {"column": column, "unit": "days"}
    tables.change(endpoints=endpoints, primary="response", clinical={"file": "clinical.csv", "map": {"x": variable}})
    with pytest.raises(
        StudyError, match=f"column '{column}' is part of the endpoint '{endpoint}'; a predictor that holds"
    ):
        Study.read(tables.study)


FROM_LESIONS = """patient: patient
clinical: {file: clinical.csv, map: {x: {column: %s, unit: "1"}}}
endpoints: {pfs: {progression_free_survival: {lesions: lesions.csv, follow_up: %s}}}
"""


@pytest.mark.parametrize("column", ["death_day", "Date of death", "last_contact", "treatment_end", "ecog_worst"])
@pytest.mark.parametrize("follow_up", ["clinical.csv", "./clinical.csv"])
def test_what_became_of_a_patient_is_no_variable_where_one_table_holds_both(column, follow_up):
    with pytest.raises(StudyError, match=f"column '{column}' is part of the endpoint 'pfs'"):
        Study.parse(FROM_LESIONS % (column, follow_up))


@pytest.mark.parametrize(
    ("column", "follow_up"), [("ecog_baseline", "clinical.csv"), ("age", "clinical.csv"), ("death_day", "other.csv")]
)
def test_a_column_that_tells_no_outcome_of_the_endpoint_is_not_refused(column, follow_up):
    assert "x" in Study.parse(FROM_LESIONS % (column, follow_up)).clinical.map


def test_variable_from_another_column_is_not_refused(tables):
    assert "age" in Study.read(tables.study).clinical.map


def test_text_of_a_study_holds_what_it_does_not_say(tables):
    text = Study.read(tables.change(seed=None).study).text()
    assert "seed: 1\n" in text
    assert "inner_folds: 2" in text
    assert "favourable: true" in text


def test_recipe_of_a_study_that_names_none_is_written_down(tables):
    made = planned(tables)
    assert Study.parse(made.study.text()).recipe[-1]["elastic_net_logistic"]["penalty"]["search"]


def test_primary_endpoint_that_is_the_only_one_is_written_down(tables):
    assert planned(tables.change(endpoints=OS, primary=None)).study.primary == "os"


def test_settled_study_reads_back_as_itself(cohort):
    settled = planned(cohort).study
    assert Study.parse(settled.text()) == settled


def test_written_recipe_tries_the_same_settings_in_the_same_order(tables):
    made = planned(tables)
    assert Recipe.read(made.study.recipe).candidates() == made.recipe.candidates()


def test_written_recipe_keeps_what_the_study_chose(tables):
    made = planned(tables.change(recipe=[{"lasso": {"features": 3}}, {"elastic_net_logistic": {"penalty": 0.5}}]))
    assert made.study.recipe == (
        {"lasso": {"features": 3}},
        {"elastic_net_logistic": {"l1_ratio": 0.1, "penalty": 0.5}},
    )


def test_decimal_comma_of_times_is_read_as_declared(tables):
    table = clinical(tables)
    before = planned(tables.change(endpoints=OS, primary=None)).outcome
    table["os_days"] = [f"{days},0" for days in table["os_days"]]
    table.to_csv(tables.path / "clinical.csv", index=False, sep=";")
    variables = {"sex": {"column": "sex", "yes": ["F"], "no": ["M"]}}
    tables.change(clinical={"file": "clinical.csv", "separator": ";", "decimal": ",", "map": variables})
    assert planned(tables).outcome.months.tolist() == before.months.tolist()


def test_decimal_comma_of_times_that_is_not_declared_says_what_to_write(tables):
    table = clinical(tables)
    table["os_days"] = [f"{days},5" for days in table["os_days"]]
    table.to_csv(tables.path / "clinical.csv", index=False)
    with pytest.raises(InputError, match=r"column 'os_days': a number is expected.*write `decimal: \",\"`"):
        planned(tables.change(endpoints=OS, primary=None))
