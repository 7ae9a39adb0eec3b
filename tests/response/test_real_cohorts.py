"""Endpoints on published cohorts: IMvigor210, Riaz 2017, four cohorts of NSCLC under PD-1 blockade.

The expected figures were counted or computed from the same files without radici (counts by pandas, AUC by pROC's
definition); the tables are described in `ici_genomic/README.md` of the shared data.
"""

import pandas as pd
import pytest

from radici.core.errors import StudyError, TableError
from radici.core.settings import build_named
from radici.response import ENDPOINTS
from radici.statistics.auc import auc

RIAZ = "ici_genomic/riaz2017/bms038_clinical_data.csv"
IMVIGOR = "ici_genomic/imvigor210_pdata.csv"
NSCLC = "ici_genomic/nsclc_pd1_combined.csv"
TIPIT = "ici_tipit/clinical_targets.csv"
DEATH = "DEATH PRIOR TO DISEASE ASSESSMENT"


@pytest.fixture
def read(shared):
    def from_file(name, patient):
        table = pd.read_csv(shared / name, dtype=str, keep_default_na=False).replace("NA", "")
        return table.set_index(patient)

    return from_file


def endpoint(**spelled):
    return build_named(ENDPOINTS, spelled, "endpoints, primary")


@pytest.mark.parametrize(("denominator", "n", "expected"), [("evaluable", 234, 0.7278), ("all", 272, 0.7177)])
def test_mutation_load_and_response_in_imvigor210(read, denominator, n, expected):
    table = read(IMVIGOR, "ID")
    rule = endpoint(objective_response={"column": "BOR", "missing_is": "NE", "denominator": denominator})
    outcome = rule("response", table)
    load = pd.to_numeric(table.loc[list(outcome.patients), "Mutation_Load"]).to_numpy()
    known = load == load
    assert (known.sum(), round(auc(outcome.yes[known], load[known]), 4)) == (n, expected)


def test_response_in_imvigor210_is_that_of_the_supplied_column(read):
    table = read(IMVIGOR, "ID")
    outcome = endpoint(objective_response={"column": "BOR", "missing_is": "NE", "denominator": "evaluable"})("r", table)
    supplied = table["BOR_binary"][table["BOR_binary"] != ""]
    assert dict(zip(outcome.patients, outcome.yes, strict=True)) == (supplied == "R").to_dict()


def test_response_from_ibor(read):
    rule = endpoint(objective_response={"column": "IBOR", "not_evaluable": [DEATH]})
    outcome = rule("response", read(RIAZ, "PatientID"))
    assert (len(outcome.patients), int(outcome.yes.sum()), len(outcome.unknown)) == (68, 12, 5)


def test_text_that_means_no_category_is_refused(read):
    rule = endpoint(objective_response={"column": "IBOR"})
    with pytest.raises(TableError, match=DEATH):
        rule("response", read(RIAZ, "PatientID"))


def test_the_two_supplied_response_columns_differ_in_18_patients(read):
    """15 responders are pooled as PRCR and 3 early deaths are called PD in the second column."""
    table = read(RIAZ, "PatientID")
    pairs = table[["BOR", "myBOR"]][table["BOR"] != table["myBOR"]].value_counts().to_dict()
    assert pairs == {("PR", "PRCR"): 12, ("CR", "PRCR"): 3, ("NE", "PD"): 3}


def test_ibor_and_bor_differ_in_six_patients_besides_the_five_without_ibor(read):
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


def test_progression_free_beyond_six_months_agrees_with_the_supplied_benefit(read):
    table = read(NSCLC, "Patient_ID")
    months = pd.to_numeric(table["PFS_months"])
    known = months.notna()
    assert ((months[known] > 6) == (table["Treatment_Outcome"][known] == "Responder")).sum() == 304


def test_durable_benefit_without_an_event_column_is_refused():
    with pytest.raises(StudyError, match="a time without its event does not say"):
        endpoint(durable_benefit={"time": "PFS_months", "unit": "months"})


def test_durable_benefit_of_tipit_follows_its_progression_column(read):
    table = read(TIPIT, "patient_id")
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
