"""CDISC's TR, one row per lesion, visit and test, and TU, one row per lesion -> the texts that `lesion_table` reads."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from radici.core.errors import LesionError, some
from radici.response.lesions.cdisc.domain import domain_rows, read_by, study_days
from radici.response.lesions.cdisc.results import TESTS, findings
from radici.response.lesions.columns import folded, is_node, role_of
from radici.response.lesions.complaints import Complaints

TR_NEEDS = ("patient", "lesion", "test", "result")
TU_NEEDS = ("patient", "lesion")
PARTS = ("TUSPLIT", "TUMERGE")
VISIT = ["patient", "reader", "when"]
LESION = ["patient", "reader", "lesion"]
ORDER = ("patient", "reader", "lesion", "role", "organ", "node", "visit", "visit_number", "date", "day",
         "start", "longest_mm", "short_axis_mm", "diameter_mm", "volume_ml", "state", "method", "reason",
         "adjudicated")  # fmt: skip
OPTIONAL = ("start", "diameter_mm", "volume_ml", "method", "reason", "adjudicated")


def is_cdisc(texts: pd.DataFrame) -> bool:
    """Whether a table is CDISC's TR: a row per test, of subjects with unique ids."""
    return {"USUBJID", "TRTESTCD"} <= {str(name).strip().upper() for name in texts.columns}


def lesions_from_cdisc(
    tr: pd.DataFrame,
    tu: pd.DataFrame | None = None,
    evaluator: str | None = None,
    file: str = "TR",
    tu_file: str = "TU",
) -> pd.DataFrame:
    """The plain lesion table of a CDISC study, one row per lesion, visit and reader, as texts.

    Longest diameter from LDIAM, short axis from LPERP or SAXIS, either from DIAMETER, volume from VOLUME, and the
    state from TUMSTATE or LNSTATE. Role and organ stand in TU; without it the role is TRGRPID, and a lymph node is told
    by its tests, where these tell it. Rows without a link (sums) are left out, and so is a visit of which nothing was
    done, because it has no date. A lesion not done at a visit takes the date of that visit.

    Parameters
    ----------
    tr, tu
        Texts, `""` or NaN where missing; the index holds line numbers.
    evaluator
        Only what this evaluator or assessor read (`INVESTIGATOR`, `RADIOLOGIST 1`); each is a reader where None.

    Returns
    -------
    pd.DataFrame
        patient, reader, lesion, role, organ, node, visit, visit_number, day (from TRDY) or date (from TRDTC), start
        (from RFSTDTC), longest_mm, short_axis_mm, diameter_mm, volume_ml, state, method, reason, adjudicated (yes where
        TRACPTFL is Y); the last three, start, diameter and volume only where there are any. The index holds the line
        of each lesion's first row.

    Raises
    ------
    LesionError
        A length without unit, two results of one test, a lesion that TU does not know, a node that cannot be told, a
        split or merged tumour; with patient, visit, lesion and column.

    Notes
    -----
    The words UNEQUIVOCAL PROGRESSION, UNEQUIVOCAL INCREASE and UNEQUIVOCAL for tumours, and (NON-)PATHOLOGICAL for
    nodes, are those of sponsors' programs; CDISC's code list was not read.
    """
    rows = domain_rows(tr, "TR", TR_NEEDS, file)
    if not ((rows["date"] != "") | (rows["study_day"] != "")).any():
        raise LesionError(f"{file}: neither dates in 'TRDTC' nor study days in 'TRDY'. One of them is needed.")
    rows = read_by(rows, evaluator, file)
    wrong = Complaints(file, rows)
    used = rows["test"].isin(TESTS)
    wrong.add("TRLNKID", (used & (rows["lesion"] == "")).to_numpy(), "the link to the tumour is missing.")
    by_days = bool((rows["study_day"] != "").any())
    rows["day"] = study_days(rows, "TRDY", wrong) if by_days else ""
    wrong.refuse()
    rows = rows[rows["lesion"] != ""].reset_index(drop=True)
    table = findings(rows, file)
    table = _dated(table, "day" if by_days else "date").drop(columns="date" if by_days else "day")
    table = _described(table, rows, tu, (file, tu_file)).set_index("line")
    return table[[name for name in ORDER if name in table and not (name in OPTIONAL and (table[name] == "").all())]]


def _dated(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Lesions that were not done get the date of their visit; visits that were not done at all go."""
    given = table[column].where(table[column] != "")
    by_visit = given.groupby([table[name] for name in VISIT], sort=False).transform("first")
    undone = (table["state"] == "not evaluable") & given.isna()
    dated = table.assign(**{column: given.where(~undone, by_visit).fillna("")})
    return dated[~(undone & by_visit.isna())].reset_index(drop=True)


class _Tumour(NamedTuple):
    """What TU says of one tumour."""

    role: str
    organ: str


def _described(
    table: pd.DataFrame, rows: pd.DataFrame, tu: pd.DataFrame | None, files: tuple[str, str]
) -> pd.DataFrame:
    """The table with role, organ and node of each lesion."""
    wrong = Complaints(files[0], table)
    if tu is None:
        roles = [role_of().get(folded(text), "") for text in table["group"]]
        lost = np.array([role == "" for role in roles], dtype=bool)
        wrong.add(
            "TRGRPID",
            lost,
            lambda row: f"TARGET, NON-TARGET or NEW is expected, found '{table['group'].iloc[row]}'. Give TU as well.",
        )
        table = table.assign(role=roles)
    else:
        known, by_reader = _tumours(tu, table, files[1])
        places = list(zip(table["patient"], table["reader"] if by_reader else [""] * len(table), table["lesion"],
                          strict=True))  # fmt: skip
        lost = np.array([place not in known for place in places], dtype=bool)
        wrong.add("TRLNKID", lost, f"no such tumour of this patient and reader in {files[1]}. Add its row there.")
        found = [known.get(place, _Tumour("", "")) for place in places]
        table = table.assign(role=[one.role for one in found], organ=[one.organ for one in found])
    table = _resolved(table.assign(node=_nodes(table, rows, wrong)))
    wrong.refuse()
    return table


def _tumours(tu: pd.DataFrame, table: pd.DataFrame, file: str) -> tuple[dict[tuple[str, str, str], _Tumour], bool]:
    """Role and organ of each tumour, and whether they were identified by reader."""
    rows = domain_rows(tu, "TU", TU_NEEDS, file)
    by_reader = bool(((rows["evaluator"] != "") | (rows["assessor"] != "")).any())
    rows["role"] = [role_of().get(folded(text or other), "") for text, other in
                    zip(rows["result"], rows["original"], strict=True)]  # fmt: skip
    rows = rows[(rows["role"] != "") & rows["patient"].isin(set(table["patient"]))].reset_index(drop=True)
    if by_reader:
        rows = rows[rows["reader"].isin(set(table["reader"]))].reset_index(drop=True)
    wrong = Complaints(file, rows.drop(columns=["visit", "date"]))
    wrong.add(
        "TUTESTCD",
        rows["test"].isin(PARTS).to_numpy(),
        "a tumour that split or merged. Give it one link in TR, with the sum of the longest diameters of its parts.",
    )
    known: dict[tuple[str, str, str], _Tumour] = {}
    other = []
    for patient, reader, lesion, role, organ in rows[[*LESION, "role", "organ"]].itertuples(index=False):
        one = _Tumour(role, organ)
        other.append(known.setdefault((patient, reader if by_reader else "", lesion), one) != one)
    wrong.add("TULNKID", np.array(other, dtype=bool), "the tumour has another role or place in an earlier row.")
    wrong.refuse()
    return known, by_reader


def _nodes(table: pd.DataFrame, rows: pd.DataFrame, wrong: Complaints) -> list[str]:
    """Whether each lesion is a lymph node: by its place, else by the tests that were made of it."""
    by_lesion = rows[rows["test"].isin(TESTS)].groupby(LESION, sort=False)["test"].agg(frozenset).to_dict()
    tests = [by_lesion[place] for place in table[LESION].itertuples(index=False, name=None)]
    found = [
        is_node(organ) or "LNSTATE" in made if organ else _node_by_tests(made)
        for organ, made in zip(table["organ"], tests, strict=True)
    ]
    wrong.add(
        "TRTESTCD",
        np.array([one is None for one in found], dtype=bool),
        lambda row: (
            f"{some(sorted(tests[row]))} do not tell whether this is a lymph node. Give TU with the place in 'TULOC'."
        ),
    )
    return ["yes" if one else "no" for one in found]


def _node_by_tests(made: frozenset[str]) -> bool | None:
    """LDIAM is for other lesions, LPERP or SAXIS for nodes; None where both were made, or only DIAMETER."""
    if "LNSTATE" in made:
        return True
    long, short = "LDIAM" in made, bool({"LPERP", "SAXIS"} & made)
    if (long and short) or ("DIAMETER" in made and not long and not short):
        return None
    return short


def _resolved(table: pd.DataFrame) -> pd.DataFrame:
    """What the bare word UNEQUIVOCAL means: a new lesion that is there, or progression of a known one."""
    bare = table["state"] == "unequivocal"
    meant = np.where(table["role"] == "new", "present", "progressed")
    return table.assign(state=table["state"].where(~bare, meant))
