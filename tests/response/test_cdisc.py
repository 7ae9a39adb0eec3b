"""CDISC tables into the plain lesion table, and supplied calls beside ours.

Rules: SDTM Implementation Guide (TU, TR, RS) and CDISC's RECIST 1.1 disease response supplement, whose examples give a
target too small to measure (TRORRES TOO SMALL TO MEASURE, TRSTRESN 5), a new lesion of 4 mm, nodes with LPERP and
LNSTATE, and scans NOT DONE without a date.
"""

import pandas as pd
import pytest

from radici.core.errors import LesionError
from radici.response.criteria import Recist11
from radici.response.lesions import courses, lesion_table
from radici.response.lesions.cdisc import compare, is_cdisc, lesions_from_cdisc, responses_from_cdisc


def row(lesion="T01", test="LDIAM", value="20", visit=1, **more):
    """One row of TR; visits are 6 weeks apart and the first is a week before the start."""
    number = value.replace(".", "", 1).isdigit()
    day = -7 if visit == 1 else 42 * (visit - 1) + 1
    return {
        "USUBJID": "S1", "TRLNKID": lesion, "TRGRPID": "TARGET", "TRTESTCD": test, "TRORRES": value, "TRSTRESC": value,
        "TRSTRESN": value if number else "", "TRSTRESU": "mm" if number else "", "TRSTAT": "", "TRREASND": "",
        "VISITNUM": str(visit), "VISIT": "SCREENING" if visit == 1 else f"WEEK {6 * (visit - 1)}", "TRDY": str(day),
    } | more  # fmt: skip


def tr(*rows):
    return pd.DataFrame(rows).fillna("")


def tu(*tumours):
    return pd.DataFrame([{"USUBJID": "S1", "TUTESTCD": "TUMIDENT"} | one for one in tumours]).fillna("")


def undone(lesion, visit, **more):
    return row(lesion, value="", visit=visit, TRSTAT="NOT DONE", TRREASND="SCAN NOT PERFORMED", **more)


LUNG = {"TULNKID": "T01", "TUSTRESC": "TARGET", "TULOC": "LUNG"}
NODE = {"TULNKID": "T02", "TUSTRESC": "TARGET", "TULOC": "LYMPH NODE"}


def cell(table, column, lesion="T01"):
    found = table[table["lesion"] == lesion]
    return found[column].iloc[-1]


def categories(table):
    return [point.category for course in courses(lesion_table(table)) for point in Recist11()(course).points]


def test_a_table_of_tests_is_cdisc():
    assert is_cdisc(tr(row()))


def test_a_plain_lesion_table_is_not_cdisc():
    assert not is_cdisc(pd.DataFrame({"patient": ["S1"], "lesion": ["T01"]}))


@pytest.mark.parametrize(("study_day", "day"), [("1", "0"), ("43", "42"), ("-1", "-1"), ("-28", "-28")])
def test_study_day_1_is_the_day_of_the_start(study_day, day):
    assert cell(lesions_from_cdisc(tr(row(TRDY=study_day))), "day") == day


def test_study_day_0_is_refused():
    with pytest.raises(LesionError, match=r"Patient S1, visit SCREENING, lesion T01.*'TRDY': there is no study day 0"):
        lesions_from_cdisc(tr(row(TRDY="0")))


def test_a_date_without_its_study_day_is_refused():
    with pytest.raises(LesionError, match=r"'TRDY': no study day, but the date '2014-02'"):
        lesions_from_cdisc(tr(row(), row(visit=2, TRDY="", TRDTC="2014-02")))


def test_dates_are_taken_where_there_are_no_study_days():
    table = lesions_from_cdisc(tr(row(TRDY="", TRDTC="2014-01-02T10:30")))
    assert cell(table, "date") == "2014-01-02T10:30"


# As visit 3 of the first subject of pharmaversesdtm's tr_onco_recist has it.
def test_a_partial_date_is_refused_with_what_to_do():
    texts = lesions_from_cdisc(tr(row(TRDY="", TRDTC="2014-01-02"), row(visit=2, TRDY="", TRDTC="2014-02")))
    with pytest.raises(LesionError, match=r"Patient S1, visit WEEK 6.*found '2014-02'. Write whole dates."):
        lesion_table(texts)


def test_neither_dates_nor_study_days_are_refused():
    with pytest.raises(LesionError, match=r"neither dates in 'TRDTC' nor study days in 'TRDY'"):
        lesions_from_cdisc(tr(row(TRDY="")))


def test_the_start_is_taken_where_the_table_has_it():
    texts = lesions_from_cdisc(tr(row(TRDY="", TRDTC="2014-02-13", RFSTDTC="2014-01-02")))
    assert list(lesion_table(texts)["day"]) == [42]


def test_centimetres_become_millimetres_exactly():
    assert cell(lesions_from_cdisc(tr(row(value="2.3", TRSTRESU="cm"))), "longest_mm") == "23"


def test_volume_is_in_millilitres():
    table = lesions_from_cdisc(tr(row(), row(test="VOLUME", value="1500", TRSTRESU="mm3")))
    assert cell(table, "volume_ml") == "1.5"


def test_a_length_without_unit_is_refused():
    with pytest.raises(LesionError, match=r"'TRSTRESU': the unit must be one of mm, cm, found ''. No unit is guessed"):
        lesions_from_cdisc(tr(row(TRSTRESU="")))


def test_an_unknown_unit_is_refused():
    with pytest.raises(LesionError, match=r"found 'in'"):
        lesions_from_cdisc(tr(row(TRSTRESU="in")))


def test_a_result_that_is_no_number_is_refused():
    with pytest.raises(LesionError, match=r"'TRSTRESN': a number is expected, found 'TWENTY'"):
        lesions_from_cdisc(tr(row(value="TWENTY")))


def test_both_spellings_of_the_link_are_read():
    old = tr(row()).rename(columns={"TRLNKID": "TRLINKID"})
    assert cell(lesions_from_cdisc(old), "longest_mm") == "20"


def test_a_link_spelled_twice_is_refused():
    with pytest.raises(LesionError, match=r"a link is spelled both ways"):
        lesions_from_cdisc(tr(row(TRLINKID="T01")))


def test_a_missing_column_is_named():
    with pytest.raises(LesionError, match=r"TR has no column 'TRTESTCD'"):
        lesions_from_cdisc(tr(row()).drop(columns="TRTESTCD"))


def test_role_comes_from_tu():
    table = lesions_from_cdisc(tr(row(TRGRPID="")), tu(LUNG))
    assert cell(table, "role") == "target"


def test_organ_comes_from_tu():
    assert cell(lesions_from_cdisc(tr(row()), tu(LUNG)), "organ") == "LUNG"


def test_role_is_the_group_without_tu():
    assert cell(lesions_from_cdisc(tr(row("NT1", "TUMSTATE", "PRESENT", TRGRPID="NON-TARGET"))), "role",
                "NT1") == "non-target"  # fmt: skip


def test_a_group_that_is_no_role_is_refused():
    with pytest.raises(LesionError, match=r"'TRGRPID': TARGET, NON-TARGET or NEW is expected, found 'A'"):
        lesions_from_cdisc(tr(row(TRGRPID="A")))


def test_a_tumour_that_tu_does_not_know_is_refused():
    with pytest.raises(LesionError, match=r"lesion T09.*'TRLNKID': no such tumour of this patient and reader in TU"):
        lesions_from_cdisc(tr(row("T09")), tu(LUNG))


def test_a_tumour_with_two_roles_is_refused():
    with pytest.raises(LesionError, match=r"'TULNKID': the tumour has another role or place"):
        lesions_from_cdisc(tr(row()), tu(LUNG, LUNG | {"TUSTRESC": "NON-TARGET"}))


def test_a_split_tumour_is_refused_with_what_to_do():
    part = {"TULNKID": "T01.1", "TUSTRESC": "TARGET", "TULOC": "LUNG", "TUTESTCD": "TUSPLIT"}
    with pytest.raises(LesionError, match=r"lesion T01.1.*'TUTESTCD': a tumour that split or merged"):
        lesions_from_cdisc(tr(row()), tu(LUNG, part))


def test_a_node_by_its_place_is_measured_by_its_short_axis():
    both = tr(row("T02", "LDIAM", "30"), row("T02", "LPERP", "18"))
    (course,) = courses(lesion_table(lesions_from_cdisc(both, tu(NODE))))
    assert Recist11()(course).baseline == 18_000


def test_another_organ_is_measured_by_its_longest_diameter():
    both = tr(row("T01", "LDIAM", "30"), row("T01", "LPERP", "18"))
    (course,) = courses(lesion_table(lesions_from_cdisc(both, tu(LUNG))))
    assert Recist11()(course).baseline == 30_000


def test_one_diameter_for_both_is_split_by_the_organ():
    table = lesions_from_cdisc(tr(row("T02", "DIAMETER", "18")), tu(NODE))
    assert lesion_table(table)["short_axis"].iloc[0] == 18


@pytest.mark.parametrize(("test", "node"), [("LDIAM", "no"), ("LPERP", "yes"), ("SAXIS", "yes")])
def test_without_tu_the_test_tells_a_node(test, node):
    assert cell(lesions_from_cdisc(tr(row(test=test))), "node") == node


def test_without_tu_two_diameters_do_not_tell_a_node():
    with pytest.raises(LesionError, match=r"LDIAM, LPERP do not tell whether this is a lymph node. Give TU"):
        lesions_from_cdisc(tr(row(), row(test="LPERP", value="15")))


def test_a_measured_node_called_pathological_has_its_length_only():
    rows = tr(row("T02", "LPERP", "18"), row("T02", "LNSTATE", "PATHOLOGICAL"))
    assert lesion_table(lesions_from_cdisc(rows, tu(NODE)))["state"].iloc[0] == "measured"


def test_a_node_below_10_mm_called_non_pathological_keeps_its_length():
    rows = tr(row("T02", "LPERP", "18"), row("T02", "LPERP", "7", 2), row("T02", "LNSTATE", "NON-PATHOLOGICAL", 2))
    assert categories(lesions_from_cdisc(rows, tu(NODE))) == ["CR"]


def test_too_small_to_measure_counts_the_5_mm_that_were_given():
    small = row(value="5", visit=2, TRORRES="TOO SMALL TO MEASURE")
    table = lesion_table(lesions_from_cdisc(tr(row(), small)))
    assert (table["state"].iloc[1], table["longest"].iloc[1]) == ("too small", 5)


def test_too_small_to_measure_without_number_is_known_as_such():
    table = lesion_table(lesions_from_cdisc(tr(row(), row(value="TOO SMALL TO MEASURE", visit=2))))
    assert table["state"].iloc[1] == "too small"


def test_a_measured_4_mm_stays_4():
    assert cell(lesions_from_cdisc(tr(row(), row(value="4", visit=2))), "longest_mm") == "4"


def test_not_done_is_not_evaluable():
    table = lesions_from_cdisc(tr(row(), undone("T01", 2)))
    assert cell(table, "state") == "not evaluable"


def test_not_done_keeps_its_reason():
    assert cell(lesions_from_cdisc(tr(row(), undone("T01", 2))), "reason") == "SCAN NOT PERFORMED"


def test_a_lesion_not_done_makes_the_visit_not_evaluable():
    rows = tr(row(), row("T03", value="30"), row(value="18", visit=2), undone("T03", 2, TRDY=""))
    assert categories(lesions_from_cdisc(rows)) == ["NE"]


def test_a_lesion_not_done_takes_the_day_of_its_visit():
    rows = tr(row(), row("T03", value="30"), row(value="18", visit=2), undone("T03", 2, TRDY=""))
    assert cell(lesions_from_cdisc(rows), "day", "T03") == "42"


def test_a_visit_that_was_not_done_at_all_is_no_visit():
    rows = tr(row(), undone("T01", 2, TRDY=""), row(value="18", visit=3))
    assert list(lesions_from_cdisc(rows)["visit"]) == ["SCREENING", "WEEK 12"]


def test_an_axis_not_done_leaves_the_diameter():
    rows = tr(row(), row(test="LPERP", value="", TRSTAT="NOT DONE"))
    assert cell(lesions_from_cdisc(rows, tu(LUNG)), "state") == ""


def test_not_done_with_a_result_is_refused():
    with pytest.raises(LesionError, match=r"'TRSTAT': NOT DONE, but there is a result"):
        lesions_from_cdisc(tr(row(TRSTAT="NOT DONE")))


def test_another_status_is_refused():
    with pytest.raises(LesionError, match=r"'TRSTAT': nothing or NOT DONE is expected, found 'DONE'"):
        lesions_from_cdisc(tr(row(TRSTAT="DONE")))


@pytest.mark.parametrize("word", ["UNEQUIVOCAL PROGRESSION", "UNEQUIVOCAL INCREASE", "UNEQUIVOCAL"])
def test_unequivocal_progression_of_a_nontarget_is_progression(word):
    other = {"TRGRPID": "NON-TARGET"}
    rows = tr(row(), row("NT1", "TUMSTATE", "PRESENT", **other), row(value="20", visit=2),
              row("NT1", "TUMSTATE", word, 2, **other))  # fmt: skip
    assert categories(lesions_from_cdisc(rows)) == ["PD"]


@pytest.mark.parametrize("word", ["PRESENT", "UNEQUIVOCAL"])
def test_a_new_lesion_is_progression(word):
    rows = tr(row(), row(visit=2), row("NEW01", "TUMSTATE", word, 2, TRGRPID="NEW"))
    assert categories(lesions_from_cdisc(rows)) == ["PD"]


def test_an_unknown_state_is_refused():
    with pytest.raises(LesionError, match=r"'TRSTRESC': a state such as PRESENT.*found 'PERHAPS'"):
        lesions_from_cdisc(tr(row(test="TUMSTATE", value="PERHAPS")))


def test_sums_without_a_link_are_left_out():
    assert len(lesions_from_cdisc(tr(row(), row("", "SUMDIAM", "20")))) == 1


def test_a_measurement_without_a_link_is_refused():
    with pytest.raises(LesionError, match=r"'TRLNKID': the link to the tumour is missing"):
        lesions_from_cdisc(tr(row(), row("", "LDIAM", "20")))


def test_a_lesion_with_no_known_test_is_refused():
    with pytest.raises(LesionError, match=r"'TRTESTCD': one of LDIAM.*found LONGEST"):
        lesions_from_cdisc(tr(row(), row("T03", "LONGEST", "20")))


def test_other_tests_beside_a_known_one_are_left_out():
    assert len(lesions_from_cdisc(tr(row(), row(test="DENSITY", value="40")))) == 1


def test_two_results_of_one_test_are_refused():
    with pytest.raises(LesionError, match=r"'TRTESTCD': LDIAM differs from another row of this lesion and visit"):
        lesions_from_cdisc(tr(row(), row(value="21")))


def test_a_row_that_is_there_twice_is_refused():
    with pytest.raises(LesionError, match=r"'TRTESTCD': a second LDIAM of this lesion at this visit"):
        lesions_from_cdisc(tr(row(), row()))


def test_two_tests_of_one_axis_that_agree_are_one():
    rows = tr(row("T02", "LPERP", "18"), row("T02", "SAXIS", "18"))
    assert list(lesions_from_cdisc(rows, tu(NODE))["short_axis_mm"]) == ["18"]


def test_two_tests_of_one_axis_that_differ_are_refused():
    with pytest.raises(LesionError, match=r"'TRTESTCD': SAXIS differs from another row"):
        lesions_from_cdisc(tr(row("T02", "LPERP", "18"), row("T02", "SAXIS", "17")), tu(NODE))


def test_one_of_two_tests_of_an_axis_may_be_undone():
    rows = tr(row("T02", "LPERP", "", TRSTAT="NOT DONE"), row("T02", "SAXIS", "17"))
    assert list(lesions_from_cdisc(rows, tu(NODE))["short_axis_mm"]) == ["17"]


def test_unscheduled_visits_of_one_name_are_two_visits():
    rows = [row(visit=1), *(row(visit=2, VISIT="UNSCHEDULED", VISITNUM=number, TRDY=day)
            for number, day in (("2.1", "50"), ("2.2", "90")))]  # fmt: skip
    assert list(lesions_from_cdisc(tr(*rows))["visit"]) == ["SCREENING", "UNSCHEDULED 2.1", "UNSCHEDULED 2.2"]


def test_visits_without_a_name_are_told_apart_by_their_number():
    rows = tr(row(VISIT=""), row(VISIT="", visit=2, value="10"))
    assert categories(lesions_from_cdisc(rows)) == ["PR"]


def test_visits_without_name_and_number_are_told_apart_by_their_day():
    rows = tr(row(), row(visit=2, value="10")).drop(columns=["VISIT", "VISITNUM"])
    assert categories(lesions_from_cdisc(rows)) == ["PR"]


def test_lines_of_the_source_are_kept():
    assert list(lesions_from_cdisc(tr(row(), row(test="VOLUME", value="9", TRSTRESU="mL"), row(visit=2))).index) == [
        0,
        2,
    ]


INDEPENDENT = {"TREVAL": "INDEPENDENT ASSESSOR"}


@pytest.fixture
def three_reads():
    return tr(
        row(TREVAL="INVESTIGATOR"),
        row(value="22", TREVALID="RADIOLOGIST 1", TRACPTFL="Y", **INDEPENDENT),
        row(value="24", TREVALID="RADIOLOGIST 2", **INDEPENDENT),
    )


def test_each_evaluator_is_a_reader(three_reads):
    assert list(lesions_from_cdisc(three_reads)["reader"]) == ["INVESTIGATOR", "RADIOLOGIST 1", "RADIOLOGIST 2"]


def test_nobody_named_is_the_investigator():
    assert list(lesions_from_cdisc(tr(row()))["reader"]) == ["INVESTIGATOR"]


@pytest.mark.parametrize(("evaluator", "lengths"), [("INVESTIGATOR", ["20"]), ("INDEPENDENT ASSESSOR", ["22", "24"]),
                                                    ("RADIOLOGIST 2", ["24"])])  # fmt: skip
def test_an_evaluator_or_an_assessor_can_be_chosen(three_reads, evaluator, lengths):
    assert list(lesions_from_cdisc(three_reads, evaluator=evaluator)["longest_mm"]) == lengths


def test_an_unknown_evaluator_is_refused(three_reads):
    with pytest.raises(LesionError, match=r"nothing was read by 'RADIOLOGIST 3'. Did you mean 'RADIOLOGIST"):
        lesions_from_cdisc(three_reads, evaluator="RADIOLOGIST 3")


def test_an_accepted_read_is_adjudicated(three_reads):
    assert list(lesions_from_cdisc(three_reads)["adjudicated"]) == ["", "yes", ""]


def test_an_assessor_of_two_evaluators_is_refused(three_reads):
    three_reads["TREVALID"] = "READER 1"
    with pytest.raises(LesionError, match=r"assessor 'READER 1' has rows of several evaluators"):
        lesions_from_cdisc(three_reads)


def test_tu_by_reader_is_joined_by_reader(three_reads):
    liver = LUNG | {"TULOC": "LIVER", "TUEVAL": "INDEPENDENT ASSESSOR"}
    tumours = tu(LUNG | {"TUEVAL": "INVESTIGATOR"}, *(liver | {"TUEVALID": f"RADIOLOGIST {i}"} for i in (1, 2)))
    assert list(lesions_from_cdisc(three_reads, tumours)["organ"]) == ["LUNG", "LIVER", "LIVER"]


def test_tu_without_readers_serves_all(three_reads):
    assert list(lesions_from_cdisc(three_reads, tu(LUNG))["organ"]) == ["LUNG"] * 3


def call(value="SD", visit=2, test="OVRLRESP", **more):
    return {
        "USUBJID": "S1", "RSTESTCD": test, "RSSTRESC": value, "RSCAT": "RECIST 1.1", "VISIT": f"WEEK {6 * (visit - 1)}",
        "VISITNUM": str(visit), "RSDY": str(42 * (visit - 1) + 1),
    } | more  # fmt: skip


def rs(*rows):
    return pd.DataFrame(rows).fillna("")


def test_calls_of_a_visit_are_one_row():
    rows = rs(call("PR"), call("PR", test="TRGRESP"), call("NE", test="NTRGRESP"), call("N", test="NEWLIND"))
    found = responses_from_cdisc(rows)
    assert found[["OVRLRESP", "TRGRESP", "NTRGRESP", "NEWLIND"]].to_numpy().tolist() == [["PR", "PR", "NE", "N"]]


def test_days_of_calls_count_from_0():
    assert list(responses_from_cdisc(rs(call()))["day"]) == [42]


def test_days_are_missing_where_only_dates_are_given():
    found = responses_from_cdisc(rs(call(RSDY="", RSDTC="2014-02-13")))
    assert (found["date"].iloc[0], bool(found["day"].isna().iloc[0])) == ("2014-02-13", True)


def test_two_criteria_must_be_chosen_from():
    with pytest.raises(LesionError, match=r"found RECIST 1.1, iRECIST. Name one with `category`"):
        responses_from_cdisc(rs(call(), call("iSD", RSCAT="iRECIST")))


def test_a_criterion_can_be_chosen():
    found = responses_from_cdisc(rs(call(), call("iSD", RSCAT="iRECIST")), category="iRECIST")
    assert list(found["OVRLRESP"]) == ["iSD"]


def test_two_overall_responses_of_a_visit_are_refused():
    with pytest.raises(LesionError, match=r"Patient S1, visit WEEK 6.*a second OVRLRESP of this visit"):
        responses_from_cdisc(rs(call(), call("PR")))


def test_no_overall_response_is_refused():
    with pytest.raises(LesionError, match=r"no OVRLRESP"):
        responses_from_cdisc(rs(call("BEST", test="BESTRESP")))


@pytest.fixture
def ours():
    texts = lesions_from_cdisc(tr(row(), row(value="14", visit=2), row(value="20", visit=3)))
    return [Recist11()(course) for course in courses(lesion_table(texts))]


def test_equal_calls_are_no_difference(ours):
    assert compare(ours, responses_from_cdisc(rs(call("PR"), call("PD", 3)))).empty


def test_another_call_is_told_with_our_reason(ours):
    (found,) = compare(ours, responses_from_cdisc(rs(call("SD"), call("PD", 3)))).to_dict("records")
    assert (found["visit"], found["supplied"], found["ours"], "-30.0 % from baseline" in found["why"]) == (
        "WEEK 6", "SD", "PR", True,
    )  # fmt: skip


def test_spelling_is_no_difference():
    other = {"TRGRPID": "NON-TARGET"}
    texts = lesions_from_cdisc(tr(*(row("NT1", "TUMSTATE", "PRESENT", visit, **other) for visit in (1, 2))))
    lines = [Recist11()(course) for course in courses(lesion_table(texts))]
    assert compare(lines, responses_from_cdisc(rs(call("Non-CR / Non-PD")))).empty


def test_a_visit_of_another_name_is_found_by_its_day(ours):
    assert compare(ours, responses_from_cdisc(rs(call("PR", VISIT="CYCLE 3")))).empty


def test_a_supplied_visit_without_lesions_is_told(ours):
    (found,) = compare(ours, responses_from_cdisc(rs(call("NE", 9)))).to_dict("records")
    assert (found["ours"], found["why"]) == ("", "no visit of that name or day after baseline")


def test_a_supplied_patient_without_lesions_is_told(ours):
    (found,) = compare(ours, responses_from_cdisc(rs(call("SD", USUBJID="S2")))).to_dict("records")
    assert found["why"] == "no lesions of this patient and reader"


def test_a_call_at_baseline_is_not_compared(ours):
    assert compare(ours, responses_from_cdisc(rs(call("NED", VISIT="SCREENING", VISITNUM="1", RSDY="-7")))).empty


def test_readers_are_compared_with_themselves(three_reads):
    later = [row(value=value, visit=2, **by) for value, by in (
        ("20", {"TREVAL": "INVESTIGATOR"}), ("10", {"TREVALID": "RADIOLOGIST 1"} | INDEPENDENT),
        ("24", {"TREVALID": "RADIOLOGIST 2"} | INDEPENDENT))]  # fmt: skip
    lines = [
        Recist11()(course) for course in courses(lesion_table(lesions_from_cdisc(pd.concat([three_reads, tr(*later)]))))
    ]
    calls = rs(call("SD", RSEVAL="INVESTIGATOR"), call("SD", RSEVAL="INDEPENDENT ASSESSOR", RSEVALID="RADIOLOGIST 1"))
    assert list(compare(lines, responses_from_cdisc(calls))["reader"]) == ["RADIOLOGIST 1"]


def test_two_criteria_at_once_are_refused(ours):
    with pytest.raises(LesionError, match=r"two timelines"):
        compare([*ours, *ours], responses_from_cdisc(rs(call())))
