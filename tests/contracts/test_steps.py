"""Every registered imaging step against its contract, and broken steps that the contract must catch."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from pydantic import ConfigDict, Field, ValidationError

from radici.core.image import Geometry, Image, Mask
from radici.imaging.standardise import ScaleIntensity
from radici.imaging.step import STEPS, LearningStep, Step
from radici.testing import check_step

EXAMPLES = {
    "discretise": [{"bin_width": 10}, {"bin_number": 8}, {"bin_width": 2.5, "minimum": -10}],
    "resample": [
        {"spacing_mm": [2, 2, 2]},
        {"spacing_mm": [0.8, 0, 3], "interpolation": "cubic", "mask_interpolation": "nearest", "round_to": 1},
    ],
    "resegment": [{"range": [25, 150]}, {"range": [None, 170], "outliers": 3}],
    "scale_intensity": [{"mean": 100, "sd": 40}],
}


def made(name, examples=EXAMPLES):
    """Steps with the example settings, or with their defaults; neither is a gap in the table above."""
    try:
        return [STEPS[name](**settings) for settings in examples.get(name, [{}])]
    except ValidationError as error:
        pytest.fail(f"The step '{name}' has no usable defaults: add it to EXAMPLES in {__file__}. {error}")


@pytest.mark.parametrize("name", list(STEPS))
def test_step_keeps_its_promises(name):
    for step in made(name):
        check_step(step)


def test_a_step_without_example_or_defaults_fails():
    with pytest.raises(pytest.fail.Exception, match="add it to EXAMPLES"):
        made("discretise", examples={})


class Same(Step):
    """Change nothing."""

    amount: float = 1.0

    def __call__(self, region):
        return region.after(self)


def broken_in_place(name):
    class InPlace(Same, name=name):
        """Change the voxels of the region given."""

        def __call__(self, region):
            region.image.voxels[0, 0, 0] += 1
            return region.after(self)

    return InPlace()


def broken_history(name):
    class Silent(Same, name=name):
        """Leave no trace."""

        def __call__(self, region):
            return replace(region)

    return Silent()


def broken_type(name):
    class Voxels(Same, name=name):
        """Return an array."""

        def __call__(self, region):
            return region.image.voxels

    return Voxels()


def broken_grid(name):
    class Shifted(Same, name=name):
        """Move the image and forget the masks."""

        def __call__(self, region):
            grid = Geometry(region.geometry.shape)
            return region.after(self, image=Image(region.image.voxels, grid))

    return Shifted()


def broken_empty(name):
    class Empty(Same, name=name):
        """Return a region without voxels."""

        def __call__(self, region):
            return region.after(self, intensity_mask=Mask(np.zeros(region.geometry.shape, bool), region.geometry))

    return Empty()


def broken_random(name):
    class Noisy(Same, name=name):
        """Add other noise each time."""

        def __call__(self, region):
            voxels = region.image.voxels + np.random.default_rng().normal(size=region.geometry.shape)
            return region.after(self, image=Image(voxels.astype(np.float32), region.geometry))

    return Noisy()


def broken_frozen(name):
    class Mutable(Same, name=name):
        """Let its values be changed."""

        model_config = ConfigDict(frozen=False)

    return Mutable()


def broken_list(name):
    class Listed(Same, name=name):
        """Hold a list, which can be changed."""

        amounts: list[float] = Field(default_factory=lambda: [1.0])

    return Listed()


def broken_open(name):
    class Open(Same, name=name):
        """Take any setting."""

        model_config = ConfigDict(extra="ignore")

    return Open()


def broken_key(name):
    class Keyless(Same, name=name):
        """Leave its value out of the key."""

        def key(self):
            return "always"

    return Keyless()


def broken_spelling(name):
    class Misspelt(Same, name=name):
        """Write another value than it has."""

        def spelled(self):
            return {self.registered_name: {"amount": self.amount + 1}}

    return Misspelt()


def broken_docstring(name):
    class Nameless(Same, name=name):
        pass

    return Nameless()


def broken_registration(name):
    return Same()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (broken_in_place, "changes the region that it is given"),
        (broken_history, "history"),
        (broken_type, "instead of a Region"),
        (broken_grid, "on another grid"),
        (broken_empty, "empty intensity mask"),
        (broken_random, "applied again"),
        (broken_frozen, "not frozen"),
        (broken_list, "use a tuple"),
        (broken_open, "takes a setting that does not exist"),
        (broken_key, "same key with another 'amount'"),
        (broken_spelling, "comes back from its own spelling"),
        (broken_docstring, "no docstring"),
        (broken_registration, "not registered"),
    ],
)
def test_broken_step_is_caught(make, words):
    with pytest.raises(AssertionError, match=words):
        check_step(make("broken"))


class Learner(LearningStep):
    """Learn the mean of the training regions."""

    def learn(self, regions):
        return ScaleIntensity(mean=float(np.mean([region.intensities().mean() for region in regions])), sd=1)


def test_a_good_learning_step_passes():
    class Good(Learner, name="good"):
        """Learn the mean."""

    check_step(Good())


def broken_eager(name):
    class Eager(Learner, name=name):
        """Apply without having learned."""

        def __call__(self, region):
            return region.after(self)

    return Eager()


def broken_memory(name):
    class Hoarder(Learner, name=name):
        """Remember every region ever seen."""

        seen: ClassVar[list] = []

        def learn(self, regions):
            self.seen.extend(region.intensities().mean() for region in regions)
            return ScaleIntensity(mean=float(np.mean(self.seen)), sd=1)

    return Hoarder()


def broken_constant(name):
    class Known(Learner, name=name):
        """Know the answer before."""

        def learn(self, regions):
            return ScaleIntensity(mean=0, sd=1)

    return Known()


def broken_learned(name):
    class Circular(Learner, name=name):
        """Give itself back."""

        def learn(self, regions):
            return self

    return Circular()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (broken_eager, "without having learned"),
        (broken_memory, "it remembers"),
        (broken_constant, "does not learn from them"),
        (broken_learned, "plain step"),
    ],
)
def test_broken_learning_step_is_caught(make, words):
    with pytest.raises(AssertionError, match=words):
        check_step(make("broken"))
