"""The response page: what it says of the group and of each visit, that it loads nothing, and that it escapes."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest

from lesion_notation import course
from radici.core.errors import InputError
from radici.reporting.response import page as page_module
from radici.reporting.response import response_page
from radici.reporting.response.card import Card, Cards
from radici.reporting.response.overview import agreement, counts, meanings, methods, percents
from radici.reporting.response.visits import Row
from radici.response.lesions.course import Visit
from radici.response.patients import Facts
from radici.response.respond import Responses, respond
from radici.response.summaries.rates import response_rate
from response_cohort import FORGED, simulated_responses

SECTIONS = ("rates", "agreement", "figures", "hyperprogression", "refused", "patients", "method")


@pytest.fixture(scope="module")
def responses() -> Responses:
    return simulated_responses(40)


@pytest.fixture(scope="module")
def folder(responses, tmp_path_factory) -> Path:
    found = tmp_path_factory.mktemp("response")
    response_page(responses, found)
    return found


@pytest.fixture(scope="module")
def text(folder) -> str:
    return (folder / "response.html").read_text(encoding="utf-8")


def one_card(*args, facts: Facts | None = None, **more) -> Card:
    """The card of one patient in lesion notation."""
    found = course(*args, **more)
    return Cards(respond([found], {found.patient: facts} if facts else None)).card(found)


def visits_of(card: Card) -> list[Row]:
    """The lines of its table that are visits after baseline."""
    return [row for row in card.rows if row.kind == "visit"]


def pseudoprogressor() -> Card:
    """Progression by RECIST 1.1 at the first visit, taken back at the second."""
    return one_card([60, 120], {"T1": "50 70 30", "T2n": "20 20 9"}, {"N1": "P P P"}, {"L1": ". 12 A"})


def test_sections_come_in_the_order_of_the_reader(text):
    places = [text.index(f'<section id="{name}"') for name in SECTIONS]
    assert places == sorted(places)


def test_the_page_loads_nothing_and_runs_nothing(text):
    assert re.findall(r"<script|<link|<iframe|<img|@import|https?://(?!www\.w3\.org)|\son\w+=", text) == []


def test_the_page_says_that_it_is_for_research(text):
    assert "Research use only: not for decisions about patients" in text


def test_a_forged_name_stays_text(text):
    assert (FORGED in text, "&lt;b&gt;&amp;P&lt;/b&gt;" in text) == (False, True)


def test_every_drawing_is_well_formed_and_has_a_title(folder, text):
    drawings = re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL)
    found = [ElementTree.fromstring(one.replace("xlink:href", "href")) for one in drawings]
    assert {one[0].tag.split("}")[-1] for one in found} == {"title"}


def test_no_two_things_share_an_id(text):
    ids = re.findall(r'[ "]id="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_links_lead_somewhere(text):
    targets = set(re.findall(r'[ "]id="([^"]+)"', text))
    assert set(re.findall(r'<a href="#([^"]+)"', text)) <= targets


def test_every_table_is_named_for_those_who_do_not_see_it(text):
    tables = re.findall(r'(<div class="scroll"[^>]*aria-label="[^"]+"[^>]*>\s*)?<table', text)
    assert all(tables)


def test_every_figure_has_its_rows_beside_it(folder):
    names = {path.stem for path in (folder / "figures").glob("*.svg")}
    assert names
    assert names <= {path.stem for path in (folder / "figures").glob("*.csv")}


def test_every_visit_of_every_criterion_is_in_the_table_of_visits(responses, folder):
    rows = sum(1 + len(line.points) for found in responses.timelines.values() for line in found)
    assert len(pd.read_csv(folder / "figures" / "visits.csv")) == rows


def test_the_same_responses_give_the_same_bytes(responses, folder, tmp_path):
    response_page(responses, tmp_path)
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    assert all((folder / name).read_bytes() == (tmp_path / name).read_bytes() for name in files)


def test_who_is_refused_is_listed_with_the_reason(text):
    assert "at most 5 target lesions are allowed, found 6" in text[text.index('<section id="refused"') :]


def test_no_patient_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(InputError, match="at least one patient"):
        response_page(respond([]), tmp_path)


def test_up_to_the_limit_all_cards_stand_on_one_page(responses, text):
    assert text.count('<details class="patient"') == len(responses.courses)


def test_beyond_the_limit_each_patient_has_a_page(responses, tmp_path, monkeypatch):
    monkeypatch.setattr(page_module, "TOGETHER", 10)
    response_page(responses, tmp_path)
    assert len(list((tmp_path / "patients").glob("*.html"))) == len(responses.courses)


def test_beyond_the_limit_links_lead_to_pages(responses, tmp_path, monkeypatch):
    monkeypatch.setattr(page_module, "TOGETHER", 10)
    page = response_page(responses, tmp_path).read_text(encoding="utf-8")
    links = re.findall(r'<a href="(patients/[^"]+)"', page)
    assert links
    assert all((tmp_path / link).is_file() for link in links)


def test_a_rate_is_printed_with_interval_and_numbers():
    # Clopper and Pearson, 10 of 40: R's binom.test(10, 40) gives 0.1269148 to 0.4119620.
    assert percents(response_rate(["PR"] * 10 + ["PD"] * 30)) == "25 % (13 to 41), 10 of 40"


def test_counts_add_up_to_everybody(responses):
    assert [sum(row.counts) for row in counts(responses)] == [row.n for row in counts(responses)]


def test_only_meanings_that_occur_have_a_column():
    found = respond([course([60], {"T1": "100 60"})])
    assert meanings(found) == ["partial"]


def test_agreement_names_who_differs():
    found = respond([course([60], {"T1": "100 140"}), course([60], {"T1": "100 60"}, patient="P2")])
    links = {("P1", ""): ("one", "P1"), ("P2", ""): ("two", "P2")}
    assert agreement(found, links)[0].differ == (("one", "P1"),)


def test_agreement_of_visits_counts_what_means_the_same():
    found = respond([course([60, 120], {"T1": "100 140 141"})])
    assert agreement(found, {("P1", ""): ("one", "P1")})[0].visits == "0 of 2"


def test_one_criterion_has_nothing_to_agree_with(responses):
    found = respond([course([60], {"T1": "100 140"})], criteria=[responses.criteria["recist11"]])
    assert agreement(found, {}) == []


def test_the_method_holds_every_setting_of_every_criterion(responses):
    (row,) = [one for one in methods(responses) if one.title == "RECIST 1.1"]
    assert all(name in row.settings for name in type(responses.criteria["recist11"]).model_fields)


def test_the_method_tells_what_is_not_verified(text):
    assert "read in admiralonco" in text[text.index('<section id="method"') :]


def test_the_table_begins_with_the_baseline():
    row = pseudoprogressor().rows[0]
    assert (row.kind, [cell.main for cell in row.targets], row.numbers[0]) == ("baseline", ["50.0", "20.0"], "70.0")


def test_every_visit_has_lengths_sum_nadir_and_changes():
    row = visits_of(pseudoprogressor())[0]
    assert [cell.main for cell in row.targets] == ["70.0", "20.0"]
    assert row.numbers == ("90.0", "70.0", "+28.6 %", "+28.6 %")


def test_criteria_stand_side_by_side():
    assert [[call.category for call in row.calls] for row in visits_of(pseudoprogressor())] == [
        ["PD", "iUPD"], ["PD", "iPR"],
    ]  # fmt: skip


def test_visits_at_which_criteria_differ_are_marked():
    assert [row.differ for row in visits_of(pseudoprogressor())] == [True, True]


def test_each_criterion_tells_why():
    who, why = visits_of(pseudoprogressor())[0].whys[0]
    assert who == "RECIST 1.1 PD"
    assert "new lesion L1; target sum 90.0 mm: +28.6 % and +20.0 mm from the nadir of 70.0 mm" in why


def test_criteria_that_say_the_same_share_a_sentence():
    assert visits_of(one_card([60], {"T1": "100 95"}))[0].whys[0][0] == "RECIST 1.1 SD, iRECIST iSD"


def test_nontarget_and_new_lesions_are_told_in_words():
    row = visits_of(pseudoprogressor())[0]
    assert (row.nontargets, row.new) == (("N1 (organ 0): present",), ("L1 (organ 0): longest 12.0 mm",))


def test_a_lesion_without_a_row_is_not_passed_over():
    cell = visits_of(one_card([60, 120], {"T1": "20 - 18", "T2": "20 19 18"}))[0].targets[0]
    assert (cell.main, cell.unknown) == ("no row", True)


def test_what_happened_between_visits_has_a_line_of_its_own():
    rows = one_card([60], {"T1": "100 60"}, facts=Facts("P1", new_therapy=70, death=90)).rows
    assert [(row.day, row.label) for row in rows if row.kind == "event"] == [
        (0, "treatment starts"), (70, "new anti-cancer therapy starts"), (90, "death"),
    ]  # fmt: skip


def test_a_scan_before_baseline_shows_its_sum():
    found = course([60], {"T1": "100 60"})
    smaller = found.baseline.findings["T1"]._replace(longest=80_000)
    earlier = replace(found, before=(Visit(-40, "-40", {"T1": smaller}, -40),))
    row = Cards(respond([earlier])).card(earlier).rows[0]
    assert (row.kind, row.numbers[0]) == ("before", "80.0")


def test_the_summary_tells_best_response_and_its_confirmation():
    line = one_card([60, 120], {"T1": "100 60 60"}).lines[0]
    assert (line.best, line.confirmed) == ("PR", "confirmed")


def test_a_response_that_is_not_confirmed_is_called_so():
    assert one_card([60], {"T1": "100 60"}).lines[0].confirmed == "not confirmed (confirmed: SD)"


def test_progression_free_time_comes_with_cause_and_why():
    line = one_card([61], {"T1": "100 140"}).lines[0]
    assert (line.free, line.free_why) == ("2.0 months (day 61), progression", "PD on day 61")


def test_seven_rules_of_hyperprogression_are_told_with_reasons():
    found = [row for row in one_card([60], {"T1": "100 140"}).verdicts if not row.variant]
    assert len(found) == 7
    assert all(row.why for row in found)


def test_a_rate_that_is_not_defined_tells_why():
    (row,) = [one for one in one_card([60], {"T1": "100 140"}).growth if one.what.endswith("before baseline (TGR)")]
    assert (row.amount, row.why) == ("not defined", "no complete scan before baseline")


def test_notes_of_a_criterion_are_shown():
    assert "Smaller at baseline than RECIST asks" in one_card([60], {"T1": "8 9"}).notes[0]


def test_a_patient_whom_no_criterion_accepts_still_has_a_card(responses):
    found = next(one for one in responses.courses if one.patient == "PSIX")
    card = Cards(responses).card(found)
    assert (card.best, len(card.refused), len(card.targets)) == ("no criterion applies", 2, 6)


def test_readers_are_told_apart():
    found = course([60], {"T1": "100 60"})
    both = respond([replace(found, reader="A"), replace(found, reader="B")])
    assert [Cards(both).card(one).name for one in both.courses] == ["P1, A", "P1, B"]


def test_rates_of_several_readers_are_rows_of_their_own():
    found = course([60], {"T1": "100 60"})
    both = respond([replace(found, reader="A"), replace(found, reader="B")])
    assert [row.title for row in counts(both)] == ["RECIST 1.1, A", "RECIST 1.1, B", "iRECIST, A", "iRECIST, B"]


def test_without_target_lesions_the_page_says_why_hyperprogression_is_not_judged(tmp_path):
    page = response_page(respond([course([60], None, {"N1": "P P"})]), tmp_path)
    assert "Not judged: the rules need target lesions" in page.read_text(encoding="utf-8")


def test_a_page_without_any_change_has_no_waterfall(tmp_path):
    response_page(respond([course([60], None, {"N1": "P P"})]), tmp_path)
    assert sorted(path.name for path in (tmp_path / "figures").glob("*.svg")) == [
        "swimmer_irecist.svg", "swimmer_recist11.svg",
    ]  # fmt: skip
