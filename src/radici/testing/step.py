"""The contract of imaging steps: region in, another region out, and nothing else happens."""

from radici.core.errors import LeakRefused
from radici.core.region import Region
from radici.core.settings import build_named
from radici.imaging.step import STEPS, LearningStep, Step
from radici.testing.promise import check_settings, promise
from radici.testing.regions import at_the_edge, blob, content, scaled, with_hole


def check_step(step: Step, region: Region | None = None) -> None:
    """Check that an imaging step keeps the promises of its kind.

    A step is registered, frozen, spelled in one way, leaves the region it is given alone, returns a region on one
    grid with itself in the history, and gives the same bytes again. A step that learns refuses to be applied
    before, learns from the regions given and nothing else, and what it learned is a plain step.

    Parameters
    ----------
    step
        With settings that work on `region`.
    region
        What it is tried on; by default three phantoms of some 500 voxels with intensities 20 to 180.

    Raises
    ------
    AssertionError
        With a sentence that names the broken promise.

    Examples
    --------
    >>> from radici.imaging.resegment import Resegment
    >>> check_step(Resegment(range=(0, 400)))
    """
    who = f"The step '{step.registered_name}'"
    promise(
        step.registered_name in STEPS and STEPS[step.registered_name] is type(step),
        f"{type(step).__name__} is not registered: write `class {type(step).__name__}(Step, name=...)`.",
    )
    check_settings(step, lambda item: build_named(STEPS, item, "imaging"))
    for one in (blob(), with_hole(), at_the_edge()) if region is None else (region,):
        if isinstance(step, LearningStep):
            _check_learning(step, one, who)
        else:
            _check_application(step, one, who)


def _check_application(step: Step, region: Region, who: str) -> None:
    before = content(region)
    after = step(region)
    promise(isinstance(after, Region), f"{who} returns a {type(after).__name__} instead of a Region.")
    promise(content(region) == before, f"{who} changes the region that it is given.")
    promise(
        after.history == (*region.history, step),
        f"{who} does not add itself, once, to the history of the region: return `region.after(self, ...)`.",
    )
    promise(after.modality == region.modality, f"{who} changes the modality of the region.")
    for what, mask in (("shape", after.shape_mask), ("intensity", after.intensity_mask)):
        apart = after.geometry.difference(mask.geometry)
        promise(not apart, f"{who} leaves the {what} mask on another grid than the image: {apart}.")
        promise(bool(mask.voxels.any()), f"{who} returns an empty {what} mask instead of refusing the region.")
    promise(content(step(region)) == content(after), f"{who} gives another region when it is applied again.")


def _check_learning(step: LearningStep, region: Region, who: str) -> None:
    try:
        step(region)
    except LeakRefused:
        pass
    else:
        raise AssertionError(f"{who} learns, but can be applied without having learned.")
    some = [region, scaled(region, intensity=2.0)]
    others = [scaled(region, plus=300.0), scaled(region, intensity=0.5)]
    before = [content(one) for one in some]
    learned = step.learn(iter(some))
    promise([content(one) for one in some] == before, f"{who} changes the regions that it learns from.")
    promise(
        isinstance(learned, Step) and not isinstance(learned, LearningStep),
        f"{who} must return a plain step from `learn`, found {type(learned).__name__}.",
    )
    elsewhere = step.learn(iter(others))
    promise(elsewhere != learned, f"{who} learns the same from other regions, so it does not learn from them.")
    promise(
        step.learn(iter(some)) == learned,
        f"{who} learns something else from the same regions after it has seen others: it remembers.",
    )
    check_step(learned, region)
