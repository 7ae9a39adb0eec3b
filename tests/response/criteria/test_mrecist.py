"""mRECIST against published tables of its rules, and timelines worked out by hand.

Lencioni 2010, Semin Liver Dis 30:52, doi 10.1055/s-0030-1247132. Target lesions: PMC9747269 table 11 and PMC5771991
table 4. New lesions and nodes of the porta hepatis: only the arithmetic of our reading, which the criterion lists as
not verified.
"""

import pytest

from lesion_notation import rows
from radici.core.errors import LesionError
from radici.response.criteria import Mrecist

MRECIST = Mrecist()
TWO = [56, 112]
THREE = [56, 112, 168]


def viable(days, targets=None, nontargets=None, new=None, organs=None):
    """Rows of the lesion table whose numbers are viable diameters (short axes of nodes), in the liver or `organs`."""
    frame = rows(days, targets, nontargets, new)
    node = frame["lesion"].str.endswith("n")
    sizes = frame.pop("diameter_mm")
    organ = [(organs or {}).get(name, "liver") for name in frame["lesion"]]
    return frame.assign(viable_mm=sizes.mask(node, ""), short_axis_mm=sizes.where(node, ""), organ=organ,
                        node=node.map({True: "yes", False: "no"}))  # fmt: skip


@pytest.fixture
def calls(calls_of):
    """A function from viable diameters to categories, as one text."""
    return lambda *args, by=MRECIST, **more: calls_of(by, viable(*args, **more))


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ("50 35", "PR"),
        ("50 35.1", "SD"),
        ("14.0 9.8", "PR"),  # floats: 9.8 / 14.0 > 0.7
        ("50 60", "PD"),
        ("50 59.9", "SD"),
        ("27.0 32.4", "PD"),  # floats: 32.4 / 27.0 < 1.2
        ("10 12", "PD"),  # no least growth of 5 mm
        ("10 11.9", "SD"),
        ("50 0", "CR"),
    ],
)
def test_thresholds_are_exact(calls, sizes, expected):
    assert calls([56], {"T1": sizes}) == expected


def test_only_the_viable_part_is_measured(calls_of):
    table = "day lesion role longest_mm viable_mm\n0 T1 target 40 40\n56 T1 target 45 20"
    assert calls_of(MRECIST, table) == "PR"


def test_tumour_without_enhancement_is_gone_whatever_its_size(calls_of):
    table = "day lesion role longest_mm viable_mm\n0 T1 target 40 40\n56 T1 target 45 0"
    assert calls_of(MRECIST, table) == "CR"


def test_growth_is_counted_from_the_smallest_viable_sum(calls):
    assert calls(TWO, {"T1": "50 20 24"}) == "PR PD"


def test_reason_names_no_least_growth(course_of):
    (point,) = MRECIST(course_of(viable([56], {"T1": "10 12"}))).points
    assert point.why.endswith("(from 20 % on: progression)")


def test_enhancement_back_after_complete_response_is_progression(calls):
    assert calls(TWO, {"T1": "50 0 5"}) == "CR PD"


def test_missing_lesion_after_complete_response_proves_nothing(calls):
    assert calls(TWO, {"T1": "50 0 0", "T2": "20 0 NE"}) == "CR NE"


def test_nontarget_lesions_count_as_in_recist(calls):
    assert calls(TWO, {"T1": "50 0 0"}, {"N1": "P P U"}) == "PR PD"


def test_typical_new_lesion_of_10_mm_is_progression(calls):
    assert calls([56], {"T1": "50 20"}, {}, {"L1": ". 10"}) == "PD"


def test_new_lesion_below_10_mm_is_no_progression(calls):
    assert calls([56], {"T1": "50 20"}, {}, {"L1": ". 9.9"}) == "PR"


def test_equivocal_new_lesion_is_no_progression(calls_of):
    table = "day lesion role viable_mm longest_mm state\n0 T1 target 50 50 .\n56 T1 target 20 40 .\n"
    assert calls_of(MRECIST, table + "56 L1 new . 20 equivocal") == "PR"


EQUIVOCAL = """
    day lesion role   viable_mm longest_mm state
    0   T1     target 50        50         .
    56  T1     target 20        40         .
    112 T1     target 20        40         .
    56  L1     new    .         12         equivocal
    112 L1     new    .         {}         equivocal"""


@pytest.mark.parametrize(("size", "expected"), [("22", "PR PD"), ("21.9", "PR PR")])
def test_equivocal_new_lesion_counts_once_grown_by_10_mm(calls_of, size, expected):
    assert calls_of(Mrecist(backdate_equivocal=False), EQUIVOCAL.format(size)) == expected


def test_new_lesion_that_counts_later_counts_from_when_it_was_first_seen(calls_of):
    assert calls_of(MRECIST, EQUIVOCAL.format("22")) == "PD PD"


def test_small_new_lesion_that_reaches_10_mm_counts_from_when_it_was_first_seen(calls):
    assert calls(TWO, {"T1": "50 20 20"}, {}, {"L1": ". 6 11"}) == "PD PD"


def test_new_lesion_outside_the_liver_counts_at_any_size(calls):
    assert calls([56], {"T1": "50 20"}, {}, {"L1": ". 6"}, organs={"L1": "lung"}) == "PD"


def test_new_lesion_seen_but_not_measured_counts(calls):
    assert calls([56], {"T1": "50 20"}, {}, {"L1": ". P"}) == "PD"


@pytest.mark.parametrize(("size", "expected"), [("19.9", "PR"), ("20", "PD")])
def test_new_node_at_the_porta_hepatis_counts_from_20_mm_on(calls, size, expected):
    assert calls([56], {"T1": "50 20"}, {}, {"L1n": f". {size}"}, organs={"L1n": "porta hepatis"}) == expected


@pytest.mark.parametrize(("organ", "expected"), [("porta hepatis", "CR"), ("axilla", "PR")])
def test_target_node_below_20_mm_is_no_disease_at_the_porta_hepatis_only(calls, organ, expected):
    assert calls([56], {"T1n": "30 19.9"}, organs={"T1n": organ}) == expected


def test_nontarget_node_below_20_mm_is_no_disease_at_the_porta_hepatis(calls):
    assert calls([56], {"T1": "50 0"}, {"N1n": "25 19.9"}, organs={"N1n": "porta hepatis"}) == "CR"


def test_small_target_node_at_the_porta_hepatis_is_noted(course_of):
    timeline = MRECIST(course_of(viable([56], {"T1n": "18 18"}, organs={"T1n": "porta hepatis"})))
    assert timeline.notes[0].endswith("at the porta hepatis 20 mm): T1n (18.0 mm).")


def test_timeline_carries_the_name_of_the_criterion(course_of):
    assert MRECIST(course_of(viable([56], {"T1": "50 20"}))).criterion == "mrecist"


def test_missing_viable_diameter_at_baseline_is_named(course_of):
    table = "day lesion role longest_mm\n0 T1 target 40\n56 T1 target 45"
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0: target lesion 'T1' has no .*'viable_mm'"):
        MRECIST(course_of(table))


def test_three_targets_of_an_organ_are_refused(course_of):
    with pytest.raises(LesionError, match=r"Patient P1, baseline day 0: .* one organ, found 3 in liver"):
        MRECIST(course_of(viable([56], {"T1": "50 20", "T2": "50 20", "T3": "50 20"})))


def test_what_is_not_verified_is_named():
    assert len(Mrecist.unverified) == 4


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_and_lesions_changes_nothing(course_of, seed):
    new = {"L1": ". 6 9 17", "L2": ". . 4 5"}
    targets = {"T1": "50 30 NE 20", "T2": "40 20 10 0", "T3n": "25 22 20 18"}
    table = viable(THREE, targets, {"N1": "P P P A"}, new, organs={"T3n": "porta hepatis"})
    shuffled = table.sample(frac=1, random_state=seed)
    assert repr(MRECIST(course_of(shuffled)).points) == repr(MRECIST(course_of(table)).points)
