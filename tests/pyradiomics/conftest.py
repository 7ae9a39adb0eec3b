"""Small images and masks, made here, as SimpleITK holds them."""

import numpy as np
import pytest
import SimpleITK as sitk


@pytest.fixture(scope="session")
def on_grid():
    """Voxels (z, y, x) as an image, 1 mm apart unless said otherwise."""

    def make(voxels, spacing=(1.0, 1.0, 1.0), origin=(0.0, 0.0, 0.0)):
        image = sitk.GetImageFromArray(np.asarray(voxels))
        image.SetSpacing(spacing[: image.GetDimension()])
        image.SetOrigin(origin[: image.GetDimension()])
        return image

    return make


@pytest.fixture(scope="session")
def noisy():
    """Intensities, int16, shape (9, 10, 11), and a mask of a block with a corner cut off."""
    rng = np.random.default_rng(5)
    voxels = rng.integers(0, 200, (9, 10, 11)).astype(np.int16)
    mask = np.zeros(voxels.shape, np.uint8)
    mask[2:7, 3:8, 2:9] = 1
    mask[2:4, 3:5, 2:4] = 0
    return voxels, mask
