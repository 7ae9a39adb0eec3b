"""An image and its mask in, PyRadiomics' columns for one region out."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import SimpleITK as sitk

from radici.core.errors import RadiciError, RegionError
from radici.pyradiomics import diagnostics
from radici.pyradiomics.filters import filtered, log
from radici.pyradiomics.grey_levels import Levels, discretise
from radici.pyradiomics.intensity import FIRST_ORDER, Sample
from radici.pyradiomics.masks import check, crop, inside_of, resegment, tolerance
from radici.pyradiomics.names import columns
from radici.pyradiomics.params import Params
from radici.pyradiomics.preparing import prepare
from radici.pyradiomics.reading import HOLES, Source, read_image, read_mask, refuse_holes
from radici.pyradiomics.shape import Outline, measure
from radici.pyradiomics.texture import Texture, texture_features

Row = dict[str, float | str]


@dataclass(frozen=True, eq=False)
class Ready:
    """Image and masks before any filter.

    Parameters
    ----------
    image
        Normalised and resampled where asked for.
    mask, outline
        The region for intensities and textures, and for its shape.
    box
        First and last voxel of the region along x, y, z.
    facts
        The `diagnostics_` columns; empty without `additionalInfo`.
    """

    image: sitk.Image
    mask: sitk.Image
    outline: sitk.Image
    box: np.ndarray
    facts: Row


def extract_pair(
    image_path: Source,
    mask_path: Source,
    params: Params,
    label: int | None = None,
    label_channel: int | None = None,
) -> Row:
    """The columns that PyRadiomics 3.0.1 gives for a region, by name, in its order.

    Parameters
    ----------
    image_path, mask_path
        Any file that SimpleITK reads, or images that it holds.
    params
        From `read_params`.
    label
        Value of the region in the mask, instead of the parameter file's `label`.
    label_channel
        Channel of a mask that holds several, instead of the parameter file's.

    Returns
    -------
    `diagnostics_` columns (texts and numbers) first, then features (numbers; NaN where undefined).

    Raises
    ------
    InputError
        The files cannot be read, do not fit each other, or the region cannot be measured; says which, and what to do.
    """
    given = {"label": label, "label_channel": label_channel}
    given = {name: value for name, value in given.items() if value is not None}
    settings = {**params.settings(), **given}
    with located(image_path, mask_path, settings), tolerance(settings["geometryTolerance"]):
        ready = make_ready(image_path, mask_path, params, settings, **given)
        row = {**ready.facts, **_shape(ready, params, settings)}
        for name, image, own in images(ready, params, settings):
            row.update(_features(name, image, ready, params, own))
    return row


@contextmanager
def located(image: Source, mask: Source, settings: Mapping[str, Any]) -> Iterator[None]:
    """Say in every error which image, mask and label it is about."""
    try:
        yield
    except RadiciError as error:
        names = ["in memory" if isinstance(one, sitk.Image) else str(one) for one in (image, mask)]
        raise type(error)(f"Image {names[0]}, mask {names[1]}, label {settings['label']}: {error}") from None


def make_ready(
    image_path: Source, mask_path: Source, params: Params, settings: Mapping[str, Any], **reported: Any
) -> Ready:
    """Read, normalise, resample, check, re-segment; `reported` stands in the diagnostics beside the file's settings."""
    label = settings["label"]
    image = read_image(image_path)
    mask = read_mask(mask_path, label, settings["label_channel"])
    refuse_holes(image_path, mask, label)
    informed = settings["additionalInfo"]
    facts: Row = {}
    if informed:
        shown = {**params.setting, **reported}
        facts = diagnostics.versions() | diagnostics.configuration(shown, params.image_types)
        facts |= diagnostics.of_image(image, "original") | diagnostics.of_mask(None, mask, label, "original")
    image, mask, resampled = prepare(image, mask, settings)
    if informed and resampled:
        facts |= diagnostics.of_image(image, "interpolated") | diagnostics.of_mask(image, mask, label, "interpolated")
    box, corrected = check(image, mask, settings)
    mask = mask if corrected is None else corrected
    if not np.isfinite(sitk.GetArrayViewFromImage(image)[inside_of(mask, label)]).all():
        raise RegionError(HOLES)
    if corrected is not None and informed:
        facts |= diagnostics.of_mask(image, mask, label, "corrected")
    outline = mask
    if settings["resegmentRange"] is not None:
        mask = resegment(image, mask, settings)
        box, _ = check(image, mask, settings)
        if informed:
            facts |= diagnostics.of_mask(image, mask, label, "resegmented")
        outline = mask if settings["resegmentShape"] else outline
    return Ready(image, mask, outline, box, facts)


def images(
    ready: Ready, params: Params, settings: Mapping[str, Any]
) -> Iterator[tuple[str, sitk.Image, dict[str, Any]]]:
    """Name and voxels of each filtered image, with the settings of its image type."""
    for image_type in params.image_types:
        own = {**settings, **params.image_types[image_type]}
        for name, image in filtered(image_type, ready.image, ready.mask, own):
            yield name, image, own


def flat_axis(settings: Mapping[str, Any], axes: int) -> int | None:
    """Axis of (z, y, x) along which nothing moves, or None."""
    return settings["force2Ddimension"] + 3 - axes if settings["force2D"] else None


def as_volume(image: sitk.Image) -> np.ndarray:
    """Voxels in shape (z, y, x); one plane for an image of two axes."""
    voxels = sitk.GetArrayFromImage(image)
    return voxels if voxels.ndim == 3 else voxels[None]


def spacing_of(image: sitk.Image) -> tuple[float, ...]:
    """Spacing in mm along z, y, x; 0 along z for an image of two axes."""
    found = image.GetSpacing()[::-1]
    return found if len(found) == 3 else (0.0, *found)


def voxel_mm3(image: sitk.Image) -> float:
    """Volume of a voxel, or area of a pixel."""
    return float(np.multiply.reduce(image.GetSpacing()))


def _features(name: str, image: sitk.Image, ready: Ready, params: Params, own: Mapping[str, Any]) -> Row:
    image, mask = crop((image, ready.mask), ready.box)
    voxels, inside = as_volume(image), as_volume(mask) == own["label"]
    levels = discretise(voxels, inside, own["binWidth"], own["binCount"])
    texture = Texture(levels, spacing_of(image), own, flat_axis(own, image.GetDimension()))
    row: Row = {}
    for feature_class, asked in params.feature_classes.items():
        wanted = columns(feature_class, asked)
        if feature_class.startswith("shape") or not wanted:
            continue
        if feature_class == "firstorder":
            found = _first_order(wanted, voxels[inside], levels, own["voxelArrayShift"], voxel_mm3(image))
        else:
            found = texture_features(feature_class, wanted, texture, texture.whole)
        row.update({f"{name}_{feature_class}_{f}": float(found[f][0]) if f in found else float("nan") for f in wanted})
    return row


def _first_order(
    names: list[str], intensities: np.ndarray, levels: Levels, shift: float, volume: float
) -> dict[str, np.ndarray]:
    counts = np.bincount(levels.place.ravel(), minlength=len(levels.values) + 1)[None, 1:]
    sample = Sample(intensities.astype(float)[None], counts, shift, volume)
    return {name: FIRST_ORDER[name](sample) for name in names}


def _shape(ready: Ready, params: Params, settings: Mapping[str, Any]) -> Row:
    (mask,) = crop((ready.outline,), ready.box)
    inside = inside_of(mask, settings["label"])
    spacing = mask.GetSpacing()[::-1]
    row: Row = {}
    for feature_class in ("shape", "shape2D"):
        if feature_class not in params.feature_classes:
            continue
        axis = _out_of_plane(feature_class, inside, ready.box, settings)
        if axis is None:
            continue
        part, mm = inside, spacing
        if axis >= 0:
            part, mm = inside.squeeze(axis), tuple(s for a, s in enumerate(spacing) if a != axis)
        wanted = columns(feature_class, params.feature_classes[feature_class])
        found = measure(Outline(np.pad(part, 1), mm), wanted)
        row.update({f"original_{feature_class}_{name}": value for name, value in found.items()})
    return row


def _out_of_plane(feature_class: str, inside: np.ndarray, box: np.ndarray, settings: Mapping[str, Any]) -> int | None:
    """Axis to take away before a class is computed, -1 for none; None if PyRadiomics skips the class."""
    if inside.ndim == 2:
        return -1 if feature_class == "shape2D" else None
    if feature_class == "shape":
        return -1
    axis: int = settings["force2Ddimension"]
    if not settings["force2D"]:
        return None
    # PyRadiomics looks at the size along x, y, z where it means z, y, x, and goes on where that is more than 1.
    if box[2 * axis + 1] == box[2 * axis]:
        log.warning("No shape2D columns: PyRadiomics 3.0.1 skips a region of one voxel along axis %d.", axis)
        return None
    if inside.shape[axis] > 1:
        raise RegionError(
            f"Class shape2D is for regions of one voxel along `force2Ddimension` ({axis}, counted z, y, x); this one "
            f"has {inside.shape[axis]}. Leave shape2D out, or give a mask of one slice."
        )
    return axis
