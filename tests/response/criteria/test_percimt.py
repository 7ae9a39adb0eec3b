"""PERCIMT worked out by hand from the abstract of Anwar 2018 (doi 10.1007/s00259-017-3870-6) and PMC7669926 (table 2).

No benefit: four new lesions of any size, three above 1.0 cm in functional diameter, or two above 1.5 cm.
"""

import pytest

from radici.response.criteria import Percimt

PERCIMT = Percimt()


def scan(*new):
    """Lengths in mm of the new lesions at one visit; a word is their state."""
    rows = ["day lesion role longest_mm sul_peak state", "0 T1 target 20 10 .", "90 T1 target 20 10 ."]
    for i, one in enumerate(new):
        length, state = (".", one) if isinstance(one, str) else (one, ".")
        rows.append(f"90 L{i} new {length} . {state}")
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ([], "BENEFIT"),
        ([5, 5, 5], "BENEFIT"),
        ([5, 5, 5, 5], "NO BENEFIT"),
        ([10, 10, 10], "BENEFIT"),  # 1.0 cm is not above 1.0 cm
        ([10.001, 10.001, 10.001], "NO BENEFIT"),
        ([11, 11, 5], "BENEFIT"),
        ([15, 15], "BENEFIT"),  # 1.5 cm is not above 1.5 cm
        ([15.001, 15.001], "NO BENEFIT"),
        ([40], "BENEFIT"),
        ([16, 11, 11], "NO BENEFIT"),  # a large one counts among those above 1.0 cm
        ([16, 11, 5, 5], "NO BENEFIT"),  # and all among the four
    ],
)
def test_number_and_size_of_new_lesions(calls_of, new, expected):
    assert calls_of(PERCIMT, scan(*new)) == expected


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (["present"], "BENEFIT"),
        (["present", "present"], "NE"),  # both may be above 1.5 cm
        (["present", 16], "NE"),
        (["present", 5], "BENEFIT"),
        (["NE", 16], "NE"),
        (["present", 16, 16], "NO BENEFIT"),
        (["present", "present", "present", "present"], "NO BENEFIT"),
        (["equivocal", 16], "BENEFIT"),
        (["absent", 16], "BENEFIT"),
    ],
)
def test_new_lesions_without_a_length(calls_of, new, expected):
    assert calls_of(PERCIMT, scan(*new)) == expected


def test_growth_of_known_lesions_changes_nothing(calls_of):
    assert calls_of(PERCIMT, scan().replace("90 T1 target 20 10", "90 T1 target 60 30")) == "BENEFIT"


def test_a_new_lesion_without_uptake_does_not_count(calls_of):
    assert calls_of(PERCIMT, scan(16) + "\n90 L9 new 30 0 .") == "BENEFIT"


def test_a_visit_that_saw_nothing_is_not_evaluable(calls_of):
    assert calls_of(PERCIMT, "day lesion role longest_mm state\n0 T1 target 20 .\n90 T1 target . NE") == "NE"


def test_each_visit_is_judged_by_itself(calls_of):
    later = "\n180 T1 target 20 10 .\n180 L0 new . . absent\n180 L1 new 16 . ."
    assert calls_of(PERCIMT, scan(16, 16) + later) == "NO BENEFIT BENEFIT"


def test_burden_is_the_number_of_new_lesions(course_of):
    assert PERCIMT(course_of(scan(5, 5, 5))).points[0].burden == 3


def test_the_reason_counts_them(course_of):
    why = PERCIMT(course_of(scan(16, 11, 5))).points[0].why
    assert why.startswith("3 new lesions (L0, L1, L2), 2 of them longer than 10 mm and 1 longer than 15 mm")


def test_order_of_rows_changes_nothing(course_of):
    head, *rest = scan(16, 11, 11).splitlines()
    lines = [PERCIMT(course_of("\n".join([head, *rows]))).points for rows in (rest, rest[::-1])]
    assert lines[0] == lines[1]
