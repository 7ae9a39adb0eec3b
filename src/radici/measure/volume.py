"""Mask in, cubic millimetres out, by counting voxels."""

from radici.core.image import Mask


def voxel_volume_mm3(mask: Mask) -> float:
    """Number of voxels times the volume of one; 0 for an empty mask (IBSI YEKZ)."""
    return mask.count * mask.geometry.voxel_volume_mm3
