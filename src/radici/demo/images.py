"""A hidden texture and a volume -> one CT of a lung lesion and its contour, as a given scanner would show them."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from radici.core.image import Geometry, Image, Mask

SHAPE = (64, 64, 40)
LUNG_HU, WALL_HU, LESION_HU = -800.0, 40.0, 20.0
EDGE_MM = 1.5
LUNG_SD_HU, LUNG_GRAIN_MM = 60.0, 2.0
TEXTURE_SD_HU, TEXTURE_GRAIN_MM = 60.0, 2.5


@dataclass(frozen=True)
class Scanner:
    """What differs between sites: voxel size (mm), blur of the kernel (mm), and noise (HU)."""

    in_plane_mm: float
    slice_mm: float
    blur_mm: float
    noise_hu: float

    @property
    def geometry(self) -> Geometry:
        """The grid of every scan of this scanner."""
        spacing = (self.in_plane_mm, self.in_plane_mm, self.slice_mm)
        origin = tuple(-0.5 * step * (count - 1) for step, count in zip(spacing, SHAPE, strict=True))
        return Geometry(SHAPE, spacing, (origin[0], origin[1], origin[2]))


SCANNERS = (Scanner(1.0, 2.5, 0.8, 14.0), Scanner(0.8, 2.0, 0.6, 20.0), Scanner(1.2, 3.0, 1.0, 10.0))


def texture_sd_hu(texture: float) -> float:
    """How strongly the lesion's intensities vary, before blur: 60 exp(0.45 texture) HU."""
    return float(TEXTURE_SD_HU * np.exp(0.45 * np.clip(texture, -2.5, 2.5)))


def texture_grain_mm(texture: float) -> float:
    """How coarse that variation is: 2.5 exp(-0.15 texture) mm (standard deviation of the smoothing Gaussian)."""
    return float(TEXTURE_GRAIN_MM * np.exp(-0.15 * np.clip(texture, -2.5, 2.5)))


def draw_ct(rng: np.random.Generator, scanner: Scanner, texture: float, volume_mm3: float) -> tuple[Image, Mask]:
    """Draw a CT of 64 x 64 x 40 voxels (HU) and the lesion's mask, whose voxels add up to `volume_mm3`."""
    geometry = scanner.geometry
    inside, body = _lesion(rng, geometry, volume_mm3)
    hu = LUNG_HU + LUNG_SD_HU * _grain(rng, geometry, LUNG_GRAIN_MM)
    lesion = LESION_HU + 10 * rng.standard_normal()
    variation = _grain(rng, geometry, texture_grain_mm(texture))
    variation = (variation - variation[inside].mean()) / variation[inside].std()
    hu[:, int(SHAPE[1] * 0.92) :, :] = WALL_HU
    hu[body] = lesion + texture_sd_hu(texture) * variation[body]
    hu = _smooth(hu, geometry, scanner.blur_mm)
    hu += scanner.noise_hu * _grain(rng, geometry, 0.6 * scanner.in_plane_mm)
    return Image(np.clip(np.rint(hu), -1024, 3071).astype(np.float32), geometry), Mask(inside, geometry)


def _lesion(rng: np.random.Generator, geometry: Geometry, volume_mm3: float) -> tuple[np.ndarray, np.ndarray]:
    """Contour and body of an uneven ellipsoid: the voxels nearest to the centre, by a distance that bulges.

    The body is wider than the contour by `EDGE_MM`, as readers leave the blurred edge out.
    """
    axes = np.exp(0.12 * rng.standard_normal(3))
    centre = rng.uniform(-2.0, 2.0, 3)
    steps = [
        (np.arange(count) * step + start - middle) / axis
        for count, step, start, middle, axis in zip(
            geometry.shape, geometry.spacing, geometry.origin, centre, axes, strict=True
        )
    ]
    distance = np.sqrt(steps[0][:, None, None] ** 2 + steps[1][None, :, None] ** 2 + steps[2][None, None, :] ** 2)
    bulged = distance * (1.0 + 0.12 * np.clip(_grain(rng, geometry, 7.0), -2.0, 2.0))
    count = round(volume_mm3 / geometry.voxel_volume_mm3)
    nearest = np.argpartition(bulged, count, axis=None)[:count]
    inside = np.zeros(bulged.size, dtype=bool)
    inside[nearest] = True
    return inside.reshape(bulged.shape), bulged <= bulged.ravel()[nearest].max() + EDGE_MM


def _grain(rng: np.random.Generator, geometry: Geometry, grain_mm: float) -> np.ndarray:
    """Random numbers of mean 0 and standard deviation 1 that vary over about `grain_mm`."""
    # wrapped round, for repeating the outermost voxels would make the corners wilder than the rest
    noise = _smooth(rng.standard_normal(geometry.shape, dtype=np.float32), geometry, grain_mm, "wrap")
    return (noise - noise.mean()) / noise.std()


def _smooth(voxels: np.ndarray, geometry: Geometry, sigma_mm: float, mode: str = "nearest") -> np.ndarray:
    return gaussian_filter(voxels, [sigma_mm / step for step in geometry.spacing], mode=mode, truncate=3.0)
