"""A number never travels alone: value, interval, patients and events in; one honest phrase out."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A statistic with its interval and what it rests on; printed as `0.68 (0.61 to 0.74), n = 212, 97 events`.

    Parameters
    ----------
    value
        The point estimate; NaN where it is undefined, infinity where a time is not reached.
    low, high
        Ends of the interval; NaN where there is none.
    n
        Patients.
    events
        Patients with the event, or of class 1.
    p
        p-value of the method named, which says whether it is one- or two-sided.
    method
        How interval and p-value were made, in words.

    Notes
    -----
    A format such as `f"{estimate:.2f}"` is refused: it would print the value without its interval.
    """

    value: float
    low: float
    high: float
    n: int
    events: int | None = None
    p: float | None = None
    method: str = ""

    def __str__(self) -> str:
        if math.isnan(self.low) or math.isnan(self.high):
            interval = "interval not available"
        else:
            interval = f"{_two_decimals(self.low)} to {_two_decimals(self.high)}"
        parts = [f"{_two_decimals(self.value)} ({interval})", f"n = {self.n}"]
        if self.events is not None:
            parts.append(f"{self.events} event" + ("" if self.events == 1 else "s"))
        if self.p is not None and not math.isnan(self.p):
            parts.append("p < 0.001" if self.p < 0.001 else f"p = {self.p:.3f}")
        return ", ".join(parts)

    def __format__(self, how: str) -> str:
        if how:
            raise TypeError(
                f"An estimate is printed whole, found the format '{how}'. Use `str(estimate)`, or take "
                f"`estimate.value` together with `estimate.low`, `estimate.high` and `estimate.n`."
            )
        return str(self)


def _two_decimals(number: float) -> str:
    if math.isnan(number):
        return "undefined"
    if math.isinf(number):
        return "not reached" if number > 0 else "minus infinity"
    return f"{round(number, 2) + 0.0:.2f}"  # adding zero turns -0.00 into 0.00
