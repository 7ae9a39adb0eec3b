"""What must hold of every course: more tumour is never better, order says nothing, and percentages know no unit."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lesion_notation import rows
from radici.core.errors import LesionError
from radici.response.criteria import Irecist, Recist11
from radici.response.lesions import courses, lesion_table

DAYS = [56, 98, 140, 182]
VISITS = len(DAYS) + 1
BEST_FIRST = {
    "recist11": ("CR", "PR", "SD", "NON-CR/NON-PD", "NED", "PD"),
    "irecist": ("iCR", "iPR", "iSD", "NON-iCR/NON-iUPD", "NED", "iUPD", "iCPD"),
}
SIZE = st.integers(10, 800).map(lambda tenths: f"{tenths / 10:g}")
TOKEN = st.one_of(SIZE, SIZE, SIZE, SIZE, st.sampled_from(["A", "NE", "S"]))
STATE = st.sampled_from(["P", "P", "A", "NE", "U", "I"])
CRITERIA = [Recist11(), Irecist(), Recist11(partial_response_persists=False), Irecist(confirm_tolerance_days=2)]


@st.composite
def tables(draw, node=True):
    names = ["T1", "T2n", "T3"] if node else ["T1", "T2", "T3"]
    targets = {name: _row(draw, "30", TOKEN) for name in names[: draw(st.integers(1, 3))]}
    nontargets = {"N1": _row(draw, "P", STATE)} if draw(st.booleans()) else {}
    seen = draw(st.integers(1, VISITS))
    new = {"L1": " ".join(["."] * seen + [draw(TOKEN) for _ in range(VISITS - seen)])} if seen < VISITS else {}
    return rows(DAYS, targets, nontargets, new)


def _row(draw, first, token):
    base = draw(SIZE.filter(lambda text: float(text) >= 10)) if first != "P" else "P"
    return " ".join([base, *(draw(token) for _ in DAYS)])


def calls(criterion, table):
    (found,) = courses(lesion_table(table), accept_sizes=["P1"])
    return {point.day: point.category for point in criterion(found).points}


def is_better(criterion, new, old):
    order = BEST_FIRST[criterion.registered_name]
    if "NE" in (new, old):
        return old in order and order.index(old) == len(order) - 1 and new == "NE"
    return order.index(new) < order.index(old)


@pytest.mark.parametrize("criterion", CRITERIA, ids=str)
@given(table=tables(), day=st.sampled_from(DAYS), more=st.integers(1, 500), which=st.integers(0, 2))
@settings(max_examples=40, deadline=None)
def test_a_larger_target_never_improves_its_visit(criterion, table, day, more, which):
    here = table[(table["role"] == "target") & (table["day"] == str(day)) & (table["diameter_mm"] != "")]
    if here.empty:
        return
    place = here.index[which % len(here)]
    larger = table.copy()
    larger.loc[place, "diameter_mm"] = f"{float(larger.loc[place, 'diameter_mm']) + more / 10:g}"
    assert not is_better(criterion, calls(criterion, larger)[day], calls(criterion, table)[day])


@pytest.mark.parametrize("criterion", CRITERIA, ids=str)
@given(table=tables(), day=st.sampled_from(DAYS), size=st.one_of(SIZE, st.just("")))
@settings(max_examples=40, deadline=None)
def test_another_new_lesion_never_improves_its_visit(criterion, table, day, size):
    state = "" if size else "present"
    extra = {"patient": "P1", "lesion": "L9", "role": "new", "organ": "brain", "day": str(day)}
    extra |= {"diameter_mm": size, "state": state}
    more = pd.concat([table, pd.DataFrame([extra])], ignore_index=True)
    before = calls(criterion, table).get(day, "NE")
    assert not is_better(criterion, calls(criterion, more)[day], before)


@pytest.mark.parametrize("criterion", CRITERIA[:2], ids=str)
@given(table=tables(), seed=st.integers(0, 2**16))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_says_nothing(criterion, table, seed):
    order = np.random.default_rng(seed).permutation(len(table))
    shuffled = table.iloc[order].reset_index(drop=True)
    assert calls(criterion, shuffled) == calls(criterion, table)


@pytest.mark.parametrize("criterion", CRITERIA[:2], ids=str)
@given(table=tables())
@settings(max_examples=25, deadline=None)
def test_the_names_of_lesions_say_nothing(criterion, table):
    renamed = table.assign(lesion=table["lesion"].map(lambda name: f"Z{9 - int(name.rstrip('n')[1:])}{name}"))
    assert calls(criterion, renamed) == calls(criterion, table)


@given(table=tables(node=False), factor=st.sampled_from([2, 3, 5, 7]))
@settings(max_examples=40, deadline=None)
def test_percentages_do_not_depend_on_the_unit(table, factor):
    """Without the rules in mm (5 mm growth, 10 mm and 15 mm lesions, 5 mm for what is too small)."""
    criterion = Recist11(progression_mm=0, too_small_mm=0)
    scaled = table.copy()
    has = scaled["diameter_mm"] != ""
    scaled.loc[has, "diameter_mm"] = [f"{float(text) * factor / 10:g}" for text in scaled.loc[has, "diameter_mm"]]
    assert calls(criterion, scaled) == calls(criterion, table)


@given(tenths=st.integers(1, 10_000), percent=st.integers(0, 300))
@settings(max_examples=60, deadline=None)
def test_thresholds_are_those_of_whole_numbers(tenths, percent):
    """Against integer arithmetic in tenths of a mm, for sums with one decimal."""
    now = tenths * percent // 100
    table = rows([56], {"T1": f"{tenths / 10:g} {now / 10:g}"})
    try:
        found = calls(Recist11(), table)[56]
    except LesionError:
        return
    grown = 5 * now >= 6 * tenths and now - tenths >= 50
    expected = "CR" if now == 0 else "PD" if grown else "PR" if 10 * now <= 7 * tenths else "SD"
    assert found == expected
