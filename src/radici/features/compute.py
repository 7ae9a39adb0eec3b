"""One region and a chain in, its named features out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from radici.core.errors import StudyError
from radici.core.names import FeatureName
from radici.core.region import Region
from radici.core.table import Column
from radici.features.family import FAMILIES, Family, FamilySettings, How
from radici.imaging.check import check_region
from radici.imaging.discretise import Discretise
from radici.imaging.step import Step


@dataclass(frozen=True)
class Stages:
    """A region before the last discretisation and at the chain's end; the same where nothing discretises."""

    intensities: Region
    levels: Region


def compute(
    region: Region, chain: Sequence[Step], families: Sequence[FamilySettings]
) -> tuple[dict[str, float], dict[str, Column]]:
    """Features of one region, and what each is.

    Parameters
    ----------
    region
        As read, before any step.
    chain
        Imaging steps in order. Families of shape and intensities see the region before the last `discretise`,
        families of grey levels see it at the end.
    families
        What to compute, see `read_families`.

    Returns
    -------
    Values by name (`ct__orig__stat_mean__none`; region and time are added by `FeatureTable.wide`), NaN where a
    feature is undefined by its definition; and the columns of those names.

    Raises
    ------
    StudyError
        When a family needs grey levels and no step makes them.
    RegionError
        When the region cannot be measured.
    """
    described = columns(chain, families, region.modality)
    return measure(run_chain(region, chain), chain, families), described


def run_chain(region: Region, chain: Sequence[Step]) -> Stages:
    """The region at the two places where features look."""
    check_region(region)
    before = None
    for step in chain:
        if isinstance(step, Discretise):
            before = region
        region = step(region)
    return Stages(region if before is None else before, region)


def measure(stages: Stages, chain: Sequence[Step], families: Sequence[FamilySettings]) -> dict[str, float]:
    """Values by feature name of a region whose chain has been run."""
    values: dict[str, float] = {}
    for family, how, token in _plan(chain, families):
        seen = stages.levels if family.on == "levels" else stages.intensities
        parts = family.build(seen, how)
        for feature in family.features.values():
            name = _name(seen.modality, family, feature.tag, token)
            values[name] = float(np.mean([feature.read(part) for part in parts])) if parts else float("nan")
    return values


def columns(chain: Sequence[Step], families: Sequence[FamilySettings], modality: str = "ct") -> dict[str, Column]:
    """What would be computed: the columns, with IBSI's tag and code and the unit of each.

    Raises
    ------
    StudyError
        When a family needs grey levels and no step makes them.
    """
    described = {}
    for family, how, token in _plan(chain, families):
        for feature in family.features.values():
            name = _name(modality, family, feature.tag, token)
            tag = f"{family.name}_{feature.tag}{how.ibsi_suffix}"
            described[name] = Column(name, unit=feature.unit, ibsi_tag=tag, ibsi_code=feature.ibsi)
    return described


def _plan(chain: Sequence[Step], families: Sequence[FamilySettings]) -> Iterator[tuple[Family, How, str]]:
    """Each way to build each family, with the last field of its features' names."""
    binned = [step.token for step in chain if isinstance(step, Discretise)]
    for settings in families:
        family = FAMILIES[settings.family]
        if family.on == "levels" and not binned:
            raise StudyError(
                f"The family '{family.name}' needs grey levels, and no imaging step makes them. Add "
                f"`discretise: {{bin_width: 25}}` (or `bin_number: 32` for images without a unit) to `imaging`."
            )
        for how in settings.hows():
            fields = [binned[-1] if family.on == "levels" else "", how.token]
            yield family, how, "_".join(field for field in fields if field) or "none"


def _name(modality: str, family: Family, tag: str, token: str) -> str:
    return str(FeatureName(modality, "orig", f"{family.name}_{tag}", token))
