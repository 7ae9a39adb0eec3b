"""A row of the image index -> a Scan whose files exist, or the reason why it is left out."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from radici.cohort.patterns import check_pattern, fill
from radici.cohort.settings import CohortSettings, PathColumn
from radici.core.cohort import RegionSource, Scan
from radici.core.errors import InputError, StudyError
from radici.core.names import check_token
from radici.core.registry import did_you_mean


def check_scan_columns(settings: CohortSettings, columns: list[str], table: str) -> None:
    """Raise `StudyError` where the study file names a column that `table` does not have."""
    for what, source in _sources(settings):
        if isinstance(source, str):
            check_pattern(source, columns, table)
        else:
            _check_column(source.column, what, columns, table)
    for what, name in _key_columns(settings).items():
        _check_column(name, what, columns, table)


def scan_of(settings: CohortSettings, patient: str, row: Mapping[str, str], data: Path) -> Scan | str:
    """The scan that a row describes, or in words why there is none.

    Raises
    ------
    StudyError
        The time point is no token, or a pattern's format does not exist.
    """
    assert settings.scans is not None
    keys = {what: row[name] for what, name in _key_columns(settings).items()}
    if settings.time is not None:
        if keys["time"] == "":
            return f"no time point in column '{settings.time.column}'"
        check_token(keys["time"], "The time point")
    prefix = " ".join([settings.scans.modality.upper(), *(f"{what} {text}" for what, text in keys.items() if text)])
    try:
        image = _path(settings.scans.image, "image", row, data)
        regions = {}
        for token, region in settings.regions.items():
            mask = region.mask or settings.scans.mask
            assert mask is not None
            what = "mask" if len(settings.regions) == 1 else f"'{token}' mask"
            regions[token] = RegionSource(_path(mask, what, row, data), region.label)
    except InputError as reason:
        return f"{prefix}: {reason}" if any(keys.values()) else str(reason)
    return Scan(patient, settings.scans.modality, image, regions, **keys)


def _path(source: str | PathColumn, what: str, row: Mapping[str, str], data: Path) -> Path:
    if isinstance(source, PathColumn):
        relative = row[source.column]
        if relative == "":
            raise InputError(f"no {what} path in column '{source.column}'")
    else:
        relative = fill(source, row)
    path = data / relative
    if not path.is_file():
        raise InputError(f"{what} file {relative} is missing")
    return path


def _sources(settings: CohortSettings) -> Iterable[tuple[str, str | PathColumn]]:
    assert settings.scans is not None
    yield "image", settings.scans.image
    if settings.scans.mask is not None:
        yield "mask", settings.scans.mask
    for token, region in settings.regions.items():
        if region.mask is not None:
            yield f"mask of '{token}'", region.mask


def _key_columns(settings: CohortSettings) -> dict[str, str]:
    assert settings.scans is not None
    named = {
        "time": settings.time.column if settings.time is not None else None,
        "lesion": settings.scans.lesion,
        "scan": settings.scans.scan,
        "reader": settings.scans.reader,
    }
    return {what: name for what, name in named.items() if name is not None}


def _check_column(name: str, what: str, columns: list[str], table: str) -> None:
    if name not in columns:
        raise StudyError(f"{what}: {table} has no column '{name}'.{did_you_mean(name, columns)}")
