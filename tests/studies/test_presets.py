"""Presets: those that ship say what IBSI's tables say, and a wrong one is refused with a way out."""

from collections import Counter
from importlib.resources import files

import pytest

from radici.core.errors import FileMissing, StudyError, UnknownName
from radici.features.compute import columns
from radici.features.family import read_families
from radici.imaging import read_chain
from radici.imaging.resample import Resample
from radici.imaging.resegment import Resegment
from radici.study.presets import preset_lines, preset_names, read_preset
from radici.study.spelling import read_yaml

IBSI = ("ibsi-digital-phantom", "ibsi-A", "ibsi-B", "ibsi-C", "ibsi-D", "ibsi-E")
OURS = ("ct", "mr", "pet")

# Tables of 'Configuration A' to 'E' in the chapter 'Reference data sets' of the IBSI reference manual
# (https://ibsi.readthedocs.io/en/latest/05_Reference_data_sets.html): voxel size in mm (0: kept), image interpolation,
# ROI interpolation, rounding, range in HU, outliers in SD.
TABLES = {
    "ibsi-A": (None, None, None, None, (-500, 400), None),
    "ibsi-B": ((2, 2, 0), "linear", "linear", 1, (-500, 400), None),
    "ibsi-C": ((2, 2, 2), "linear", "linear", 1, (-1000, 400), None),
    "ibsi-D": ((2, 2, 2), "linear", "linear", 1, None, 3),
    "ibsi-E": ((2, 2, 2), "cubic", "linear", 1, (-1000, 400), 3),
}
BINS = {"ibsi-A": "fbs25", "ibsi-B": "fbn32", "ibsi-C": "fbs25", "ibsi-D": "fbn32", "ibsi-E": "fbn32"}
# Numbers of features by family and aggregation in IBSI's reference values (digital phantom; without the morphological
# features that are not standardised).
TEXTURES = {"cm": 25, "rlm": 16, "szm": 16, "dzm": 16, "ngt": 5, "ngl": 17}
BY_SLICE = {
    **dict.fromkeys(("cm", "rlm"), ("2D_avg", "2D_comb", "2_5D_avg", "2_5D_comb")),
    **dict.fromkeys(("szm", "dzm", "ngt", "ngl"), ("2D", "2_5D")),
}
BY_VOLUME = {
    **dict.fromkeys(("cm", "rlm"), ("3D_avg", "3D_comb")),
    **dict.fromkeys(("szm", "dzm", "ngt", "ngl"), ("3D",)),
}
AGGREGATIONS = {
    "ibsi-digital-phantom": {family: (*BY_SLICE[family], *BY_VOLUME[family]) for family in TEXTURES},
    **dict.fromkeys(("ibsi-A", "ibsi-B"), BY_SLICE),
    **dict.fromkeys(("ibsi-C", "ibsi-D", "ibsi-E"), BY_VOLUME),
}


def spelled(name):
    """The preset as plain values, as its author wrote them."""
    return read_yaml((files("radici.study") / "presets" / f"{name}.yaml").read_text(encoding="utf-8"), name)


def families(name):
    return [one if isinstance(one, str) else next(iter(one)) for one in spelled(name)["features"]]


def test_the_presets_that_ship():
    assert preset_names() == sorted((*IBSI, *OURS))


@pytest.mark.parametrize("name", [*IBSI, *OURS])
def test_every_preset_reads(name):
    assert read_preset(name).features


@pytest.mark.parametrize("name", [*IBSI, *OURS])
def test_every_preset_says_what_it_is(name):
    assert spelled(name)["about"] in next(line for line in preset_lines() if line.split()[0] == name)


@pytest.mark.parametrize("name", IBSI)
def test_ibsi_presets_use_ibsis_names(name):
    assert spelled(name)["names"] == "ibsi"


@pytest.mark.parametrize("name", TABLES)
def test_imaging_is_that_of_ibsis_table(name):
    chain = read_chain(spelled(name)["imaging"])
    resample = next((step for step in chain if isinstance(step, Resample)), None)
    resegment = next(step for step in chain if isinstance(step, Resegment))
    found = (
        (resample.spacing_mm, resample.interpolation, resample.mask_interpolation, resample.round_to)
        if resample
        else (None,) * 4
    )
    assert (*found, resegment.range, resegment.outliers) == TABLES[name]


@pytest.mark.parametrize("name", BINS)
def test_discretisation_is_that_of_ibsis_table(name):
    assert read_chain(spelled(name)["imaging"])[-1].token == BINS[name]


@pytest.mark.parametrize("name", IBSI)
def test_every_family_of_ibsi_is_asked_for(name):
    assert set(families(name)) == {"morph", "autocorrelation", "loc", "stat", "ih", "ivh", *TEXTURES}


@pytest.mark.parametrize("family", TEXTURES)
@pytest.mark.parametrize("name", IBSI)
def test_aggregations_are_those_of_ibsis_reference_values(name, family):
    plain = spelled(name)
    asked = [one for one in plain["features"] if isinstance(one, dict) and family in one]
    tags = [column.ibsi_tag for column in columns(read_chain(plain["imaging"]), read_families(asked)).values()]
    suffixes = ("_2D_avg", "_2D_comb", "_2_5D_avg", "_2_5D_comb", "_3D_avg", "_3D_comb", "_2D", "_2_5D", "_3D")
    ours = [tag for tag in tags if tag.startswith(f"{family}_")]
    found = Counter(next(end for end in suffixes if tag.endswith(end))[1:] for tag in ours)
    assert found == dict.fromkeys(AGGREGATIONS[name][family], TEXTURES[family])


@pytest.mark.parametrize("name", IBSI)
def test_ibsis_tags_name_each_column_once(name):
    preset = read_preset(name)
    described = columns(preset.imaging, preset.features)
    assert len({column.ibsi_tag for column in described.values()}) == len(described)


@pytest.mark.parametrize(("name", "modality"), [("ct", "ct"), ("mr", "mr"), ("pet", "pt")])
def test_a_preset_for_one_modality_says_so(name, modality):
    assert spelled(name)["modality"] == modality


def test_the_mr_preset_reads_no_raw_intensity():
    assert {"stat", "loc", "ivh"} & set(families("mr")) == set()


def test_a_wrong_name_is_refused_with_the_nearest():
    with pytest.raises(UnknownName, match="Did you mean 'ibsi-C'"):
        read_preset("ibis-C")


def test_a_missing_file_is_refused_with_those_that_ship(tmp_path):
    with pytest.raises(FileMissing, match="Presets that ship: ct, ibsi-A"):
        read_preset(tmp_path / "mine.yaml")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("imaging: []\nfeatures: [stat]\nfeatuers: [cm]\n", "there is no setting 'featuers'. Did you mean 'features'"),
        ("imaging: []\n", "'features' is required"),
        ("features: stat\n", "a list of feature families is expected"),
        ("imaging: [{resegmnt: {range: [0, 1]}}]\nfeatures: [stat]\n", "Did you mean 'resegment'"),
        ("names: IBSI\nfeatures: [stat]\n", "'names'"),
        ("modality: CT\nfeatures: [stat]\n", "for example 'ct'"),
    ],
)
def test_what_does_not_fit_in_a_preset_is_named(tmp_path, text, said):
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(StudyError) as refused:
        read_preset(path)
    assert said in str(refused.value)
