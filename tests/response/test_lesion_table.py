"""Bad lesion tables: each is refused with patient, visit and column, or the criteria say NE with the reason."""

import io
from datetime import date

import pandas as pd
import pytest

from lesion_notation import rows
from radici.core.errors import LesionError
from radici.response.criteria import Recist11
from radici.response.lesions import courses, lesion_table

HEAD = "patient,lesion,role,organ,visit,day,longest_mm,state\n"
GOOD = HEAD + "P1,T1,target,lung,baseline,0,30,\nP1,T1,target,lung,week 6,42,28,\n"


def table(text):
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def read(text, **more):
    return courses(lesion_table(table(text), "lesions.csv"), "lesions.csv", **more)


def test_a_good_table_is_read():
    (course,) = read(GOOD)
    assert [visit.day for visit in course.after] == [42]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",28,", ",-28,", r"Patient P1, visit week 6, lesion T1 .*column 'longest_mm': .* from 0 on .* -28"),
        (",28,", ",large,", r"Patient P1, visit week 6, lesion T1 .*column 'longest_mm': a number .* 'large'"),
        (",28,", ',"28,5",', r"column 'longest_mm': a number is expected, found '28,5'"),
        (",28,", ",,", r"Patient P1, visit week 6, lesion T1 .*column 'state': neither a measurement nor a state"),
        (",28,", ",,vanished", r"column 'state': one of absent.* found 'vanished'"),
        (",28,", ",28,absent", r"column 'state': the lesion is called absent, but has a length"),
        (",28,", ",0,present", r"column 'state': the lesion is called seen, but has a length of 0"),
        (",28,", ",0,too small", r"column 'state': the lesion is called seen, but has a length of 0"),
        (",42,", ",1e999,", r"Patient P1, visit week 6.*column 'day': a whole number of days is expected"),
        (",42,", ",99999999999999999999,", r"Patient P1, visit week 6.*column 'day': days since the start"),
        (",42,", ",0,", r"Patient P1, column 'visit': 'baseline' and 'week 6' are both on day 0"),
        (
            ",0,30,",
            ",-30,30,\nP1,T1,target,lung,rescan,-5,30,",
            r"Patient P1, visit rescan \(day -5\): after the baseline",
        ),
        (",28,", ",2800,", r"column 'longest_mm': 2800 mm is longer than any lesion"),
        ("target,lung,week", "goal,lung,week", r"column 'role': one of new, non-target, target .* 'goal'"),
        ("target,lung,week", "non-target,lung,week", r"column 'role': 'non-target' here, 'target' before"),
        ("target,lung,week", "new,lung,week", r"column 'role': 'new' here, 'target' before"),
        ("target,lung,week", "target,liver,week", r"column 'organ': 'liver' here, 'lung' before"),
        ("P1,T1,target,lung,week", ",T1,target,lung,week", r"column 'patient': a name is expected"),
        (",42,", ",forty,", r"column 'day': a whole number of days is expected, found 'forty'"),
        ("week 6", "baseline", r"Patient P1, visit baseline.*column 'visit': two baselines, 42 days apart"),
        ("week 6", "screening", r"Patient P1, column 'visit': two baselines, 'baseline' \(day 0\) and 'screening'"),
    ],
)
def test_wrong_cells_are_named(old, new, words):
    assert old in GOOD
    with pytest.raises(LesionError, match=words):
        read(GOOD.replace(old, new, 1))


def test_a_lesion_twice_at_a_visit_is_refused():
    with pytest.raises(LesionError, match=r"Patient P1, visit week 6, lesion T1 .*two rows for this visit"):
        read(GOOD + "P1,T1,target,lung,week 6,42,29,\n")


def test_visits_out_of_order_are_refused():
    text = (
        GOOD.replace("visit,", "visit,visit_number,")
        .replace("baseline,", "baseline,1,")
        .replace("week 6,", "week 6,3,")
    )
    with pytest.raises(LesionError, match=r"Patient P1, visit week 12.*column 'visit_number': an earlier day"):
        read(text + "P1,T1,target,lung,week 12,4,20,27,\n")


def test_a_target_that_is_not_at_baseline_is_refused():
    with pytest.raises(LesionError, match=r"visit week 6, lesion T2, column 'role': called target, but not among"):
        read(GOOD + "P1,T2,target,liver,week 6,42,29,\n")


def test_a_new_lesion_at_baseline_is_refused():
    with pytest.raises(LesionError, match=r"visit baseline, lesion N1, column 'role': a lesion at baseline"):
        read(GOOD + "P1,N1,new,liver,baseline,0,12,\n")


def test_every_wrong_cell_is_told_at_once():
    with pytest.raises(LesionError, match="2 cells need a correction"):
        read(GOOD.replace(",30,", ",-1,").replace(",28,", ",x,"))


def test_a_length_without_a_unit_is_refused():
    with pytest.raises(LesionError, match="column 'longest': the unit must be in the name"):
        read(GOOD.replace("longest_mm", "longest"))


def test_centimetres_are_read_where_the_column_says_so():
    (course,) = read(GOOD.replace("longest_mm", "longest_cm").replace(",30,", ",3.0,").replace(",28,", ",2.8,"))
    assert course.targets[0].longest == 30_000


def test_a_sum_that_jumps_tenfold_is_asked_about():
    with pytest.raises(
        LesionError, match=r"(?s)in cm\?.*Patient P1, visit week 6.*sum to 280.0 mm, after 30.0 mm"
    ) as found:
        read(GOOD.replace(",28,", ",280,"))
    assert "--accept-sizes" in str(found.value)


def test_two_lesions_that_both_fall_tenfold_are_asked_about():
    text = GOOD.replace(",28,", ",2.8,") + "P1,T2,target,liver,baseline,0,20,\nP1,T2,target,liver,week 6,42,2.1,\n"
    with pytest.raises(LesionError, match="tenfold"):
        read(text)


def test_a_deep_response_of_one_lesion_is_not_asked_about():
    assert read(GOOD.replace(",28,", ",3,"))


def test_a_jump_can_be_confirmed():
    assert read(GOOD.replace(",28,", ",280,"), accept_sizes=["P1"])


def test_dates_in_two_formats_are_refused():
    text = "patient,lesion,role,date,longest_mm\nP1,T1,target,2024-01-10,30\nP1,T1,target,21/02/2024,28\n"
    with pytest.raises(LesionError, match=r"Patient P1, visit 21/02/2024.*column 'date': .*written in one way"):
        read(text)


def test_a_partial_date_is_refused():
    text = "patient,lesion,role,date,longest_mm\nP1,T1,target,2024-01-10,30\nP1,T1,target,2024-02,28\n"
    with pytest.raises(LesionError, match=r"column 'date': .*Write whole dates"):
        read(text)


def test_day_zero_is_the_baseline_without_a_start():
    text = "patient,lesion,role,date,longest_mm\nP1,T1,target,2024-01-10,30\nP1,T1,target,2024-02-21,28\n"
    (course,) = read(text)
    assert (course.zero, course.after[0].day) == ("baseline", 42)


def test_day_zero_is_the_start_of_treatment_where_it_is_given():
    text = "patient,lesion,role,start,date,longest_mm\n"
    text += "P1,T1,target,2024-01-20,2024-01-10,30\nP1,T1,target,2024-01-20,2024-03-02,28\n"
    (course,) = read(text)
    assert (course.baseline.day, course.after[0].day) == (-10, 42)


def test_scans_before_the_baseline_are_kept_apart():
    text = HEAD + "P1,T1,target,lung,,-70,20,\nP1,T1,target,lung,,-5,30,\nP1,T1,target,lung,,42,28,\n"
    (course,) = read(text)
    assert ([v.day for v in course.before], course.baseline.day, [v.day for v in course.after]) == ([-70], -5, [42])


def test_a_missing_column_is_named_with_a_hint():
    with pytest.raises(LesionError, match=r"has no column 'patient'\. Did you mean 'patients'"):
        read(GOOD.replace("patient,", "patients,", 1))


def test_an_unknown_reader_is_named():
    with pytest.raises(LesionError, match=r"no rows of reader 'R9'\. Known: R1"):
        read(GOOD.replace("patient,", "reader,patient,").replace("P1,", "R1,P1,"), reader="R9")


def test_numbers_in_a_frame_are_read_like_texts():
    frame = rows([42], {"T1": "30 28"}).replace("", None).astype({"diameter_mm": float, "day": int})
    (course,) = courses(lesion_table(frame))
    assert course.targets[0].longest == 30_000


def test_a_target_never_measured_again_is_not_evaluable_with_the_reason():
    text = GOOD + "P1,T2,target,liver,baseline,0,20,\n"
    (course,) = read(text)
    (point,) = Recist11()(course).points
    assert (point.category, point.why) == ("NE", "1 of 2 target lesions not measured (T2)")


def test_labels_left_out_of_merged_cells_are_not_taken_for_a_visit_of_its_own():
    merged = "P1,T2,target,liver,baseline,0,20,\nP1,T2,target,liver,,42,20,\n"
    with pytest.raises(LesionError, match=r"Patient P1, column 'visit': 'week 6' and '42' are both on day 42"):
        read(GOOD + merged)


def test_a_table_without_rows_is_refused():
    with pytest.raises(LesionError, match=r"lesions.csv has no rows"):
        read(HEAD)


def test_a_column_given_twice_is_refused():
    twice = table(GOOD)
    with pytest.raises(LesionError, match=r"'longest_mm' and another column both mean 'longest'"):
        lesion_table(pd.concat([twice, twice[["longest_mm"]]], axis=1))


def test_a_number_beyond_any_measurement_names_the_patient():
    with pytest.raises(LesionError, match=r"Patient P1, visit baseline.*column 'sul_peak': 1e\+300 is beyond"):
        lesion_table(table(GOOD).assign(sul_peak="1e300"))


def test_a_tumour_that_is_there_without_anything_viable_is_read():
    viable = table(GOOD).rename(columns={"longest_mm": "viable_mm"}).replace({"28": "0"})
    assert lesion_table(viable.assign(state=["", "present"]))["viable"].tolist() == [30, 0]


def test_a_start_that_differs_from_that_of_the_follow_up_table_is_refused():
    dated = rows([42], {"T1": "50 50"}).drop(columns="day")
    dated = dated.assign(date=["2024-01-01", "2024-02-12"], start="2024-01-01")
    with pytest.raises(LesionError, match=r"column 'start': another start than in the follow-up table"):
        lesion_table(dated, starts={"P1": date(2024, 2, 1)})


def test_targets_that_are_all_tiny_are_asked_about():
    with pytest.raises(
        LesionError, match=r"(?s)in cm\?.*Patient P1, visit baseline, .*its only target measures 3.0 mm"
    ):
        read(GOOD.replace(",30,", ",3,").replace(",28,", ",2.8,"))


def test_the_first_scan_is_no_baseline_where_treatment_has_begun():
    with pytest.raises(LesionError, match=r"Patient P1, column 'visit': no scan up to day 0 .* first is on day 28"):
        read(GOOD.replace("baseline,0", "week 4,28"))


def test_a_target_absent_at_baseline_is_refused():
    with pytest.raises(LesionError, match=r"visit baseline, lesion T1, column 'role': a target that is absent"):
        read(GOOD.replace(",30,", ",0,"))


def test_a_short_axis_longer_than_the_longest_diameter_is_refused():
    text = GOOD.replace("state\n", "state,short_axis_mm\n").replace("30,\n", "30,,31\n").replace("28,\n", "28,,20\n")
    with pytest.raises(LesionError, match=r"visit baseline.*column 'short_axis': longer than the longest diameter"):
        read(text)


@pytest.mark.parametrize("organ", ["Lymphknoten", "retroperitoneal lymphadenopathy", "axillary LN", "lymph node"])
def test_lymph_nodes_are_known_by_name(organ):
    table_ = table(GOOD.replace("lung", organ).replace("longest_mm", "diameter_mm"))
    assert lesion_table(table_)["node"].all()


@pytest.mark.parametrize("organ", ["hilar", "mediastinum", "axilla left", "lymphoma"])
def test_an_organ_that_may_be_a_node_is_asked_about(organ):
    with pytest.raises(LesionError, match=r"column 'organ': .* may be a lymph node.* column `node`"):
        read(GOOD.replace("lung", organ))


def test_a_table_without_any_size_says_which_columns_were_not_used():
    with pytest.raises(LesionError, match=r"(?s)no column of sizes.*`longest_mm`.*Not used: Groesse"):
        read(GOOD.replace("longest_mm", "Groesse").replace(",state", ",Anmerkung"))


@pytest.mark.parametrize(
    ("cell", "cure"),
    [("NE", "column `state`"), ("<5", "`too small`"), ('"2,8"', "decimal point"), ("28 mm", "the number alone")],
)
def test_a_text_among_numbers_comes_with_what_to_write(cell, cure):
    with pytest.raises(LesionError, match=cure):
        read(GOOD.replace(",28,", f",{cell},"))


def test_dates_in_another_order_are_told_once():
    text = "patient,lesion,role,date,longest_mm\n" + "".join(f"P{i},T1,target,{i + 12}.01.2023,30\n" for i in range(9))
    with pytest.raises(
        LesionError, match=r"9 of 9 different dates are written as day/month/year. Say `--dates dmy`"
    ) as f:
        read(text)
    assert len(str(f.value).splitlines()) == 2


def test_an_organ_is_the_same_in_capitals():
    (course,) = read(GOOD.replace("lung,week", "Lung,week"))
    assert course.targets[0].organ == "lung"
