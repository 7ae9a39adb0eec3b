"""The page: what it holds, in which order, that it loads nothing, and that the same record gives the same bytes."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import matplotlib as mpl
import pandas as pd
import pytest

from radici.core.cohort import Left, Scan
from radici.core.outcome import Survival
from radici.core.table import Failure
from radici.imaging.step import STEPS
from radici.reporting.cautions import raw_mr
from radici.reporting.document import report

KINDS = ("response", "survival")
SECTIONS = (
    "verdict",
    "flow-section",
    "table-one",
    "extraction",
    "performance",
    "curves",
    "model",
    "features",
    "ledger",
    "settings",
)
ESTIMATE = re.compile(r"[+-]?(\d+\.\d\d|not reached|undefined) \((interval not available|.+ to .+)\)")
FORGED = "<script>alert(1)</script>"


def performance_cells(page: str) -> list[str]:
    tables = re.findall(r'<table class="performance".*?</table>', page, flags=re.DOTALL)
    return [cell for table in tables for cell in re.findall(r'<td class="number">(.*?)</td>', table)]


@pytest.mark.parametrize("kind", KINDS)
def test_sections_come_in_the_order_of_the_reader(page_of, kind):
    places = [page_of(kind)[0].index(f'<section id="{name}"') for name in SECTIONS]
    assert places == sorted(places)


@pytest.mark.parametrize("kind", KINDS)
def test_the_verdict_stands_before_everything_but_the_title(page_of, record_of, kind, visible):
    page = visible(page_of(kind)[0])
    assert page.index(record_of(kind).sealed.verdict[-1]) < page.index("1. Who is analysed")


def test_what_the_endpoint_is_stands_under_the_title(page_of):
    header = page_of("response")[0].split("<header>")[1].split("</header>")[0]
    assert "(yes or no): category of column best_response: yes CR, PR</dd>" in header


@pytest.mark.parametrize("options", [{}, {"sealed": False, "clinical": False, "permutations": 0}])
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_the_performance_table_has_an_interval(page_of, kind, options):
    cells = performance_cells(page_of(kind, **options)[0])
    bare = [cell for cell in cells if cell != "does not apply" and not ESTIMATE.fullmatch(cell)]
    assert cells
    assert bare == []


def test_the_performance_table_tells_patients_and_events(page_of, record_of):
    found = record_of("survival").development
    size = f"n = {len(found.outcome.patients)}, {found.outcome.events} events"
    assert f"Development, cross-validated, {size}: value (95 % interval)" in page_of("survival")[0]


def test_without_permutations_the_headline_says_that_it_has_no_interval(page_of):
    assert '<p class="value">No interval' in page_of(sealed=False, clinical=False, permutations=0)[0]


def test_without_clinical_variables_images_are_compared_with_volume(page_of):
    assert "Added AUC of images over tumour volume alone" in page_of(sealed=False, clinical=False, permutations=0)[0]


def test_without_a_sealed_cohort_the_page_says_so(page_of):
    assert "This study has no sealed cohort" in page_of(sealed=False, clinical=False, permutations=0)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_loads_nothing(page_of, kind):
    page = page_of(kind)[0]
    loads = re.findall(r'\b(?:src|href|xlink:href|action|data)="(?!#)[^"]*"|url\((?!#)[^)]*\)|@import', page)
    assert loads == []


@pytest.mark.parametrize("tag", ["script", "link", "img", "iframe", "object"])
def test_the_page_needs_no_element_that_loads_or_runs(page_of, tag):
    assert f"<{tag}" not in page_of()[0]


@pytest.mark.parametrize("kind", KINDS)
def test_no_id_occurs_twice(page_of, kind):
    ids = re.findall(r'\bid="([^"]*)"', page_of(kind)[0])
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("kind", KINDS)
def test_same_record_same_bytes_whatever_the_users_matplotlib(record_of, page_of, tmp_path, kind):
    with mpl.rc_context({"font.size": 31, "svg.hashsalt": "other", "axes.grid": True}):
        report(record_of(kind), tmp_path)
    first = page_of(kind)[1]
    files = sorted(path.relative_to(first) for path in first.rglob("*") if path.is_file())
    assert [(first / one).read_bytes() for one in files] == [(tmp_path / one).read_bytes() for one in files]


def test_the_users_matplotlib_settings_come_back(record_of, tmp_path):
    before = dict(mpl.rcParams)
    report(record_of(), tmp_path)
    assert dict(mpl.rcParams) == before


def test_drawing_needs_no_pyplot():
    code = "import sys, radici.reporting.document; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_has_its_data_beside_it(page_of, kind):
    figures = page_of(kind)[1] / "figures"
    assert {p.stem for p in figures.glob("*.svg")} == {p.stem for p in figures.glob("*.csv")} != set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_figure_file_is_an_image_with_a_title_and_a_description(page_of, kind):
    for path in (page_of(kind)[1] / "figures").glob("*.svg"):
        root = ElementTree.fromstring(path.read_text(encoding="utf-8"))
        named = [child.tag.rsplit("}", 1)[-1] for child in root][:2]
        assert (root.get("role"), named) == ("img", ["title", "desc"]), path.name


def test_figures_in_the_page_take_its_colours(page_of):
    svgs = re.findall(r"<svg.*?</svg>", page_of()[0], flags=re.DOTALL)
    assert set(re.findall(r"#[0-9a-f]{6}", " ".join(svgs))) == set()


def test_survival_gets_risk_groups_for_both_cohorts(page_of):
    assert {"risk_groups_development.svg", "risk_groups_sealed.svg"} <= _names(page_of("survival")[1])


def test_response_gets_roc_curves_for_both_cohorts(page_of):
    assert {"roc_development.svg", "roc_sealed.svg"} <= _names(page_of()[1])


def _names(folder: Path) -> set[str]:
    return {path.name for path in (folder / "figures").iterdir()}


@pytest.fixture(scope="module")
def forged(record_of, tmp_path_factory):
    """A page whose every text from data tries to be a script."""
    record = record_of("survival")
    site = record.cohort.site.copy()
    site[:] = FORGED
    left = (Left(FORGED, FORGED, FORGED), *record.left_out)
    spelled = ({FORGED: {FORGED: FORGED}},)
    outcome = Survival(FORGED, record.outcome.patients, (), record.outcome.event, record.outcome.months)
    evil = replace(
        record, title=FORGED, study=FORGED, cohort=replace(record.cohort, site=site), left_out=left, imaging=spelled,
        sealed_name=FORGED, versions={FORGED: FORGED}, inputs={FORGED: 3}, coverage={FORGED: {FORGED: FORGED}},
        outcome=outcome, development=replace(record.development, verdict=(FORGED, f"`{FORGED}`")),
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("forged")
    return report(evil, folder).read_text(encoding="utf-8"), folder


def test_what_comes_from_data_is_escaped(forged):
    assert "<script" not in forged[0].lower()


def test_escaped_text_is_still_shown(forged):
    assert forged[0].count("&lt;script&gt;alert(1)&lt;/script&gt;") > 10


def test_figure_files_escape_what_comes_from_data(forged):
    texts = [path.read_text(encoding="utf-8") for path in (forged[1] / "figures").glob("*.svg")]
    assert not any("<script" in text for text in texts)


def test_many_ids_with_one_reason_are_one_line_folded_away(page_of):
    assert re.search(r"<summary>14 ids</summary>X00, X01", page_of()[0])


@pytest.mark.parametrize("named", [True, False])
def test_the_footer_says_whose_ids_the_page_holds(record_of, tmp_path, visible, named):
    record = record_of()
    if not named:
        record = replace(record, left_out=(), table=replace(record.table, failures=()))
    page = visible(report(record, tmp_path).read_text(encoding="utf-8"))
    some = "This page names the study ids of patients who were left out; it holds no other row about a patient."
    assert (some if named else "This page holds no row about a patient.") in page


def test_failed_regions_with_one_reason_are_one_line(record_of, tmp_path, visible):
    failed = tuple(Failure(f"Q{i}", "imaging", f"Patient Q{i}, CT: region 'gtv' is empty.") for i in range(3))
    record = replace(record_of(), left_out=(), table=replace(record_of().table, failures=failed))
    page = visible(report(record, tmp_path).read_text(encoding="utf-8"))
    assert "3 regions gave no features Q0, Q1, Q2: CT: region &#39;gtv&#39; is empty." in page


def test_the_horizon_stands_in_the_columns_that_depend_on_it(page_of, record_of, visible):
    found = record_of("survival").sealed
    page = visible(page_of("survival")[0])
    brier, ratio = f"score to {found.tau_months:g} months", f"expected at {found.horizon_months:g} months"
    assert (brier in page, ratio in page) == (True, True)


def test_a_response_has_no_events(page_of):
    assert not re.search(r"\d events?\b", page_of()[0])


def test_openings_are_found_wherever_the_sentence_stands(record_of, tmp_path, visible):
    sealed = replace(record_of().sealed, verdict=("Few patients. The sealed cohort has been opened twice.", "Other."))
    page = visible(report(replace(record_of(), sealed=sealed), tmp_path).read_text(encoding="utf-8"))
    assert "opened twice." in page[page.index("8. What every fit saw") :]


def test_raw_mr_is_warned_of(record_of, tmp_path, visible):
    page = visible(report(as_mr(record_of()), tmp_path).read_text(encoding="utf-8"))
    assert "Caution: raw MR intensities have no unit" in page


def test_one_scale_for_the_whole_cohort_does_not_silence_the_warning(record_of):
    record = as_mr(record_of())
    assert raw_mr(replace(record, imaging=(*record.imaging, {"standardise_intensity": {}}))) != ""


def test_mr_normalised_scan_by_scan_is_not_warned_of(record_of, monkeypatch):
    monkeypatch.setattr(STEPS["crop"], "normalises_each_scan", True)
    record = as_mr(record_of())
    assert raw_mr(replace(record, imaging=(*record.imaging, {"crop": {}}))) == ""


def test_shape_on_mr_is_not_warned_of(record_of):
    record = as_mr(record_of())
    shape = tuple(name for name in record.blocks.image if "morph_" in name)
    assert raw_mr(replace(record, blocks=replace(record.blocks, image=shape))) == ""


def test_ct_is_not_warned_of(record_of):
    assert raw_mr(record_of()) == ""


def as_mr(record):
    """The record as if its images had been MR; models, which know the columns by name, are left out."""
    table = record.table
    names = {name: name.replace("ct_", "mr_", 1) if name.startswith("ct_") else name for name in table.values}
    columns = {new: replace(table.columns[old], name=new) for old, new in names.items()}
    blocks = replace(
        record.blocks, image=tuple(names[name] for name in record.blocks.image), volume=names[record.blocks.volume]
    )
    scans = (Scan(record.outcome.patients[0], "mr", Path("a.nii.gz"), {}),)
    return replace(
        record,
        table=replace(table, values=table.values.rename(columns=names), columns=columns),
        blocks=blocks,
        cohort=replace(record.cohort, scans=scans),
        models={},
    )


def test_a_leak_in_the_ledger_is_said_in_plain_words(record_of, tmp_path, visible):
    ledger = {**record_of().ledger, "overlaps": [7], "whole": False}
    page = visible(report(replace(record_of(), ledger=ledger), tmp_path).read_text(encoding="utf-8"))
    assert "1 prediction concerned patients whom the fit had seen: do not use these results." in page


def test_a_broken_chain_is_said_in_plain_words(record_of, tmp_path, visible):
    ledger = {**record_of().ledger, "whole": False}
    page = visible(report(replace(record_of(), ledger=ledger), tmp_path).read_text(encoding="utf-8"))
    assert "The chain of records is broken" in page


def test_figure_data_hold_the_numbers_of_the_evaluation(page_of, record_of):
    data = pd.read_csv(page_of()[1] / "figures" / "discrimination.csv")
    row = data[(data["model"] == "image") & (data["cohort"] == "Sealed")].iloc[0]
    estimate = record_of().sealed.number("image", "AUC")
    assert (row["value"], row["low"], row["high"]) == pytest.approx((estimate.value, estimate.low, estimate.high))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(
    ("name", "least"), [("ink", 7), ("quiet", 4.5), ("blue", 4.5), ("red", 3), ("green", 3), ("purple", 3)]
)
def test_contrast_suffices_in_both_themes(page_of, theme, name, least):
    page = page_of()[0]
    colour, paper = (luminance(re.findall(rf"--{key}: (#\w{{6}})", page)[theme]) for key in (name, "paper"))
    assert (max(colour, paper) + 0.05) / (min(colour, paper) + 0.05) >= least
