"""Eight patients of pharmaversesdtm, whose calls its authors wrote down, from CDISC's form and from the plain one.

`pharmaverse_tr.csv` is the investigator's part of tr_onco_recist (pharmaverse/pharmaversesdtm, Apache-2.0). The calls
are the comments of data-raw/tr_onco_recist.R beside each visit, but for week 9 of 1028: the comment calls it SD, by the
sum alone, after the PD of week 6; by RECIST 1.1 progression stays. Week 3 of 1097 has the visit's call; the comment on
the best response (NE) is about its being early.
"""

from pathlib import Path

import pandas as pd
import pytest

from radici.response.criteria import Recist11
from radici.response.lesions import courses, lesion_table
from radici.response.lesions.cdisc import lesions_from_cdisc

CALLS = {
    "01-701-1015": ("SD", "NE", "CR"),
    "01-701-1028": ("SD", "PD", "PD"),
    "01-701-1034": ("NON-CR/NON-PD", "NON-CR/NON-PD"),
    "01-701-1097": ("NON-CR/NON-PD",),
    "01-701-1115": ("SD", "PR", "CR"),
    "01-701-1118": ("SD", "PR", "NE", "PR"),
    "01-701-1130": ("SD", "SD", "PD"),
    "01-701-1133": ("PR", "CR", "PD"),
}
SUMS = {  # the sums that pharmaverse's program for RS makes of the same rows, where all lesions were measured
    "01-701-1015": (96, 96, None, 7),
    "01-701-1028": (94, 91, None, 92),
    "01-701-1115": (90, 74, 44, 10),
    "01-701-1118": (78, 72, 38, None, 33),
    "01-701-1130": (90, 88, 96, 124),
    "01-701-1133": (60, 42, 0, 5),
}


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    file = Path(__file__).parent / "pharmaverse_tr.csv"
    return pd.read_csv(file, comment="#", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def from_cdisc(published: pd.DataFrame) -> dict:
    links = published[["USUBJID", "TRGRPID", "TRLNKID", "TULOC", "TREVAL"]].drop_duplicates()
    tu = links.rename(columns={"TRGRPID": "TUSTRESC", "TRLNKID": "TULNKID", "TREVAL": "TUEVAL"})
    texts = lesions_from_cdisc(published.drop(columns=["TULOC", "TRGRPID"]), tu.assign(TUTESTCD="TUMIDENT"))
    return _timelines(texts)


@pytest.fixture(scope="module")
def from_plain(published: pd.DataFrame) -> dict:
    node = published["TULOC"] == "LYMPH NODE"
    main = published[published["TRTESTCD"] == node.map({True: "LPERP", False: "LDIAM"})]
    main = pd.concat([main, published[published["TRTESTCD"] == "TUMSTATE"]])
    plain = pd.DataFrame(
        {
            "patient": main["USUBJID"],
            "lesion": main["TRLNKID"],
            "role": main["TRGRPID"].str.lower(),
            "organ": main["TULOC"].str.lower(),
            "visit": main["VISIT"],
            "day": [str(int(day) - 1) for day in main["TRDY"]],
            "diameter_mm": main["TRSTRESN"],
            "state": main["TRSTRESC"].where(main["TRTESTCD"] == "TUMSTATE", "").str.lower(),
        }
    )
    return _timelines(plain)


def _timelines(texts: pd.DataFrame) -> dict:
    return {course.patient: Recist11()(course) for course in courses(lesion_table(texts))}


@pytest.mark.parametrize("patient", CALLS)
def test_calls_from_cdisc_are_the_published_ones(patient: str, from_cdisc: dict) -> None:
    assert tuple(point.category for point in from_cdisc[patient].points) == CALLS[patient]


@pytest.mark.parametrize("patient", CALLS)
def test_calls_from_a_plain_table_are_the_published_ones(patient: str, from_plain: dict) -> None:
    assert tuple(point.category for point in from_plain[patient].points) == CALLS[patient]


@pytest.mark.parametrize("patient", SUMS)
def test_sums_are_those_of_the_published_rows(patient: str, from_cdisc: dict) -> None:
    line = from_cdisc[patient]
    found = [line.baseline, *(point.burden for point in line.points)]
    assert tuple(None if one is None else one / line.scale for one in found) == SUMS[patient]


@pytest.mark.parametrize("patient", CALLS)
def test_visits_are_21_days_apart(patient: str, from_cdisc: dict) -> None:
    assert [point.day for point in from_cdisc[patient].points] == [21 * (i + 1) for i in range(len(CALLS[patient]))]
