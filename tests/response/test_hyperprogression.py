"""Every published rule of hyperprogression on numbers worked out by hand."""

import math

import pandas as pd
import pytest

from radici.core.errors import InputError, UnknownName
from radici.response.growth import HYPERPROGRESSION_RULES, Limits, Pace, agreement, hyperprogression

MONTH = 30.4375
MAIN = ("champiat", "saada_bouzid", "kato", "ferrara", "lo_russo", "matos", "kas")


def patient(pre=100, baseline=110, first=150, months=(2, 2), **more):
    """Three scans, `months` apart, baseline on the day of the first dose."""
    scans = {"pre_mm": pre, "pre_day": -months[0] * MONTH} if pre is not None else {}
    if first is not None:
        scans |= {"first_mm": first, "first_day": months[1] * MONTH}
    return Pace(**{"patient": "P1", "baseline_mm": baseline, "baseline_day": 0, "progression": True, **scans, **more})


def answer(rule, pace, limits=None):
    return HYPERPROGRESSION_RULES[rule](pace, limits).answer


def why(rule, pace, limits=None):
    return HYPERPROGRESSION_RULES[rule](pace, limits).why


# Computed from the published formulas; sums pre, baseline, first; months before, on treatment.
VECTORS = {
    "faster": ((100, 110, 150), (2, 2)),
    "flat before": ((50, 50, 70), (3, 2)),
    "fast before": ((100, 130, 200), (2, 2)),
    "shrinking before": ((60, 50, 80), (2, 2)),
}
NA = "not applicable"
ANSWERS = {
    "faster": {"champiat": "yes", "saada_bouzid": "yes", "ferrara": "no", "kas": "no"},
    "flat before": {"champiat": NA, "saada_bouzid": NA, "ferrara": "yes", "kas": "no"},
    "fast before": {"champiat": "no", "saada_bouzid": "yes", "ferrara": "no", "kas": "no"},
    "shrinking before": {"champiat": NA, "saada_bouzid": NA, "ferrara": "yes", "kas": "yes"},
}
DELTAS = {"faster": 43.8694, "flat before": 65.6502, "fast before": 42.5999, "shrinking before": 126.3132}


def vector(name):
    sums, months = VECTORS[name]
    return patient(*sums, months)


@pytest.mark.parametrize(("name", "rule"), [(name, rule) for name in ANSWERS for rule in ANSWERS[name]])
def test_published_formulas_give_the_published_answer(name, rule):
    assert answer(rule, vector(name)) == ANSWERS[name][rule]


@pytest.mark.parametrize("name", list(DELTAS))
def test_change_of_the_growth_rate_is_given_even_without_a_ratio(name):
    assert hyperprogression([vector(name)], ["champiat"])["delta_tgr"][0] == pytest.approx(DELTAS[name], abs=5e-5)


# Sums, days before and on treatment of patients 180, 186, 203 and 188 of Ferté's calculator, all taken to progress.
@pytest.mark.parametrize(
    ("scans", "champiat", "ferrara", "kas"),
    [
        ((78, 84, 98, 121, 30), "yes", "yes", "no"),
        ((162, 176, 253, 26, 35), "yes", "yes", "yes"),
        ((107, 107, 115, 60, 42), NA, "no", "no"),
        ((35, 24, 36, 112, 58), NA, "yes", "yes"),
    ],
)
def test_real_patients(scans, champiat, ferrara, kas):
    pre, baseline, first, before, on = scans
    pace = patient(pre, baseline, first, (before / MONTH, on / MONTH))
    assert [answer(rule, pace) for rule in ("champiat", "ferrara", "kas")] == [champiat, ferrara, kas]


@pytest.mark.parametrize(
    ("rule", "words"),
    [("champiat", "ratio 3.85"), ("saada_bouzid", "ratio 4.00"), ("ferrara", "+43.9 points"), ("kas", "+43.9 points")],
)
def test_the_reason_holds_the_numbers(rule, words):
    assert words in why(rule, vector("faster"))


@pytest.mark.parametrize("rule", ["champiat", "saada_bouzid"])
def test_undefined_ratio_is_explained_with_the_change_of_rate(rule):
    assert "TGR changed by +126.3 points" in why(rule, vector("shrinking before"))


def test_a_ratio_of_exactly_two_is_hyperprogression_for_saada_bouzid():
    assert answer("saada_bouzid", patient(100, 110, 130)) == "yes"


@pytest.mark.parametrize("rule", ["champiat", "saada_bouzid_pd", "ferrara", "kas", "lo_russo_pd"])
def test_without_progression_there_is_no_hyperprogression(rule):
    assert answer(rule, patient(progression=False)) == "no"


def test_saada_bouzid_as_published_does_not_ask_for_progression():
    assert answer("saada_bouzid", patient(progression=False)) == "yes"


def test_saada_bouzid_with_progression_required_says_yes_to_a_progressor():
    assert answer("saada_bouzid_pd", patient()) == "yes"


def test_tumour_that_shrank_before_and_did_not_progress_is_a_no():
    assert answer("champiat", patient(60, 50, 55, progression=False)) == "no"


@pytest.mark.parametrize(
    "rule", ["champiat", "saada_bouzid_pd", "ferrara", "kas", "lo_russo_pd", "matos", "matos_original"]
)
def test_unknown_progression_is_not_applicable(rule):
    assert "progressed at the first evaluation is not known" in why(rule, patient(progression=None))


NEEDS_A_SCAN_BEFORE = ["champiat", "saada_bouzid", "saada_bouzid_pd", "kato", "ferrara", "kas"]


@pytest.mark.parametrize("rule", NEEDS_A_SCAN_BEFORE)
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pre": None}, "no scan before baseline"),
        ({"first": None}, "no scan on treatment"),
        ({"months": (0.4, 2)}, "only 12.175 days lie before baseline, 14 are needed"),
        ({"months": (2, 3.1)}, "after 92"),
        ({"treatment_switch": True}, "treatment changed between"),
    ],
)
def test_scans_that_cannot_be_compared_are_not_applicable(rule, change, reason):
    assert reason in why(rule, patient(**change))


@pytest.mark.parametrize("rule", NEEDS_A_SCAN_BEFORE)
def test_a_scan_fourteen_days_before_baseline_is_enough(rule):
    pace = patient(months=(14 / MONTH, 2), failure_day=30)
    assert answer(rule, pace) != NA


def test_limits_are_settings():
    assert answer("ferrara", patient(months=(2, 3.1)), Limits(first_scan_days=120)) == "no"


@pytest.mark.parametrize("rule", ["champiat", "saada_bouzid", "ferrara", "kas"])
def test_sum_of_nothing_before_is_not_applicable(rule):
    assert "first sum is 0 mm" in why(rule, patient(0, 10, 20))


@pytest.mark.parametrize("rule", ["champiat", "ferrara", "kas"])
def test_growth_rate_of_a_vanished_tumour_is_not_applicable(rule):
    assert "second sum is 0 mm" in why(rule, patient(30, 20, 0))


def test_unknown_treatment_before_baseline_is_said():
    assert "whether treatment changed before baseline is not known" in why("champiat", patient())


# Kato: 100, 110, 170: +54.5 %, TGK 5 and 30 mm a month, ratio 6.
def test_kato_yes():
    assert answer("kato", patient(100, 110, 170, failure_day=45)) == "yes"


@pytest.mark.parametrize(
    ("sums", "failure", "words"),
    [
        ((100, 110, 165), 45, "changed by +50.0 %"),
        ((100, 110, 170), 61, "did not fail within two months"),
        ((50, 100, 160), 45, "TGK ratio 1.20"),
        ((70, 100, 160), 45, "TGK ratio 2.00"),
    ],
)
def test_kato_no(sums, failure, words):
    pace = patient(*sums, failure_day=failure)
    assert (answer("kato", pace), words in why("kato", pace)) == ("no", True)


def test_kato_of_a_patient_still_on_treatment_after_two_months_is_no():
    assert answer("kato", patient(100, 110, 170, followed_day=200)) == "no"


@pytest.mark.parametrize("followed", [None, 40])
def test_kato_with_an_unknown_course_is_not_applicable(followed):
    assert "whether treatment failed" in why("kato", patient(100, 110, 170, followed_day=followed))


def test_kato_ratio_without_growth_before_is_not_applicable():
    assert "TGK before treatment was -10.0 mm" in why("kato", patient(120, 100, 160, failure_day=45))


def test_kato_without_a_baseline_sum_is_not_applicable():
    assert "baseline sum is 0 mm" in why("kato", patient(10, 0, 20, failure_day=45))


SIGNS = {"failure_day": 40, "new_in_involved_organ": 2, "new_organ": True, "ecog_baseline": 1, "ecog_worst": 2}
NO_SIGNS = {"followed_day": 90, "new_in_involved_organ": 1, "new_organ": False, "ecog_baseline": 1, "ecog_worst": 1}


def test_lo_russo_with_all_five_signs_is_yes():
    assert "5 of 5 signs" in why("lo_russo", patient(None, 100, 150, **SIGNS))


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (("failure_day", "new_organ", "new_in_involved_organ"), "yes"),
        (("failure_day", "new_organ"), "no"),
        (("ecog_worst", "new_organ"), "no"),
        ((), "no"),
    ],
)
def test_lo_russo_needs_three_signs(signs, expected):
    assert (
        answer("lo_russo", patient(None, 100, 149, **{**NO_SIGNS, **{name: SIGNS[name] for name in signs}})) == expected
    )


def test_lo_russo_with_progression_required_says_yes_to_a_progressor():
    assert answer("lo_russo_pd", patient(None, 100, 150, **SIGNS)) == "yes"


def test_lo_russo_counts_an_increase_of_exactly_half():
    pace = patient(None, 100, 150, **{**NO_SIGNS, "failure_day": 40, "new_organ": True})
    assert answer("lo_russo", pace) == "yes"


def test_lo_russo_does_not_count_a_bad_status_that_was_there_before():
    assert "0 of 5" in why("lo_russo", patient(None, 100, 110, **{**NO_SIGNS, "ecog_baseline": 2, "ecog_worst": 2}))


def test_lo_russo_undecided_by_an_unknown_sign_is_not_applicable():
    pace = patient(None, 100, 110, **{**NO_SIGNS, "failure_day": 40, "new_organ": True, "ecog_worst": None})
    assert (answer("lo_russo", pace), "not known: ECOG" in why("lo_russo", pace)) == (NA, True)


def test_lo_russo_decided_in_spite_of_an_unknown_sign():
    assert answer("lo_russo", patient(None, 100, 110, **{**NO_SIGNS, "ecog_worst": None})) == "no"


def test_lo_russo_of_nothing_known_is_not_applicable():
    assert answer("lo_russo", Pace("P1", 100, 0)) == NA


# Matos: 100 to 140 mm is +40 %.
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"first": 140}, "yes"),
        ({"first": 139, "new_in_involved_organ": 1, "new_organ": False}, "no"),
        ({"first": 139, "new_in_involved_organ": 2, "new_organ": False}, "yes"),
        ({"first": 120, "new_organ": True}, "yes"),
        ({"first": 139}, NA),
        ({"first": 140, "progression": False}, "no"),
        ({"first": 140, "progression_day": 61}, "no"),
        ({"first": 140, "months": (2, 2.5)}, "no"),
        ({"first": None, "progression_day": 30}, NA),
        ({"first": None}, NA),
    ],
)
def test_matos(change, expected):
    assert answer("matos", patient(**{"pre": None, "baseline": 100, "months": (2, 1.5), **change})) == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"first": 140}, "yes"),
        ({"baseline": 20, "first": 29}, "no"),
        ({"first": 119, "organs_with_new_lesions": 3}, "no"),
        ({"first": 120, "organs_with_new_lesions": 2}, "yes"),
        ({"first": 120, "organs_with_new_lesions": 1}, "no"),
        ({"first": 120}, NA),
        ({"first": 140, "progression_day": 57}, "no"),
    ],
)
def test_matos_original(change, expected):
    assert answer("matos_original", patient(**{"pre": None, "baseline": 100, "months": (2, 1.5), **change})) == expected


@pytest.mark.parametrize("rule", ["kato", "lo_russo_pd", "matos", "matos_original"])
def test_what_is_not_verified_is_in_the_verdict(rule):
    assert HYPERPROGRESSION_RULES[rule](patient()).unverified


def test_seven_rules_are_the_main_ones():
    assert {name for name, rule in HYPERPROGRESSION_RULES.items() if not rule.variant_of} == set(MAIN)


@pytest.mark.parametrize("rule", list(HYPERPROGRESSION_RULES))
def test_every_verdict_names_its_source(rule):
    assert "et al. 20" in HYPERPROGRESSION_RULES[rule](patient()).source


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first": -5}, "`first_mm` is a sum in mm of 0 or more"),
        ({"baseline": math.nan}, "`baseline_mm` is a sum"),
        ({"first": None, "first_mm": 20}, "given together"),
        ({"baseline_day": 5}, "Count days from the first dose"),
        ({"months": (-1, 2)}, "follow each other"),
        ({"months": (2, 0)}, "follow each other"),
    ],
)
def test_impossible_scans_are_refused(change, words):
    with pytest.raises(InputError, match=f"Patient P1: .*{words}"):
        patient(**change)


def test_table_has_a_row_for_each_patient_and_rule():
    table = hyperprogression([patient(patient="P1"), patient(patient="P2")])
    assert list(table.groupby("patient").size()) == [len(list(HYPERPROGRESSION_RULES))] * 2


def test_patient_given_twice_is_refused():
    with pytest.raises(InputError, match="Patient P1 is given twice"):
        hyperprogression([patient(), patient()])


def test_unknown_rule_is_named_with_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'kato'"):
        hyperprogression([patient()], ["katho"])


def answers(first, second):
    rows = [
        {"patient": str(i), "rule": rule, "answer": said}
        for rule, all_said in (("a", first), ("b", second))
        for i, said in enumerate(all_said)
    ]
    return agreement(pd.DataFrame(rows)).iloc[0]


# Ten applicable to both: 4 yes/yes, 1 yes/no, 2 no/yes, 3 no/no. Agreement 0.7, by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5.
FIRST = ["yes"] * 5 + ["no"] * 5 + [NA, "yes"]
SECOND = ["yes"] * 4 + ["no"] + ["yes"] * 2 + ["no"] * 3 + ["yes", NA]


@pytest.mark.parametrize(
    ("column", "expected"),
    [("n", 10), ("both_yes", 4), ("either_yes", 7), ("percent_agreement", 70), ("kappa", 0.4), ("jaccard", 4 / 7)],
)
def test_agreement_over_patients_to_whom_both_rules_apply(column, expected):
    assert answers(FIRST, SECOND)[column] == pytest.approx(expected)


@pytest.mark.parametrize(("first", "second"), [(["no"] * 3, ["no"] * 3), ([NA], ["yes"])])
def test_kappa_is_undefined_without_variation_or_patients(first, second):
    assert math.isnan(answers(first, second)["kappa"])


def test_jaccard_is_undefined_where_nobody_is_called_hyperprogressive():
    assert math.isnan(answers(["no"] * 3, ["no"] * 3)["jaccard"])
