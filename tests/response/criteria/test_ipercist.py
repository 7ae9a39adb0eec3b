"""iPERCIST worked out by hand from PMC7046919 (table 6) and PMC8484219 (table 2).

Progression is unconfirmed, a second PET four to eight weeks later confirms it, and response or stable disease there
undoes it. Original: Goldfarb 2019, doi 10.1186/s13550-019-0473-1.
"""

import pytest

from radici.response.criteria import Ipercist

IPERCIST = Ipercist()


def scans(*pairs, new=()):
    """SULpeak of T1 by day, and that of a new lesion."""
    rows = [f"{day} T1 target {value}" for day, value in pairs]
    return "\n".join(["day lesion role sul_peak", *rows, *(f"{day} L1 new {value}" for day, value in new)])


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([(0, 10), (56, 13), (84, 13)], "UPMD CPMD"),  # 28 days later
        ([(0, 10), (56, 13), (83, 13)], "UPMD NE"),  # 27
        ([(0, 10), (56, 13), (83, 7), (112, 14)], "UPMD NE CPMD"),
        ([(0, 10), (56, 13), (84, 7), (140, 13), (168, 13)], "UPMD PMR UPMD CPMD"),
        ([(0, 10), (56, 13), (84, 12)], "UPMD SMD"),
        ([(0, 10), (56, 13), (84, 0)], "UPMD CMR"),
        ([(0, 10), (56, 13), (84, 13), (120, 5)], "UPMD CPMD CPMD"),
        ([(0, 10), (56, 7), (112, 10)], "PMR SMD"),
    ],
)
def test_states_of_the_machine(calls_of, pairs, expected):
    assert calls_of(IPERCIST, scans(*pairs)) == expected


def test_a_new_lesion_that_is_still_there_confirms(calls_of):
    assert calls_of(IPERCIST, scans((0, 10), (56, 7), (84, 6), new=[(56, 3), (84, 3)])) == "UPMD CPMD"


def test_a_new_lesion_that_is_gone_does_not_confirm(calls_of):
    assert calls_of(IPERCIST, scans((0, 10), (56, 7), (84, 6), new=[(56, 3), (84, 0)])) == "UPMD PMR"


def test_a_scan_that_says_nothing_leaves_progression_waiting(calls_of):
    rows = """
        day lesion role   sul_peak state
        0   T1     target 10       .
        56  T1     target 13       .
        84  T1     target .        NE
        112 T1     target 13       ."""
    assert calls_of(IPERCIST, rows) == "UPMD NE CPMD"


def test_confirmation_dates_from_the_first_progression(course_of):
    assert IPERCIST(course_of(scans((0, 10), (56, 13), (84, 13)))).points[1].since == 56


def test_undone_progression_has_no_date(course_of):
    assert IPERCIST(course_of(scans((0, 10), (56, 13), (84, 7)))).points[1].since is None


def test_the_tolerance_lets_an_earlier_scan_confirm(calls_of):
    assert calls_of(Ipercist(confirm_tolerance_days=1), scans((0, 10), (56, 13), (83, 13))) == "UPMD CPMD"


@pytest.mark.parametrize(("day", "late"), [(112, False), (113, True)])
def test_a_late_confirmation_says_so(course_of, day, late):
    why = IPERCIST(course_of(scans((0, 10), (56, 13), (day, 13)))).points[1].why
    assert ("later than 56" in why) == late


def test_an_early_scan_does_not_lower_the_nadir(course_of):
    line = IPERCIST(course_of(scans((0, 10), (56, 13), (70, 5), (84, 13))))
    assert line.points[-1].nadir == 10000


def test_order_of_rows_changes_nothing(course_of):
    head, *rest = scans((0, 10), (56, 13), (84, 13), new=[(84, 3)]).splitlines()
    lines = [IPERCIST(course_of("\n".join([head, *rows]))).points for rows in (rest, rest[::-1])]
    assert lines[0] == lines[1]


def test_a_new_lesion_that_was_not_looked_at_leaves_progression_waiting(calls_of):
    assert calls_of(IPERCIST, scans((0, 10), (56, 7), (84, 6), new=[(56, 3)])) == "UPMD NE"


def test_a_new_lesion_that_was_not_looked_at_keeps_complete_response_away(calls_of):
    assert calls_of(IPERCIST, scans((0, 10), (56, 7), (84, 0), new=[(56, 3)])) == "UPMD NE"
