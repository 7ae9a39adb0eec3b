"""A record in; what a reader must be warned of before trusting its image features, out."""

from radici.core.names import FeatureName
from radici.core.table import Column
from radici.imaging.step import STEPS
from radici.reporting.record import Record
from radici.reporting.words import counted


def raw_mr(record: Record) -> str:
    """A sentence where intensities or textures were measured on MR and no step normalises each scan; else empty."""
    modalities = {scan.modality.lower() for scan in record.cohort.scans}
    steps = [name for item in record.imaging for name in item]
    if "mr" not in modalities or any(name in STEPS and STEPS[name].normalises_each_scan for name in steps):
        return ""
    number = sum(_is_mr_intensity(record.table.columns[name]) for name in record.blocks.image)
    if not number:
        return ""
    return (
        f"Caution: raw MR intensities have no unit and differ between scans, and no step here normalises each scan. "
        f"{counted(number, 'feature')} of intensity or texture may therefore tell scanners apart rather than patients."
    )


def _is_mr_intensity(column: Column) -> bool:
    try:
        name = FeatureName.parse(column.name)
    except ValueError:
        return False
    return name.where.split("_")[0] == "mr" and not name.feature.startswith("morph_")
