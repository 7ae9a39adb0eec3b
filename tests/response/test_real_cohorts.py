"""Endpoints on published cohorts: IMvigor210, Riaz 2017, four cohorts of NSCLC under PD-1 blockade.

The expected figures were counted or computed from the same files without radici (counts by pandas, AUC by pROC's
definition); the tables are described in `ici_genomic/README.md` of the shared data.
"""

import os
from pathlib import Path

import pandas as pd
import pytest

from radici.core.errors import StudyError
from radici.core.settings import build_named
from radici.response import ENDPOINTS
from radici.statistics.auc import auc

DATA = Path(os.environ.get("SHARED", Path(__file__).parents[3] / "shared")) / "data" / "ici_genomic"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared cohorts (ici_genomic) are not here")


def read(name, patient):
    table = pd.read_csv(DATA / name, dtype=str, keep_default_na=False).replace("NA", "")
    return table.set_index(patient)


def endpoint(**spelled):
    return build_named(ENDPOINTS, spelled, "endpoints, primary")


@pytest.mark.parametrize(("denominator", "n", "expected"), [("evaluable", 234, 0.7278), ("all", 272, 0.7177)])
def test_mutation_load_and_response_in_imvigor210(denominator, n, expected):
    table = read("imvigor210_pdata.csv", "ID")
    rule = endpoint(objective_response={"column": "BOR", "missing_is": "NE", "denominator": denominator})
    outcome = rule("response", table)
    load = pd.to_numeric(table.loc[list(outcome.patients), "Mutation_Load"]).to_numpy()
    known = load == load
    assert (known.sum(), round(auc(outcome.yes[known], load[known]), 4)) == (n, expected)


def test_response_in_imvigor210_is_that_of_the_supplied_column():
    table = read("imvigor210_pdata.csv", "ID")
    outcome = endpoint(objective_response={"column": "BOR", "missing_is": "NE", "denominator": "evaluable"})("r", table)
    supplied = table["BOR_binary"][table["BOR_binary"] != ""]
    assert dict(zip(outcome.patients, outcome.yes, strict=True)) == (supplied == "R").to_dict()


DEATH = "DEATH PRIOR TO DISEASE ASSESSMENT"


def riaz(column, **more):
    return endpoint(objective_response={"column": column, **more})("r", read(RIAZ, "PatientID"))


RIAZ = "riaz2017/bms038_clinical_data.csv"


def test_response_from_ibor():
    outcome = riaz("IBOR", not_evaluable=[DEATH])
    assert (len(outcome.patients), int(outcome.yes.sum()), len(outcome.unknown)) == (68, 12, 5)


def test_text_that_means_no_category_is_refused_with_its_patients():
    with pytest.raises(ValueError, match="DEATH PRIOR TO DISEASE ASSESSMENT"):
        riaz("IBOR")


def test_the_two_supplied_response_columns_differ_in_18_patients():
    """15 responders are pooled as PRCR and 3 early deaths are called PD in the second column."""
    table = read(RIAZ, "PatientID")
    pairs = table[["BOR", "myBOR"]][table["BOR"] != table["myBOR"]].value_counts().to_dict()
    assert pairs == {("PR", "PRCR"): 12, ("CR", "PRCR"): 3, ("NE", "PD"): 3}


def test_ibor_and_bor_differ_in_six_patients_besides_the_five_without_ibor():
    table = read(RIAZ, "PatientID")
    words = {
        "PROGRESSION": "PD",
        "STABLE DISEASE": "SD",
        "PARTIAL RESPONSE": "PR",
        "COMPLETE RESPONSE": "CR",
        DEATH: "NE",
    }
    ibor = table["IBOR"].map(words)
    known = ibor.notna()
    differ = table.index[known & (ibor != table["BOR"])]
    assert (len(differ), int((~known).sum())) == (6, 5)


def test_progression_free_beyond_six_months_agrees_with_the_supplied_benefit():
    table = read("nsclc_pd1_combined.csv", "Patient_ID")
    months = pd.to_numeric(table["PFS_months"])
    known = months.notna()
    assert ((months[known] > 6) == (table["Treatment_Outcome"][known] == "Responder")).sum() == 304


def test_durable_benefit_without_an_event_column_is_refused():
    with pytest.raises(StudyError, match="a time without its event does not say"):
        endpoint(durable_benefit={"time": "PFS_months", "unit": "months"})


def test_durable_benefit_of_tipit_follows_its_progression_column():
    data = DATA.parent / "ici_tipit" / "clinical_targets.csv"
    table = pd.read_csv(data, dtype=str, keep_default_na=False).set_index("patient_id")
    rule = endpoint(
        durable_benefit={
            "time": "PFS",
            "event": "Progression",
            "unit": "days",
            "event_values": ["Yes"],
            "censored_values": ["No"],
        }
    )
    outcome = rule("dcb", table)
    days, event = pd.to_numeric(table["PFS"]), table["Progression"]
    expected = {
        p: bool(days[p] > 183) for p in table.index if days[p] > 183 or (event[p] == "Yes" and days[p] == days[p])
    }
    assert dict(zip(outcome.patients, map(bool, outcome.yes), strict=True)) == expected
