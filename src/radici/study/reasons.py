"""Who is left out and why -> the same in few sentences: equal reasons once, with everybody they concern."""

import re
from collections.abc import Iterable

from radici.core.cohort import Left
from radici.core.errors import some

WHO = re.compile(r"^Patient …[^:]*: ")
FILE = re.compile(r"[^\s()']+\.(nii\.gz|nii|nrrd)\b")
NUMBER = re.compile(r"\d+")


def by_reason(left_out: Iterable[Left]) -> dict[str, list[str]]:
    """Patients by reason, the commonest first; ids and numbers of files inside a shared reason become `…`."""
    groups: dict[str, list[Left]] = {}
    for left in left_out:
        groups.setdefault(_shared(left), []).append(left)
    found: dict[str, list[str]] = {}
    for shared, members in sorted(groups.items(), key=lambda item: -len({left.patient for left in item[1]})):
        ids = list(dict.fromkeys(left.patient for left in members))
        found[members[0].reason if len(ids) == 1 else shared] = ids
    return found


def why_nobody(left_out: Iterable[Left]) -> str:
    """The commonest reason and how many it concerns: what to mend first where nobody, or too few, are left."""
    groups = by_reason(left_out)
    if not groups:
        return "Nobody is listed as left out; is it the right data folder?"
    reason, ids = next(iter(groups.items()))
    everyone = {patient for group in groups.values() for patient in group}
    if len(everyone) == 1:
        return f"{ids[0]} is left out: {reason}"
    return f"{len(ids)} of {len(everyone)} left out ({some(ids, 3)}) for the same reason: {reason}"


def _shared(left: Left) -> str:
    """The reason without the patient's own id and numbers in file names, which may be the id written otherwise."""
    text = re.sub(rf"(?<![A-Za-z0-9.]){re.escape(left.patient)}(?![A-Za-z0-9.])", "…", left.reason)
    return FILE.sub(lambda file: NUMBER.sub("…", file.group()), WHO.sub("", text))
