import subprocess
import sys

import numpy as np
import pytest

from radici.core.errors import RegionError, StudyError, UnknownName
from radici.core.image import Geometry, Image, Mask
from radici.core.names import FeatureName
from radici.core.region import Region, whole
from radici.features.compute import columns, compute
from radici.features.family import FAMILIES, read_families
from radici.imaging import read_chain, read_filters

CHAIN = read_chain([{"discretise": {"bin_width": 25}}])
EVERY = read_families([{"cm": {"aggregation": ["3d_avg", "3d_mrg"]}}, "morph", "stat"])
EVERY_COLUMN = columns(CHAIN, EVERY)


def region() -> Region:
    voxels = np.arange(27, dtype=np.float32).reshape(3, 3, 3) * 10
    return whole(Image(voxels, Geometry((3, 3, 3))), Mask(np.ones((3, 3, 3), dtype=bool), Geometry((3, 3, 3))))


@pytest.mark.parametrize(
    "name",
    [
        "ct__orig__cm_joint_entr__fbs25_d1_3d_mrg",
        "ct__orig__cm_joint_entr__fbs25_d1_3d_avg",
        "ct__orig__stat_mean__none",
        "ct__orig__morph_volume__none",
    ],
)
def test_name_of_a_feature(name: str) -> None:
    assert name in EVERY_COLUMN


@pytest.mark.parametrize("name", EVERY_COLUMN)
def test_every_name_follows_the_grammar(name: str) -> None:
    assert str(FeatureName.parse(name)) == name


@pytest.mark.parametrize("name", EVERY_COLUMN)
def test_every_feature_has_a_code_of_four(name: str) -> None:
    assert len(EVERY_COLUMN[name].ibsi_code) == 4


@pytest.mark.parametrize("feature", [f"{family}:{tag}" for family, one in FAMILIES.items() for tag in one.features])
def test_every_feature_says_what_it_is(feature: str) -> None:
    family, tag = feature.split(":")
    assert (FAMILIES[family].features[tag].read.__doc__ or "").strip()


def test_codes_are_unique() -> None:
    codes = [feature.ibsi for _, one in FAMILIES.items() for feature in one.features.values()]
    assert len(set(codes)) == len(codes)


def test_tag_is_ibsis_own() -> None:
    assert EVERY_COLUMN["ct__orig__cm_joint_max__fbs25_d1_3d_mrg"].ibsi_tag == "cm_joint_max_3D_comb"


def test_columns_are_those_computed() -> None:
    values, described = compute(region(), CHAIN, EVERY)
    assert list(values) == list(described) == list(EVERY_COLUMN)


def test_intensities_are_those_before_discretisation() -> None:
    values, _ = compute(region(), CHAIN, read_families(["stat"]))
    assert values["ct__orig__stat_max__none"] == 260


def test_levels_without_a_discretisation_are_refused() -> None:
    with pytest.raises(StudyError, match=r"Add `discretise: \{bin_width: 25\}`"):
        compute(region(), [], read_families(["cm"]))


def test_intensity_families_need_no_discretisation() -> None:
    assert compute(region(), [], read_families(["stat"]))[0]


def test_the_modality_begins_the_name() -> None:
    assert all(name.startswith("pt__") for name in columns(CHAIN, EVERY, "pt"))


def test_an_unknown_family_is_refused_with_a_guess() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'morph'"):
        read_families(["morf"])


def test_an_unknown_setting_is_refused_with_a_guess() -> None:
    with pytest.raises(StudyError, match="Did you mean 'aggregation'"):
        read_families([{"cm": {"agregation": ["3d_avg"]}}])


def test_an_unknown_aggregation_is_refused() -> None:
    with pytest.raises(StudyError, match="family 'cm'"):
        read_families([{"cm": {"aggregation": ["4d"]}}])


def test_a_family_asked_twice_is_refused() -> None:
    with pytest.raises(StudyError, match="asked for twice"):
        read_families(["cm", {"cm": {"distance": 2}}])


def test_no_family_is_refused() -> None:
    with pytest.raises(StudyError, match=r"Name at least one family: .*cm, .*morph, .*stat"):
        read_families([])


def test_settings_are_spelled_as_they_were_read() -> None:
    spelled = [{"cm": {"distance": 2, "aggregation": ["3d_avg"]}}, {"stat": {}}]
    assert [one.spelled() for one in read_families(spelled)] == spelled


def test_settings_of_two_families_have_different_keys() -> None:
    assert len({one.key() for one in EVERY}) == 3


def in_noise() -> Region:
    """A box in the middle of noise, 30 voxels along each axis."""
    grid = Geometry((30, 30, 30))
    inside = np.zeros(grid.shape, dtype=bool)
    inside[12:18, 12:17, 13:18] = True
    return whole(
        Image(np.random.default_rng(5).normal(0, 100, grid.shape).astype(np.float32), grid), Mask(inside, grid)
    )


@pytest.mark.parametrize("spelled", [{"mean": {"support": 9}}, {"log": {"sigma_mm": 2}}, "wavelet"])
def test_a_cut_image_gives_responses_the_features_of_the_whole(spelled) -> None:
    """Local peaks look 6.2 mm out of the contour, at responses that are made of voxels still farther away."""
    families, filters = read_families(["loc", "stat"]), read_filters([spelled])
    cut, uncut = (compute(in_noise(), read_chain(chain), families, filters)[0] for chain in ([{"crop": {}}], []))
    assert cut == pytest.approx(uncut, rel=1e-4)


def test_two_discretisations_of_one_name_are_refused() -> None:
    twice = read_chain([{"discretise": {"bin_width": 25, "minimum": low}} for low in (0, -25)])
    with pytest.raises(StudyError, match="both be called fbs25"):
        columns(twice, EVERY)


def test_nothing_is_compiled_on_import() -> None:
    code = "import sys, radici.features.extract; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("first", [{"crop": {}}, {"resample": {"spacing_mm": [2, 2, 2]}}])
def test_what_cuts_the_image_before_resample_is_refused(first: dict) -> None:
    chain = read_chain([first, {"resample": {"spacing_mm": [1, 1, 1]}}])
    with pytest.raises(StudyError, match="move the new grid"):
        columns(chain, read_families(["stat"]))


def test_a_minimum_speaks_of_the_image_and_not_of_a_response() -> None:
    chain = read_chain([{"discretise": {"bin_width": 25, "minimum": 0}}])
    values, _ = compute(region(), chain, read_families(["ih"]), read_filters([{"log": {"sigma_mm": 1}}]))
    assert values["ct__log_1mm__ih_min__fbs25"] == 1


def test_matrices_of_gigabytes_are_refused() -> None:
    voxels = np.arange(20**3, dtype=np.float32).reshape(20, 20, 20)
    grid = Geometry((20, 20, 20))
    many = whole(Image(voxels, grid), Mask(np.ones(grid.shape, dtype=bool), grid))
    with pytest.raises(RegionError, match="wider bins"):
        compute(many, read_chain([{"discretise": {"bin_width": 1}}]), read_families([{"ngt": {"distance": 10}}]))
