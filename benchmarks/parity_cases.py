"""Images and masks on which PyRadiomics and radici are compared: two that PyRadiomics ships, the others made here."""

from pathlib import Path

import numpy as np


def make_cases(data: Path, folder: Path) -> dict[str, list[str]]:
    """Image and mask of each case: two that PyRadiomics ships, six made here; images and masks as NRRD files."""
    import SimpleITK as sitk

    folder.mkdir(parents=True, exist_ok=True)
    cases = {
        name: [str(data / f"{name}_image.nrrd"), str(data / f"{name}_label.nrrd")] for name in ("brain1", "breast1")
    }
    for name, (image, mask) in _made(sitk).items():
        paths = [str(folder / f"{name}_{kind}.nrrd") for kind in ("image", "mask")]
        for one, path in zip((image, mask), paths, strict=True):
            sitk.WriteImage(one, path)
        cases[name] = paths
    return cases


def _on(sitk, voxels, spacing, origin=(0.0, 0.0, 0.0), direction=None):
    image = sitk.GetImageFromArray(voxels)
    image.SetSpacing(spacing)
    image.SetOrigin(origin)
    if direction is not None:
        image.SetDirection(direction)
    return image


def _texture(rng, shape, width):
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(rng.standard_normal(shape), width) * width**1.5
    return 300 + 400 * noise + 20 * rng.standard_normal(shape)


def _ball(shape, centre, radii):
    at = np.indices(shape).reshape(3, -1).T
    return ((((at - centre) / radii) ** 2).sum(axis=1) <= 1).reshape(shape)


def _made(sitk):
    rng = np.random.default_rng(11)
    cases = {}
    spacing, turned = (0.7, 0.9, 3.1), (0.8, -0.6, 0, 0.6, 0.8, 0, 0, 0, 1)
    shape = (17, 46, 51)
    image = _texture(rng, shape, 1.5).astype(np.float32)
    mask = (_ball(shape, (8, 22, 25), (6, 14, 17)) & (rng.random(shape) < 0.97)).astype(np.uint8)
    cases["anisotropic"] = (
        _on(sitk, image, spacing, (-30, 12, 5), turned),
        _on(sitk, mask, spacing, (-30, 12, 5), turned),
    )

    shape, spacing = (24, 40, 42), (1.2, 1.2, 2.0)
    image = _texture(rng, shape, 2).round().astype(np.int16)
    parts = (
        _ball(shape, (7, 10, 11), (4, 6, 7))
        | _ball(shape, (16, 28, 28), (5, 8, 6))
        | _ball(shape, (5, 30, 9), (2, 2, 2))
    )
    both = sitk.Compose(
        _on(sitk, parts.astype(np.uint8), spacing),
        _on(sitk, (2 * _ball(shape, (12, 20, 20), (6, 9, 9))).astype(np.uint8), spacing),
    )
    cases["components"] = (_on(sitk, image, spacing), both)

    shape, spacing = (9, 12, 11), (2.0, 1.5, 2.5)
    image = rng.integers(-60, 260, shape).astype(np.int16)
    mask = np.zeros(shape, np.int16)
    mask[3:6, 4:7, 4:8] = rng.integers(0, 2, (3, 3, 4))
    mask[4, 5, 4:8] = 1
    mask[7, 9:11, 8:10] = 2
    cases["small"] = (_on(sitk, image, spacing), _on(sitk, mask, spacing))

    shape, spacing = (12, 36, 30), (0.9, 1.1, 4.0)
    image = _texture(rng, shape, 1).astype(np.float64)
    mask = np.zeros(shape, np.uint8)
    mask[6] = _ball((1, 36, 30), (0, 17, 15), (1, 11, 9))[0] & (rng.random((36, 30)) < 0.95)
    cases["slice"] = (_on(sitk, image, spacing), _on(sitk, mask, spacing))

    shape, spacing = (20, 30, 28), (1.0, 1.0, 1.5)
    image = _texture(rng, shape, 1.2).round().astype(np.int32)
    mask = _ball(shape, (9, 14, 13), (5, 8, 7)).astype(np.uint8)
    moved = _on(sitk, np.ascontiguousarray(mask[2:18, 3:27, 4:25]), spacing, (4.3, 2.8, 3.2))
    cases["other grid"] = (_on(sitk, image, spacing), moved)
    cases["nearly same grid"] = (
        _on(sitk, image, spacing),
        _on(sitk, 2 * mask - (mask * (image > 400)).astype(np.uint8), spacing, (1e-4, 0, 0)),
    )
    return cases


def make_large(folder: Path) -> list[str]:
    """A region of 617,188 voxels."""
    import SimpleITK as sitk

    paths = [str(folder / f"large_{kind}.nrrd") for kind in ("image", "mask")]
    shape = (128, 256, 256)
    image = _texture(np.random.default_rng(3), shape, 1.5).round().astype(np.int16)
    mask = _ball(shape, (64, 128, 128), (47, 55, 57)).astype(np.uint8)
    for voxels, path in zip((image, mask), paths, strict=True):
        sitk.WriteImage(sitk.GetImageFromArray(voxels), path)
    return paths
