"""An imaging step takes a region and gives a region; its settings are the step itself."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from radici.core.errors import LeakRefused
from radici.core.region import Region
from radici.core.registry import Registry
from radici.core.settings import Settings, build_named

STEPS: Registry[type["Step"]] = Registry("step")


class Step(Settings):
    """A frozen, callable setting; subclass it with `class Resegment(Step, name="resegment")`."""

    registry = STEPS
    changes_intensities: ClassVar[bool] = False
    """Whether intensities after this step are on another scale, so that earlier ranges no longer speak of them."""
    normalises_each_scan: ClassVar[bool] = False
    """Whether it removes the arbitrary scale of each scan, as MR needs; one scale for the whole cohort does not."""

    def __call__(self, region: Region) -> Region:
        """The region after this step; the one given stays as it is."""
        raise NotImplementedError


class LearningStep(Step):
    """A step with numbers that come from images; it must be fitted on training patients before it is applied."""

    def learn(self, regions: Iterable[Region]) -> Step:
        """The same step with its numbers filled in: an ordinary step whose settings are what was learned."""
        raise NotImplementedError

    def __call__(self, region: Region) -> Region:
        """Refuse: an unfitted step applied to a whole cohort would have seen the patients it is tested on."""
        raise LeakRefused(
            f"The step '{self.registered_name}' learns from images and has not been fitted. Inside a study it is "
            f"fitted on each training set; by hand, call `.learn(training_regions)` and apply what that returns."
        )


def read_chain(spelled: Sequence[dict[str, Any]]) -> tuple[Step, ...]:
    """Steps from a study file's list of `{name: settings}`."""
    return tuple(build_named(STEPS, item, "imaging") for item in spelled)


def apply(chain: Iterable[Step], region: Region) -> Region:
    """The region after all steps, in order."""
    for step in chain:
        region = step(region)
    return region


def split(chain: Sequence[Step]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The steps before the first one that learns, and the rest."""
    first = next((i for i, step in enumerate(chain) if isinstance(step, LearningStep)), len(chain))
    return tuple(chain[:first]), tuple(chain[first:])
