"""What has been extracted before and still holds: one small file per region of a scan, named by what made it."""

import json
import math
import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from radici import __version__
from radici.core.cohort import Scan
from radici.core.image import Geometry, Image, Mask
from radici.core.provenance import file_hash, text_hash
from radici.core.region import Region
from radici.core.settings import Settings

Values = dict[str, float]


def content_key(scan: Scan, token: str) -> str:
    """Text that changes with the image's bytes, the mask's bytes, the label, the modality or radici's version.

    A folder (a DICOM series) counts with the names and bytes of all files in it.
    """
    source = scan.regions[token]
    return text_hash(
        _bytes_key(scan.image), _bytes_key(source.path), str(source.label), scan.modality, token, __version__
    )


def settings_key(settings: Sequence[Settings]) -> str:
    """Text that changes with any setting, or their order."""
    return text_hash(*(one.key() for one in settings))


def _bytes_key(path: Path) -> str:
    if not path.is_dir():
        return file_hash(path)
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return text_hash(*(part for file in files for part in (file.relative_to(path).as_posix(), file_hash(file))))


@dataclass(frozen=True)
class Store:
    """A folder of results that a later run may use again; `folder` None keeps nothing.

    Files are written under another name first and then renamed, so that a run cut short leaves none half done.
    """

    folder: Path | None

    def values(self, key: str) -> Values | None:
        """Feature values kept under `key`, or None where there are none or the file cannot be read."""
        if self.folder is None:
            return None
        try:
            kept = json.loads((self.folder / f"{key}.json").read_text())
            return {str(name): math.nan if value is None else float(value) for name, value in kept["values"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def keep_values(self, key: str, values: Values) -> None:
        """Keep feature values; every digit of a float survives, NaN is written as null."""
        plain = {name: None if math.isnan(value) else value for name, value in values.items()}
        text = json.dumps({"radici": __version__, "values": plain}, indent=0)
        self._write(f"{key}.json", lambda stream: stream.write(text.encode()))

    def has_region(self, key: str) -> bool:
        """Whether a region is kept under `key`."""
        return self.folder is not None and (self.folder / f"{key}.npz").is_file()

    def keep_region(self, key: str, region: Region) -> None:
        """Keep a region between the steps that learn nothing and those that do (no history: the key says it)."""
        grid = region.geometry
        arrays: dict[str, Any] = {
            "image": region.image.voxels,
            "shape_mask": region.shape_mask.voxels,
            "intensity_mask": region.intensity_mask.voxels,
            "spacing": np.array(grid.spacing),
            "origin": np.array(grid.origin),
            "direction": np.array(grid.direction),
            "levels": np.array(region.levels),
            "modality": np.array(region.modality),
        }
        self._write(f"{key}.npz", lambda stream: np.savez_compressed(stream, **arrays))

    def region(self, key: str, history: tuple[Settings, ...]) -> Region:
        """The region kept under `key`, with the steps that led there."""
        assert self.folder is not None
        with np.load(self.folder / f"{key}.npz", allow_pickle=False) as kept:
            image = kept["image"]
            grid = Geometry(tuple(image.shape), tuple(kept["spacing"]), tuple(kept["origin"]), tuple(kept["direction"]))
            shape_mask = Mask(kept["shape_mask"], grid)
            intensity_mask = Mask(kept["intensity_mask"], grid)
            modality, levels = str(kept["modality"]), int(kept["levels"])
        return Region(Image(image, grid), shape_mask, intensity_mask, modality, history, levels)

    def _write(self, name: str, write: Callable[[IO[bytes]], Any]) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as stream:
                write(stream)
            Path(temporary).replace(self.folder / name)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
