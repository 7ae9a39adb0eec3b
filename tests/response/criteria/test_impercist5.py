"""imPERCIST5 worked out by hand from PMC9028862 (table 3) and the abstract of Ito 2019 (PMC6424231).

Only the sum of SULpeak over up to five lesions decides (30 % both ways); a new lesion enters it and is not progression.
A lesion that is gone counts 0 (J Nucl Med table behind snmjournals markup 102418).
"""

import pytest

from radici.core.errors import LesionError
from radici.response.criteria import Impercist5

IMPERCIST5 = Impercist5()


def scans(before, after, new=(), states=None):
    """Lesions A, B, ... each in an organ of its own; `new` ones at the second visit only."""
    rows = ["day lesion role organ sul_peak state"]
    for i, (first, then) in enumerate(zip(before, after, strict=True)):
        name, state = chr(65 + i), (states or {}).get(i, ".")
        rows += [f"0 {name} target organ{i} {first} .", f"42 {name} target organ{i} {then} {state}"]
    return "\n".join([*rows, *(f"42 N{i} new other{i} {value} ." for i, value in enumerate(new))])


@pytest.mark.parametrize(
    ("before", "after", "new", "expected"),
    [
        ([6, 4], [4, 3], [], "PMR"),  # 10 to 7, exactly -30 %
        ([6, 4], [4, 3.001], [], "SMD"),
        ([6, 4], [8, 5], [], "PMD"),  # 10 to 13, exactly +30 %
        ([6, 4], [8, 4.999], [], "SMD"),
        ([6, 4], [6, 4], [2.999], "SMD"),  # a new lesion is not progression,
        ([6, 4], [6, 4], [3], "PMD"),  # unless the sum is
        ([6, 4], [2, 1], [3], "PMR"),  # 10 to 6, with a new lesion
        ([6, 4], [0, 0], [], "CMR"),
        ([6, 4], [0, 0], [3], "PMR"),  # -70 %, but not all is gone
        ([1, 1], [0.7, 0.7], [], "PMR"),  # no 0.8 SUL is asked for
        ([9, 8, 7, 6, 5, 4], [9, 8, 7, 6, 5, 40], [], "PMD"),  # 35 to 70: the sixth is among the five now
        ([9, 8, 7, 6, 5, 4], [9, 8, 7, 6, 5, 5], [], "SMD"),  # 35 to 35: the sixth is left out
    ],
)
def test_sum_of_the_five_hottest(calls_of, before, after, new, expected):
    assert calls_of(IMPERCIST5, scans(before, after, new)) == expected


def test_no_more_than_five_lesions_are_summed(course_of):
    assert IMPERCIST5(course_of(scans([9, 8, 7, 6, 5, 4], [9, 8, 7, 6, 5, 4]))).baseline == 35000


TWO = """
    day lesion role   organ sul_peak
    0   T1     target liver 9
    0   T2     target liver 8
    0   T3     target liver 7
    0   T4     target lung  3
    42  T1     target liver 9
    42  T2     target liver 8
    42  T3     target liver 7
    42  T4     target lung  3"""


def test_at_most_two_lesions_of_an_organ_are_summed(course_of):
    assert IMPERCIST5(course_of(TWO)).baseline == 20000


def test_the_reason_names_the_lesions(course_of):
    assert IMPERCIST5(course_of(TWO)).points[0].why.endswith("summed: T1, T2, T4")


def test_lesions_without_an_organ_are_held_to_no_limit(course_of):
    assert IMPERCIST5(course_of(TWO.replace("liver", "."))).baseline == 27000


def test_all_lymph_nodes_are_one_organ(course_of):
    rows = [
        {"day": day, "lesion": f"T{i}", "role": "target", "organ": f"{where} lymph node", "sul_peak": str(9 - i)}
        for day in ("0", "42")
        for i, where in enumerate(["hilar", "axillary", "iliac"])
    ]
    assert IMPERCIST5(course_of(rows)).baseline == 17000


def test_a_lesion_not_seen_makes_the_visit_not_evaluable(calls_of):
    assert calls_of(IMPERCIST5, scans([6, 4], [2, "."], states={1: "NE"})) == "NE"


def test_what_is_known_may_prove_progression(calls_of):
    assert calls_of(IMPERCIST5, scans([6, 4], [13, "."], states={1: "NE"})) == "PMD"


def test_a_new_lesion_without_a_number_makes_the_visit_not_evaluable(calls_of):
    assert calls_of(IMPERCIST5, scans([6, 4], [2, 1]) + "\n42 N0 new liver . present") == "NE"


def test_an_equivocal_new_lesion_does_not_count(calls_of):
    assert calls_of(IMPERCIST5, scans([6, 4], [6, 4]) + "\n42 N0 new liver 9 equivocal") == "SMD"


def test_after_progression_every_visit_is_progression(calls_of):
    rows = "day lesion role sul_peak\n0 T1 target 10\n42 T1 target 13\n84 T1 target 5"
    assert calls_of(IMPERCIST5, rows) == "PMD PMD"


@pytest.mark.parametrize(("since", "expected"), [("baseline", "PMR SMD"), ("nadir", "PMR PMD")])
def test_a_rise_is_counted_from_what_the_setting_says(calls_of, since, expected):
    rows = "day lesion role sul_peak\n0 T1 target 10\n42 T1 target 6\n84 T1 target 9"
    assert calls_of(Impercist5(progression_from=since), rows) == expected


def test_order_of_rows_changes_nothing(course_of):
    head, *rest = scans([6, 4, 4], [4, 6, 4], [4]).splitlines()
    lines = [IMPERCIST5(course_of("\n".join([head, *rows]))).points for rows in (rest, rest[::-1])]
    assert lines[0] == lines[1]


def test_a_baseline_without_uptake_is_named(course_of):
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0, column 'sul_peak'"):
        IMPERCIST5(course_of("day lesion role longest_mm\n0 T1 target 20\n42 T1 target 10"))


def test_a_new_lesion_of_an_earlier_visit_without_a_row_is_not_evaluable(calls_of):
    table = """
    day lesion role sul_peak
    0 T1 target 10
    42 T1 target 3
    42 L1 new 8
    84 T1 target 3
    """
    assert calls_of(IMPERCIST5, table) == "SMD NE"


def test_a_new_lymph_node_takes_up_fdg_whatever_its_size(course_of):
    table = """
    day lesion role sul_peak node short_axis_mm
    0 T1 target 10 no .
    42 T1 target 10 no .
    42 L1 new 8 yes 8
    """
    assert IMPERCIST5(course_of(table)).points[0].new == ("L1",)
