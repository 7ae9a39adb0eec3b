"""Scans -> nothing, or a refusal: one image under two patient ids could be in training and test at once."""

import gzip
import hashlib
import zlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from radici.core.cohort import Scan
from radici.core.errors import InputError, some


def refuse_shared_files(scans: Iterable[Scan]) -> None:
    """Raise `InputError` where two patients share an image or mask file, or one of them is a copy.

    Files of equal length (for gzip: equal CRC and length of the content) are compared by sha256 of their
    content, so that a copy that was compressed anew is seen too.
    """
    owners: dict[Path, dict[str, None]] = defaultdict(dict)
    for scan in scans:
        for path in [scan.image, *(source.path for source in scan.regions.values())]:
            owners[path.resolve()][scan.patient] = None
    shared = [f"{path.name} (patients {some(list(who))})" for path, who in owners.items() if len(who) > 1]
    if shared:
        other = next(list(who)[1] for who in owners.values() if len(who) > 1)
        raise InputError(_sentence(f"the same file is listed for several patients: {some(shared)}", other))
    copies = _copies({path: next(iter(who)) for path, who in owners.items()})
    if copies:
        pairs = [f"{a.name} (patient {p}) and {b.name} (patient {q})" for (a, p), (b, q) in copies]
        raise InputError(_sentence(f"files with the same content: {some(pairs, 4)}", copies[0][1][1]))


def _sentence(found: str, patient: str) -> str:
    return (
        f"Each patient must have images and masks of their own, but {found}. One person under two ids could be "
        f"in training and test at once. Find out which id is right and leave the other out, for example with "
        f"`exclude: {{{patient}: duplicate}}`."
    )


def _copies(owners: dict[Path, str]) -> list[tuple[tuple[Path, str], tuple[Path, str]]]:
    alike: dict[tuple[str, bytes], list[Path]] = defaultdict(list)
    for path in owners:
        alike[_glance(path)].append(path)
    found = []
    for group in alike.values():
        first: dict[str, Path] = {}
        if len({owners[path] for path in group}) == 1:
            continue
        for path in group:
            twin = first.setdefault(_content_hash(path), path)
            if owners[twin] != owners[path]:
                found.append(((twin, owners[twin]), (path, owners[path])))
    return found


def _glance(path: Path) -> tuple[str, bytes]:
    """What equal contents have in common, at the price of a look: the length, or gzip's last eight bytes."""
    size = path.stat().st_size
    if path.suffix.lower() != ".gz" or size < 8:
        return "plain", size.to_bytes(8, "little")
    with path.open("rb") as stream:
        stream.seek(-8, 2)
        return "gzip", stream.read(8)


def _content_hash(path: Path) -> str:
    """sha256 of the content; of the bytes as they are where a gzip file is damaged (loading it will say so)."""
    try:
        if path.suffix.lower() == ".gz":
            with gzip.open(path, "rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
    except (OSError, EOFError, zlib.error):
        pass
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
