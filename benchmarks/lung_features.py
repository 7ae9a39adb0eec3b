"""Our features of 128 public lung tumours beside the PyRadiomics table that came with the images.

    python benchmarks/lung_features.py --data DATA --write docs/evidence

The table's own VoxelVolume says for 45 tumours that it was computed on the mask we have; only those can be compared.
"""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from radici.cohort.read import read_cohort
from radici.features.extract import extract
from radici.features.family import read_families
from radici.study.file import Study

# PyRadiomics name: (our feature, what turns ours into theirs)
SAME = {
    "shape_VoxelVolume": ("morph_vol_approx", lambda v: v),
    "shape_SurfaceArea": ("morph_area_mesh", lambda v: v),
    "shape_SurfaceVolumeRatio": ("morph_av", lambda v: v),
    "shape_Sphericity": ("morph_sphericity", lambda v: v),
    "shape_SphericalDisproportion": ("morph_sph_dispr", lambda v: v),
    "shape_Compactness1": ("morph_comp_1", lambda v: v),
    "shape_Compactness2": ("morph_comp_2", lambda v: v),
    "shape_Maximum3DDiameter": ("morph_diam", lambda v: v),
    "firstorder_Energy": ("stat_energy", lambda v: v),
    "firstorder_Kurtosis": ("stat_kurt", lambda v: v + 3),
    "firstorder_Maximum": ("stat_max", lambda v: v),
    "firstorder_Mean": ("stat_mean", lambda v: v),
    "firstorder_MeanAbsoluteDeviation": ("stat_mad", lambda v: v),
    "firstorder_Median": ("stat_median", lambda v: v),
    "firstorder_Minimum": ("stat_min", lambda v: v),
    "firstorder_Range": ("stat_range", lambda v: v),
    "firstorder_RootMeanSquared": ("stat_rms", lambda v: v),
    "firstorder_Skewness": ("stat_skew", lambda v: v),
    "firstorder_StandardDeviation": ("stat_var", np.sqrt),
    "firstorder_Variance": ("stat_var", lambda v: v),
}


def compare(data: Path, study: Path) -> tuple[pd.DataFrame, dict[str, int]]:
    """Largest and median relative difference of each feature, over the tumours whose voxel count agrees."""
    cohort = read_cohort(Study.read(study), data)
    table = extract(cohort, (), read_families(["morph", "stat"]))
    ours = table.values.set_index(pd.Index(table.rows["patient"]))
    ours.columns = [name.split("__")[2] for name in ours]
    theirs = pd.read_csv(data / "pyradiomics_features.csv", dtype={"PatientID": str}).set_index("PatientID")
    theirs.columns = [name.removeprefix("original_") for name in theirs]
    index = pd.read_csv(data / "image_index.csv", dtype={"PatientID": str}).set_index("PatientID")
    counted = index.loc[ours.index, "mask_voxels"]
    counts = {
        "tumours": len(ours),
        "voxel count equals image_index.csv": int((ours["morph_vol_approx"] == counted).sum()),
        "mask that the table was computed on": int((theirs.loc[ours.index, "shape_VoxelVolume"] == counted).sum()),
    }
    same = ours.index[theirs.loc[ours.index, "shape_VoxelVolume"] == counted]
    rows = []
    for name, (tag, convert) in SAME.items():
        a, b = convert(ours.loc[same, tag].to_numpy()), theirs.loc[same, name].to_numpy()
        apart = np.abs(a - b) / np.maximum(np.abs(b), 1e-12)
        rows.append((name, tag, np.median(apart), apart.max(), (apart < 1e-6).mean(), np.median((a - b) / b)))
    columns = ["PyRadiomics", "radici", "median", "largest", "within 1e-6", "median signed"]
    return pd.DataFrame(rows, columns=columns), counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--write", type=Path, default=None)
    args = parser.parse_args()
    found, counts = compare(args.data, Path(__file__).parent.parent / "examples/nsclc-ct/study.yaml")
    print(counts)
    print(found.to_string(float_format=lambda v: f"{v:.3g}"))
    if args.write:
        found.round(9).to_csv(args.write / "lung_features.csv", index=False)


if __name__ == "__main__":
    main()
