"""A case in, what each engine can do with it out: `{task: function of nothing}`, input in memory, values returned.

Tasks of one name have the same scope in every engine, as far as it has the features:

- `full`: to 1 mm, linear, 32 levels; every family but local intensity and autocorrelation (Moran, Geary)
- `everything`: with those two
- `filters`, `filters_everything`: the same on the original, 8 coif1 sub-bands and Laplacian of Gaussian of 1, 2, 3 mm
- `texture`: the six texture families on the voxels as they are
- `own`: PyRadiomics' own seven classes (both first-order families of ours stand for its one), averaged over directions
- `own_files`: the same from files, for our drop-in
- `all_aggregations`: `full` in 2D, 2.5D and 3D at once
"""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import get_args

import numpy as np

TEXTURE = ("cm", "rlm", "szm", "dzm", "ngt", "ngl")
SIGMAS_MM = [1.0, 2.0, 3.0]
LEVELS = 32


def versions() -> dict[str, str]:
    """Versions of what decides speed, where installed."""
    found = {}
    for name in ("radici", "pictologics", "pyradiomics", "mirp", "numpy", "scipy", "numba", "SimpleITK"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def our_families(names: list[str], wanted: Callable[[str], bool]) -> tuple:
    """Settings of our families: of the aggregations those that are `wanted`."""
    from radici.features.family import FAMILIES, read_families

    spelled: list[dict] = []
    for name in names:
        fields = FAMILIES[name].settings.model_fields
        chosen: dict = {}
        if "aggregation" in fields:
            allowed = get_args(get_args(fields["aggregation"].annotation)[0])
            chosen["aggregation"] = [a for a in allowed if wanted(a)]
        spelled.append({name: chosen})
    return read_families(spelled)


def merged(aggregation: str) -> bool:
    return aggregation in ("3d_mrg", "3d")


def averaged(aggregation: str) -> bool:
    return aggregation in ("3d_avg", "3d")


def radici(case: dict) -> dict:
    """Ours. Every call begins with a new image and mask, so that nothing kept by an earlier one helps."""
    from radici.core.image import Geometry, Image, Mask
    from radici.core.region import whole
    from radici.features.compute import compute
    from radici.features.family import FAMILIES
    from radici.imaging import read_chain, read_filters

    grid = Geometry(case["image"].shape, case["spacing"])
    voxels, inside = case["image"].astype(np.float32), case["mask"] > 0
    to_1_mm = {"resample": {"spacing_mm": [1, 1, 1]}}
    levels = {"discretise": {"bin_number": LEVELS}}
    bank = [{"wavelet": {"family": "coif1"}}, {"log": {"sigma_mm": SIGMAS_MM}}]

    def task(names, chain, filters=(), wanted=merged):
        known = [name for name in names if name in FAMILIES]
        chosen = read_chain(chain), our_families(known, wanted)

        def go():
            region = whole(Image(voxels, grid), Mask(inside, grid))
            return compute(region, *chosen, read_filters(filters))[0]

        return go

    def own_files():
        from radici.pyradiomics import extract_pair, read_params

        setting = {"binCount": LEVELS, "resampledPixelSpacing": [1, 1, 1], "interpolator": "sitkLinear"}
        setting |= {"preCrop": True, "additionalInfo": False}
        params = read_params({"setting": setting, "imageType": {"Original": {}}})
        return extract_pair(f"{case['stem']}.nii", f"{case['stem']}.mask.nii", params)

    every = list(FAMILIES)
    plain = [name for name in every if name not in ("loc", "autocorrelation")]
    return {
        "full": task(plain, [to_1_mm, levels]),
        "everything": task(every, [to_1_mm, levels]),
        "texture": task(TEXTURE, [levels]),
        "own": task(("morph", "stat", "ih", "cm", "rlm", "szm", "ngt", "ngl"), [to_1_mm, levels], (), averaged),
        "own_files": own_files,
        "filters": task(plain, [to_1_mm, levels], bank),
        "filters_everything": task(every, [to_1_mm, levels], bank),
        "all_aggregations": task(plain, [to_1_mm, levels], (), lambda aggregation: True),
    }


def pictologics(case: dict) -> dict:
    """Pictologics: merged 3D texture only; a filtered image is a configuration of its own."""
    from pictologics import RadiomicsPipeline
    from pictologics.loader import Image

    origin = (0.0, 0.0, 0.0)
    image = Image(array=case["image"].astype(np.float64), spacing=case["spacing"], origin=origin, modality="CT")
    mask = Image(array=case["mask"].copy(), spacing=case["spacing"], origin=origin)
    to_1_mm = {"step": "resample", "params": {"new_spacing": [1.0, 1.0, 1.0], "interpolation": "linear"}}
    levels = {"step": "discretise", "params": {"method": "FBN", "n_bins": LEVELS}}
    bands = [{"type": "wavelet", "wavelet": "coif1", "level": 1, "decomposition": a + b + c} for a, b, c in EIGHT]
    bank = bands + [{"type": "log", "sigma_mm": sigma, "truncate": 4.0} for sigma in SIGMAS_MM]

    def measured(families, everything=False):
        params = {"families": families, "include_spatial_intensity": everything, "include_local_intensity": everything}
        return {"step": "extract_features", "params": params}

    def task(*configurations):
        pipeline = RadiomicsPipeline(load_standard=False)
        names = [f"c{number}" for number in range(len(configurations))]
        for name, steps in zip(names, configurations, strict=True):
            pipeline.add_config(name, steps)

        def go():
            found = pipeline.run(image, mask, config_names=names)
            pipeline.clear_log()
            return {f"{name} {key}": value for name in names for key, value in found[name].items()}

        return go

    families = ["intensity", "morphology", "texture", "histogram", "ivh"]
    found = {"texture": task([levels, measured(["texture"])])}
    for suffix, everything in (("full", False), ("everything", True)):
        last = measured(families, everything)
        plain = [to_1_mm, levels, last]
        found[suffix] = task(plain)
        filtered = [[to_1_mm, {"step": "filter", "params": one}, levels, last] for one in bank]
        found["filters_everything" if everything else "filters"] = task(plain, *filtered)
    return found


EIGHT = [(a, b, c) for a in "LH" for b in "LH" for c in "LH"]


def pyradiomics(case: dict) -> dict:
    """PyRadiomics, its seven classes of the original image."""
    import radiomics
    import SimpleITK as sitk
    from radiomics.featureextractor import RadiomicsFeatureExtractor

    radiomics.logger.setLevel(40)
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    scan, label = (sitk.GetImageFromArray(np.ascontiguousarray(case[name].T)) for name in ("image", "mask"))
    for one in (scan, label):
        one.SetSpacing(case["spacing"])
    settings = {"binCount": LEVELS, "resampledPixelSpacing": [1, 1, 1], "interpolator": "sitkLinear"}

    def task(*inputs):
        def go():
            extractor = RadiomicsFeatureExtractor(**settings, preCrop=True, additionalInfo=False)
            return extractor.execute(*inputs)

        return go

    stem = case["stem"]
    return {"own": task(scan, label), "own_files": task(f"{stem}.nii", f"{stem}.mask.nii")}


def mirp(case: dict) -> dict:
    """MIRP; it takes arrays of 1 mm voxels only, and reads other cases from uncompressed files in the call."""
    import logging
    import warnings

    from mirp import extract_features

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    names = ["morphological", "local_intensity", "statistics", "intensity_histogram", "intensity_volume_histogram"]
    names += ["glcm", "glrlm", "glszm", "gldzm", "ngtdm", "ngldm"]
    settings = {
        "base_feature_families": names,
        "new_spacing": 1.0,
        "by_slice": False,
        "spline_order": 1,
        "anti_aliasing": False,
        "base_discretisation_method": "fixed_bin_number",
        "base_discretisation_n_bins": LEVELS,
        "glcm_spatial_method": "3d_volume_merge",
        "glrlm_spatial_method": "3d_volume_merge",
    }
    stem = case["stem"]
    source = {"image": f"{stem}.nii", "mask": f"{stem}.mask.nii"}
    if set(case["spacing"]) == {1.0}:
        source = {"image": np.ascontiguousarray(case["image"].T.astype(np.float32))}
        source["mask"] = np.ascontiguousarray(case["mask"].T)

    def everything():
        found = extract_features(**source, image_modality="ct", export_features=True, **settings)[0]
        return {name: found[name] for name in found if not name.startswith(("image_", "sample_", "id_"))}

    return {"everything": everything}


ENGINES = {"radici": radici, "pictologics": pictologics, "pyradiomics": pyradiomics, "mirp": mirp}
