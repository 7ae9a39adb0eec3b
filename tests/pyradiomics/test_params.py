"""Parameter files: what is read, and everything that is refused, by name and at once."""

import json
from pathlib import Path

import pytest

from radici.core.errors import FileMissing, StudyError
from radici.pyradiomics import read_params
from radici.pyradiomics.keys import DEFAULTS, IMAGE_TYPES, SETTINGS, SILENT, VOXEL_SETTINGS
from radici.pyradiomics.names import CLASSES, columns, known_names


def refusal(content):
    with pytest.raises(StudyError) as caught:
        read_params(content)
    return str(caught.value)


def test_without_a_file_all_classes_but_shape2d_are_on():
    assert list(read_params().feature_classes) == [name for name in CLASSES if name != "shape2D"]


def test_a_file_that_names_no_class_gets_shape2d_too():
    assert "shape2D" in read_params({"setting": {"binWidth": 5}}).feature_classes


def test_without_an_image_type_the_original_is_used():
    assert list(read_params({"setting": {}}).image_types) == ["Original"]


def test_a_setting_replaces_the_default():
    assert read_params({"setting": {"padDistance": 9}}).settings()["padDistance"] == 9


def test_an_image_type_may_have_a_setting_of_its_own():
    params = read_params(
        {"setting": {"binWidth": 25}, "imageType": {"Original": {}, "LoG": {"sigma": [1], "binWidth": 5}}}
    )
    assert [params.settings(image)["binWidth"] for image in params.image_types] == [25, 5]


def test_voxel_settings_are_read():
    assert read_params({"voxelSetting": {"kernelRadius": 2}}).settings()["kernelRadius"] == 2


def test_a_sigma_keeps_the_form_that_names_the_image():
    assert read_params({"imageType": {"LoG": {"sigma": [1, 2.0]}}}).settings("LoG")["sigma"] == [1, 2.0]


def test_every_setting_has_a_default():
    assert set({**SETTINGS, **VOXEL_SETTINGS}) <= set({**SILENT, **DEFAULTS})


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_files_are_read(tmp_path, suffix):
    path = tmp_path / f"params.{suffix}"
    path.write_text(json.dumps({"setting": {"binWidth": 3}}))
    assert read_params(path).settings()["binWidth"] == 3


def test_a_number_in_exponent_form_is_a_number(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text("setting:\n  geometryTolerance: 1e-3\n")
    assert read_params(path).settings()["geometryTolerance"] == 1e-3


def test_an_empty_file_means_defaults(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text("")
    assert read_params(path).settings() == read_params().settings()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FileMissing, match=r"nowhere\.yaml"):
        read_params(tmp_path / "nowhere.yaml")


def test_a_key_that_stands_twice_is_refused(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text("setting:\n  binWidth: 5\n  binWidth: 6\n")
    with pytest.raises(StudyError, match="'binWidth' stands twice"):
        read_params(path)


def test_a_file_that_is_no_yaml_is_refused(tmp_path):
    path = tmp_path / "params.yaml"
    path.write_text("setting: [")
    with pytest.raises(StudyError, match="not a YAML or JSON file"):
        read_params(path)


def test_everything_wrong_is_listed_at_once():
    text = refusal(
        {
            "settings": {},
            "setting": {"binwidth": 1, "label": 0},
            "featureClass": {"glcm": ["Contras"]},
            "imageType": {"Log": {}},
        }
    )
    assert [name in text for name in ("settings", "binwidth", "label = 0", "Contras", "'Log'")] == [True] * 5


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        ({"setting": {"binwidth": 5}}, "Did you mean 'binWidth'?"),
        ({"featureClass": {"firstOrder": []}}, "Did you mean 'firstorder'?"),
        ({"featureClass": {"glcm": ["Contras"]}}, "Did you mean 'Contrast'?"),
        ({"imageType": {"log": {}}}, "Did you mean 'LoG'?"),
        ({"settings": {}}, "Did you mean 'setting'?"),
        ({"setting": {"kernelRadius": 2}}, "belongs under 'voxelSetting'"),
        ({"voxelSetting": {"binWidth": 2}}, "belongs under 'setting'"),
    ],
)
def test_a_wrong_name_gets_a_hint(content, hint):
    assert hint in refusal(content)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("binWidth", "wide", "a number larger than 0"),
        ("binWidth", None, "a number larger than 0"),
        ("binWidth", True, "a number larger than 0"),
        ("binCount", 2.5, "a whole number larger than 0"),
        ("minimumROIDimensions", 4, "from 1 to 3"),
        ("padDistance", -1, "at least 0"),
        ("distances", 2, "a list"),
        ("distances", [0], "larger than 0"),
        ("resegmentRange", [1, 2, 3], "a list of 1 to 2"),
        ("resegmentMode", "median", "absolute, relative, sigma"),
        ("normalize", 1, "true or false"),
        ("interpolator", "cubic", "sitkBSpline"),
        ("wavelet", "cmor", "PyWavelets"),
        ("weightingNorm", "chess", "manhattan"),
        ("lbp2DMethod", "nri", "uniform"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name, value, expected):
    assert expected in refusal({"setting": {name: value}})


def test_off_is_a_value_where_pyradiomics_takes_it():
    assert read_params({"setting": {"interpolator": None}}).settings()["interpolator"] is None


def test_a_setting_without_effect_under_an_image_type_is_noted():
    assert "'normalize' acts before any filter" in read_params({"imageType": {"LoG": {"normalize": True}}}).notes[0]


def test_a_feature_that_pyradiomics_gave_up_is_noted():
    (note,) = read_params({"featureClass": {"glcm": ["Dissimilarity"]}}).notes
    assert "gets no column: it equals DifferenceAverage" in note


def test_features_keep_the_order_in_which_they_are_named():
    assert columns("glcm", ("Id", "Contrast", "SumVariance")) == ["Id", "Contrast"]


def test_deprecated_features_are_off_unless_named():
    assert ("StandardDeviation" in columns("firstorder", ()), "StandardDeviation" in known_names("firstorder")) == (
        False,
        True,
    )


BENCHMARK = [
    read_params(path) for path in sorted((Path(__file__).parents[2] / "benchmarks/params").glob("[0-9]*.yaml"))
]


def test_the_comparison_with_pyradiomics_uses_every_image_type():
    assert {image for params in BENCHMARK for image in params.image_types} == set(IMAGE_TYPES)


def test_the_comparison_with_pyradiomics_uses_every_key():
    texts = [path.read_text() for path in (Path(__file__).parents[2] / "benchmarks/params").glob("[0-9]*.yaml")]
    assert [key for key in {**SETTINGS, **VOXEL_SETTINGS} if not any(f"{key}:" in text for text in texts)] == []
