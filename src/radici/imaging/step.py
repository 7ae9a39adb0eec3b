"""An imaging step takes a region and gives a region; its settings are the step itself."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

from radici.core.errors import LeakRefused, StudyError
from radici.core.region import Region
from radici.core.registry import Registry
from radici.core.settings import Settings, build_named

Spacing = tuple[float, float, float]
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

    def spacing_after(self, spacing: Spacing) -> Spacing:
        """Voxel size in mm after this step, of an image with voxels of `spacing`."""
        return spacing

    def with_margin(self, looked_at_mm: float) -> Self:
        """The step, leaving as much of the image around the contour as filters and features look at.

        Raises
        ------
        StudyError
            When its `margin_mm` was chosen, and is less.
        """
        if "margin_mm" not in type(self).model_fields:
            return self
        chosen = self.margin_mm  # type: ignore[attr-defined]
        if chosen is None:
            return self.model_copy(update={"margin_mm": looked_at_mm})
        if chosen < looked_at_mm:
            raise StudyError(
                f"`{self.registered_name}` keeps {chosen:g} mm around the contour, but filters or features look at "
                f"{looked_at_mm:g} mm. Leave `margin_mm` out: then it is as much as they need."
            )
        return self


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


def apply(chain: Iterable[Step], region: Region, looked_at_mm: float = 0.0) -> Region:
    """The region after all steps, in order; those that cut the image keep what lies `looked_at_mm` around it."""
    for step in chain:
        region = step.with_margin(looked_at_mm)(region)
    return region


def split(chain: Sequence[Step]) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The steps before the first one that learns, and the rest."""
    first = next((i for i, step in enumerate(chain) if isinstance(step, LearningStep)), len(chain))
    return tuple(chain[:first]), tuple(chain[first:])
