"""Waterfall, spider and swimmer plots: which rows they draw, in which order, and what stays legible."""

from math import isnan

import matplotlib.colors
import pandas as pd
import pytest
from matplotlib.figure import Figure

from lesion_notation import course
from radici.reporting import theme
from radici.reporting.response.looks import COLOUR, meaning_of
from radici.reporting.response.spider import beyond, spider_data, spider_figure, unplaced
from radici.reporting.response.swimmer import swimmer_data, swimmer_figure, swimmer_pages
from radici.reporting.response.waterfall import Guides, guides, waterfall_data, waterfall_figure, without_change
from radici.response.categories import MEANING
from radici.response.criteria import CRITERIA
from radici.response.patients import Facts
from radici.response.respond import Responses, respond


def group() -> Responses:
    """Six patients whose sums can be read off: 100 mm at baseline, so that mm are percent."""
    courses = [
        course([60, 120], {"T1": "100 90 85"}, patient="stable"),
        course([60, 120], {"T1": "100 60 55"}, patient="responder"),
        course([60, 120], {"T1": "100 130 140"}, patient="progressor"),
        course([60], None, {"N1": "P P"}, patient="no target"),
        course([60], {"T1": "100 NE"}, patient="not measured"),
        course([60, 120], {"T1": "100 60 50"}, None, {"L1": ". . 12"}, patient="new lesion"),
    ]
    facts = {
        "stable": Facts("stable", last_contact=200),
        "responder": Facts("responder", death=400, new_therapy=300, treatment_end=290),
        "progressor": Facts("progressor", last_contact=90),
    }
    return respond(courses, facts)


@pytest.fixture(scope="module")
def responses() -> Responses:
    return group()


def drawn(make, *args) -> Figure:
    with theme.style():
        return make(*args)


def texts(figure: Figure) -> str:
    found = [text.get_text() for text in figure.texts]
    return "\n".join([*found, *(text.get_text() for ax in figure.axes for text in [*ax.texts, *ax.get_xticklabels()])])


def many(number: int) -> pd.DataFrame:
    """Rows of a waterfall of as many patients, from +120 % down to -80 %."""
    change = [120 - 200 * i / number for i in range(number)]
    best = ["PD" if c >= 20 else "PR" if c <= -30 else "SD" for c in change]
    names = [f"P{i}" for i in range(number)]
    return pd.DataFrame({"name": names, "change_percent": change, "best": best, "why": ""})


def test_the_waterfall_goes_from_the_largest_growth_to_the_deepest_response(responses):
    data = waterfall_data(responses, "recist11")
    assert list(data["patient"][:4]) == ["progressor", "stable", "responder", "new lesion"]


def test_the_best_change_is_that_up_to_the_first_progression(responses):
    data = waterfall_data(responses, "recist11").set_index("patient")["change_percent"]
    assert data[:4].to_dict() == pytest.approx({"progressor": 30, "stable": -15, "responder": -45, "new lesion": -50})


def test_patients_without_a_change_stand_last_with_the_reason(responses):
    assert without_change(waterfall_data(responses, "recist11")) == [
        "Not drawn, no complete measurement after baseline (1): not measured",
        "Not drawn, no target lesion (1): no target",
    ]


def test_bars_have_the_colour_of_the_best_response(responses):
    figure = drawn(waterfall_figure, waterfall_data(responses, "recist11"))
    colours = [matplotlib.colors.to_hex(bar.get_facecolor()) for bar in figure.axes[0].patches]
    assert colours == [COLOUR[one] for one in ("progression", "stable", "partial", "partial")]


def test_the_waterfall_marks_the_limits_of_recist(responses):
    figure = drawn(waterfall_figure, waterfall_data(responses, "recist11"))
    heights = [line.get_ydata()[0] for line in figure.axes[0].lines if line.get_linestyle() == "--"]
    assert heights == [-30, 20]


@pytest.mark.parametrize(
    ("criterion", "limits"),
    [("recist11", (-30, 20, "nadir")), ("irrc", (-50, 25, "nadir")), ("percist", (-30, 30, "baseline")),
     ("eortc_pet", (-25, 25, "baseline"))],
)  # fmt: skip
def test_limits_are_those_of_the_criterion(criterion, limits):
    found = respond([course([60], {"T1": "100 60"})], criteria=[CRITERIA[criterion]()])
    assert guides(found, criterion) == Guides(*limits)


def test_a_criterion_without_percentages_has_no_limits():
    found = respond([course([60], {"T1": "100 60"})], criteria=[CRITERIA["percimt"]()])
    assert guides(found, "percimt") is None


def test_five_patients_are_named():
    assert "P4" in texts(drawn(waterfall_figure, many(5)))


def test_four_hundred_patients_are_not_named():
    figure = drawn(waterfall_figure, many(400))
    assert (len(figure.axes[0].patches), "P4" in texts(figure)) == (400, False)


def test_a_bar_beyond_the_picture_tells_its_height():
    assert "+120" in texts(drawn(waterfall_figure, many(5)))


def test_a_waterfall_of_nobody_says_so(responses):
    data = waterfall_data(responses, "recist11")
    assert "No patient has a change" in texts(drawn(waterfall_figure, data[data["change_percent"].isna()]))


def test_a_dollar_in_a_name_is_no_mathematics():
    data = many(5).assign(name=["a$b$", "$\\frac$", "c", "d", "e"])
    with theme.style():
        assert "a$b$" in theme.svg(waterfall_figure(data), "w", "w", "w")


def test_the_spider_begins_at_baseline(responses):
    data = spider_data(responses, "recist11")
    assert data[data["patient"] == "responder"][["day", "change_percent"]].to_numpy().tolist() == [
        [0, 0], [60, -40], [120, -45],
    ]  # fmt: skip


def test_the_spider_keeps_visits_without_a_complete_sum(responses):
    data = spider_data(responses, "recist11")
    assert isnan(data.loc[data["patient"] == "not measured", "change_percent"].iloc[1])


def test_progression_is_marked_where_it_is_declared(responses):
    data = spider_data(responses, "recist11")
    found = data.loc[data["progression"], ["patient", "day"]].to_numpy().tolist()
    assert found == [["progressor", 60], ["new lesion", 120]]


def test_immune_progression_is_marked_where_it_is_confirmed(responses):
    data = spider_data(responses, "irecist")
    assert data.loc[data["progression"], ["patient", "day"]].to_numpy().tolist() == [["progressor", 120]]


def test_the_first_new_lesion_is_marked(responses):
    data = spider_data(responses, "recist11")
    assert data.loc[data["new_lesion"], ["patient", "day"]].to_numpy().tolist() == [["new lesion", 120]]


def test_the_spider_has_a_line_for_each_measured_patient(responses):
    figure = drawn(spider_figure, spider_data(responses, "recist11"))
    assert sum(line.get_marker() == "o" for line in figure.axes[0].lines) == 4


def test_lines_that_leave_the_spider_are_counted():
    found = respond([course([60], {"T1": "20 60"}), course([60], {"T1": "20 40"}, patient="P2")])
    assert beyond(spider_data(found, "recist11")) == 1


def test_progressions_without_a_sum_are_counted():
    found = respond([course([60], {"T1": "100 NE"}, None, {"L1": ". 12"})])
    assert unplaced(spider_data(found, "recist11")) == 1


def test_a_spider_of_nobody_says_so():
    found = respond([course([60], None, {"N1": "P P"})])
    assert "No patient has a change" in texts(drawn(spider_figure, spider_data(found, "recist11")))


def test_time_of_half_a_year_is_in_weeks(responses):
    assert drawn(spider_figure, spider_data(responses, "recist11")).axes[0].get_xlabel() == "weeks since day 0"


def test_time_beyond_a_year_is_in_months(responses):
    assert drawn(swimmer_figure, swimmer_data(responses, "recist11")).axes[0].get_xlabel() == "months since day 0"


def test_the_swimmer_with_the_longest_follow_up_comes_first(responses):
    data = swimmer_data(responses, "recist11")
    assert data[["patient", "end_day"]].to_numpy().tolist()[:2] == [["responder", 400], ["stable", 200]]


@pytest.mark.parametrize(
    ("patient", "ended"), [("responder", "death"), ("stable", "last contact"), ("progressor", "last scan")]
)
def test_a_swimmer_ends_with_death_else_with_the_last_that_is_known(responses, patient, ended):
    assert swimmer_data(responses, "recist11").set_index("patient").loc[patient, "ended"] == ended


@pytest.mark.parametrize(
    ("column", "day"),
    [("response_day", 60), ("death_day", 400), ("new_therapy_day", 300), ("treatment_end_day", 290)],
)
def test_a_swimmer_carries_what_happened(responses, column, day):
    assert swimmer_data(responses, "recist11").set_index("patient").loc["responder", column] == day


def test_a_swimmer_shows_immune_progression_when_it_was_first_seen(responses):
    assert swimmer_data(responses, "irecist").set_index("patient").loc["progressor", "progression_day"] == 60


def test_who_died_is_not_alive_at_last_contact():
    found = respond([course([60], {"T1": "100 60"})], {"P1": Facts("P1", death=90, last_contact=90)})
    assert pd.isna(swimmer_data(found, "recist11")["last_contact_day"].iloc[0])


def test_swimmers_come_in_pages_that_hold_everybody(responses):
    data = pd.concat([swimmer_data(responses, "recist11")] * 25, ignore_index=True)
    assert [len(page) for page in swimmer_pages(data)] == [60, 60, 30]


def test_every_category_has_a_colour():
    assert {meaning_of(category) for category in MEANING} <= set(COLOUR)


def test_the_same_rows_give_the_same_drawing(responses):
    data = waterfall_data(responses, "recist11")
    with theme.style():
        assert theme.svg(waterfall_figure(data), "w", "w", "w") == theme.svg(waterfall_figure(data), "w", "w", "w")
