"""Contour in, its size and shape out (IBSI family HCUG); Moran's I and Geary's C are in `autocorrelation`."""

from dataclasses import dataclass

import numpy as np

from radici.core.image import Mask
from radici.core.region import Region
from radici.features.family import FamilySettings, How, family
from radici.measure.diameters import Hull, convex_hull, principal_axes
from radici.measure.diameters import maximum_diameter as longest
from radici.measure.mesh import outermost_vertices, surface
from radici.measure.volume import voxel_volume_mm3


class Morph(FamilySettings):
    """Morphological features have no settings."""


@dataclass(frozen=True)
class Outline:
    """What a contour alone says: its mesh, the hull of the mesh and what encloses it, and its voxels.

    Lengths in mm; `box_mm` are the edges of the axis-aligned bounding box of the mesh, `smallest_box_mm` those of the
    smallest box of any direction; `enclosing` are the semi-axes of the smallest ellipsoid around the mesh;
    `variances` are those of the voxel centres along their principal axes, largest first.
    """

    area: float
    volume: float
    counted_volume: float
    hull: Hull
    box_mm: tuple[float, float, float]
    smallest_box_mm: tuple[float, float, float]
    enclosing: tuple[float, float, float]
    variances: tuple[float, float, float]

    @property
    def semi_axes(self) -> tuple[float, float, float]:
        """Half the lengths of the ellipsoid with the region's principal variances."""
        a, b, c = (2 * float(np.sqrt(v)) for v in self.variances)
        return a, b, c


@dataclass(frozen=True)
class Shape:
    """What the features read: the contour's outline, and where and how high the intensities are."""

    outline: Outline
    mean_intensity: float
    shift: float


@family("morph", on="shape", settings=Morph, ibsi="HCUG")
def morph(region: Region, how: How) -> Shape:
    """Mesh, hull, enclosing bodies, principal axes and centres of mass, each computed once."""
    return Shape(region.shape_mask.once(outline), float(region.intensities().mean()), _shift(region))


def outline(mask: Mask) -> Outline:
    """Surface, hull, enclosing bodies and principal axes of a mask; ask for it with `mask.once(outline)`."""
    from radici.measure.enclose import smallest_box, smallest_ellipsoid

    inside, spacing = np.ascontiguousarray(mask.voxels[mask.box]), mask.geometry.spacing
    area, volume = surface(inside, spacing)
    hull = convex_hull(outermost_vertices(inside, spacing))
    x, y, z = (n * side for n, side in zip(inside.shape, spacing, strict=True))
    return Outline(
        area,
        volume,
        voxel_volume_mm3(mask),
        hull,
        (x, y, z),
        smallest_box(hull),
        smallest_ellipsoid(hull.corners),
        principal_axes(inside, spacing),
    )


def _shift(region: Region) -> float:
    """Distance in mm between the contour's centre and the intensity-weighted one; NaN if intensities sum to 0."""
    from radici.measure.sweep import moments, weighted_sums

    shape, intensity = region.shape_mask, region.intensity_mask
    total, *weighted = weighted_sums(region.intensities(), np.ascontiguousarray(intensity.voxels[intensity.box]))
    if total == 0:
        return float("nan")
    count, *sums = moments(np.ascontiguousarray(shape.voxels[shape.box]))[:4]
    centre = np.array(sums) / count + shape.bounding_box()[0]
    pulled = np.array(weighted) / total + intensity.bounding_box()[0]
    return float(np.linalg.norm((centre - pulled) * region.geometry.spacing))


@morph.feature("volume", ibsi="RNU0", unit="mm³")
def mesh_volume(s: Shape) -> float:
    """Volume inside the mesh."""
    return s.outline.volume


@morph.feature("vol_approx", ibsi="YEKZ", unit="mm³")
def counted_volume(s: Shape) -> float:
    """Volume by counting voxels; larger than the mesh's in small regions."""
    return s.outline.counted_volume


@morph.feature("area_mesh", ibsi="C0JK", unit="mm²")
def surface_area(s: Shape) -> float:
    """Area of the mesh."""
    return s.outline.area


@morph.feature("av", ibsi="2PR5", unit="1/mm")
def surface_to_volume(s: Shape) -> float:
    """Area over volume; falls with size."""
    return s.outline.area / s.outline.volume


@morph.feature("comp_1", ibsi="SKGS")
def compactness_1(s: Shape) -> float:
    """V / (sqrt(pi) A^1.5): 1 / (6 pi) = 0.053 for a sphere, less for anything else."""
    return s.outline.volume / float(np.sqrt(np.pi) * s.outline.area**1.5)


@morph.feature("comp_2", ibsi="BQWJ")
def compactness_2(s: Shape) -> float:
    """36 pi V² / A³: 1 for a sphere, less for anything else."""
    return float(36 * np.pi * s.outline.volume**2 / s.outline.area**3)


@morph.feature("sph_dispr", ibsi="KRCK")
def spherical_disproportion(s: Shape) -> float:
    """Area over that of the sphere of equal volume: 1 for a sphere, more for anything else."""
    return 1 / sphericity(s)


@morph.feature("sphericity", ibsi="QCFX")
def sphericity(s: Shape) -> float:
    """Area of the sphere of equal volume over the area: 1 for a sphere, less for anything else."""
    return float((36 * np.pi * s.outline.volume**2) ** (1 / 3) / s.outline.area)


@morph.feature("asphericity", ibsi="25C7")
def asphericity(s: Shape) -> float:
    """Spherical disproportion less 1: 0 for a sphere."""
    return spherical_disproportion(s) - 1


@morph.feature("com", ibsi="KLMA", unit="mm")
def centre_of_mass_shift(s: Shape) -> float:
    """Distance between the contour's centre and the intensity-weighted one.

    NaN where the intensities sum to 0; of little meaning where they change sign (HU), as IBSI's own spread on
    the CT phantom shows.
    """
    return s.shift


@morph.feature("diam", ibsi="L0JK", unit="mm")
def maximum_diameter(s: Shape) -> float:
    """Largest distance between two vertices of the mesh."""
    return longest(s.outline.hull.corners)


@morph.feature("pca_maj_axis", ibsi="TDIC", unit="mm")
def major_axis(s: Shape) -> float:
    """Length of the longest axis of the ellipsoid with the region's principal variances; 0 for one voxel."""
    return 2 * s.outline.semi_axes[0]


@morph.feature("pca_min_axis", ibsi="P9VJ", unit="mm")
def minor_axis(s: Shape) -> float:
    """Length of that ellipsoid's second axis; 0 for a row of voxels."""
    return 2 * s.outline.semi_axes[1]


@morph.feature("pca_least_axis", ibsi="7J51", unit="mm")
def least_axis(s: Shape) -> float:
    """Length of that ellipsoid's shortest axis; 0 for a plane of voxels."""
    return 2 * s.outline.semi_axes[2]


@morph.feature("pca_elongation", ibsi="Q3CK")
def elongation(s: Shape) -> float:
    """Minor over major axis: 1 where the region is as wide as long; NaN for one voxel, which has no axes."""
    major, minor, _ = s.outline.semi_axes
    return minor / major if major else float("nan")


@morph.feature("pca_flatness", ibsi="N17B")
def flatness(s: Shape) -> float:
    """Least over major axis: 1 where the region is not flat; NaN for one voxel, which has no axes."""
    major, _, least = s.outline.semi_axes
    return least / major if major else float("nan")


@morph.feature("vol_dens_aabb", ibsi="PBX1")
def volume_density_box(s: Shape) -> float:
    """Volume over that of the axis-aligned bounding box."""
    return s.outline.volume / float(np.prod(s.outline.box_mm))


@morph.feature("area_dens_aabb", ibsi="R59B")
def area_density_box(s: Shape) -> float:
    """Area over that of the axis-aligned bounding box."""
    return s.outline.area / _box_area(*s.outline.box_mm)


def _box_area(x: float, y: float, z: float) -> float:
    return 2 * (x * y + y * z + z * x)


@morph.feature("vol_dens_ombb", ibsi="ZH1A")
def volume_density_smallest_box(s: Shape) -> float:
    """Volume over that of the smallest bounding box of any direction; never less than for the axis-aligned box.

    The box is the smallest of those with a side flush with a face of the convex hull, as is usual; one that touches
    the hull with edges only can be smaller, by little. IBSI found no agreement on the value.
    """
    return s.outline.volume / float(np.prod(s.outline.smallest_box_mm))


@morph.feature("area_dens_ombb", ibsi="IQYR")
def area_density_smallest_box(s: Shape) -> float:
    """Area over that of the smallest bounding box of any direction; IBSI found no agreement on the value."""
    return s.outline.area / _box_area(*s.outline.smallest_box_mm)


@morph.feature("vol_dens_aee", ibsi="6BDE")
def volume_density_ellipsoid(s: Shape) -> float:
    """Volume over that of the ellipsoid with the region's principal variances; NaN where it is flat."""
    volume = 4 / 3 * np.pi * np.prod(s.outline.semi_axes)
    return s.outline.volume / float(volume) if volume else float("nan")


@morph.feature("area_dens_aee", ibsi="RDD2")
def area_density_ellipsoid(s: Shape) -> float:
    """Area over IBSI's approximation to that of the ellipsoid of principal variances; NaN where it is flat.

    IBSI prints the series with the eccentricities of the a-b and a-c ellipses; the exact area takes those of
    a-c and b-c. The reference values follow the print (digital phantom: 1.36, where the exact area gives 1.30),
    and so does this feature.
    """
    return s.outline.area / _ellipsoid_area(*s.outline.semi_axes) if s.outline.semi_axes[2] else float("nan")


def _ellipsoid_area(a: float, b: float, c: float, terms: int = 20) -> float:
    """IBSI's Legendre series, up to degree 20, for the area of an ellipsoid with semi-axes a >= b >= c > 0.

    The terms (alpha beta)^n P_n((alpha² + beta²) / (2 alpha beta)) follow Bonnet's recurrence multiplied by
    (alpha beta)^(n+1), which divides by nothing and so holds for spheroids and spheres too.
    """
    alpha2, beta2 = 1 - (b / a) ** 2, 1 - (c / a) ** 2
    half, product = (alpha2 + beta2) / 2, alpha2 * beta2
    before, term = 1.0, half
    total = before - term / 3
    for n in range(1, terms):
        before, term = term, ((2 * n + 1) * half * term - n * product * before) / (n + 1)
        total += term / (1 - 4 * (n + 1) ** 2)
    return float(4 * np.pi * a * b * total)


@morph.feature("vol_dens_mvee", ibsi="SWZ1")
def volume_density_enclosing_ellipsoid(s: Shape) -> float:
    """Volume over that of the smallest ellipsoid around the mesh; below 1, and IBSI found no agreement on the value."""
    return s.outline.volume / float(4 / 3 * np.pi * np.prod(s.outline.enclosing))


@morph.feature("area_dens_mvee", ibsi="BRI8")
def area_density_enclosing_ellipsoid(s: Shape) -> float:
    """Area over that of the smallest ellipsoid around the mesh, by IBSI's series (see `area_dens_aee`).

    IBSI found no agreement on the value.
    """
    return s.outline.area / _ellipsoid_area(*s.outline.enclosing)


@morph.feature("vol_dens_conv_hull", ibsi="R3ER")
def volume_density_hull(s: Shape) -> float:
    """Volume over that of the convex hull (solidity): 1 for a convex region."""
    return s.outline.volume / s.outline.hull.volume


@morph.feature("area_dens_conv_hull", ibsi="7T7F")
def area_density_hull(s: Shape) -> float:
    """Area over that of the convex hull: 1 for a convex region."""
    return s.outline.area / s.outline.hull.area


@morph.feature("integ_int", ibsi="99N0", unit="image unit · mm³")
def integrated_intensity(s: Shape) -> float:
    """Mesh volume times mean intensity (on SUV: total lesion glycolysis in SUV · mm³)."""
    return s.outline.volume * s.mean_intensity
