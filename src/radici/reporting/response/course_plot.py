"""A course and one criterion's timeline in; a small drawing of its burden over time, as SVG, out.

Written as SVG by hand: a page holds one for each of hundreds of patients, and each must be small and made in no time.
"""

from collections.abc import Iterator, Sequence
from html import escape

from radici.reporting.response.findings import length_of
from radici.reporting.response.looks import colour_of, time_unit
from radici.reporting.response.waterfall import Guides
from radici.reporting.theme import INK, LINE, PAPER, QUIET, inline
from radici.response.criteria.criterion import Timeline
from radici.response.criteria.sums import size_of
from radici.response.lesions.course import Course
from radici.response.patients import Facts

WIDTH, HEIGHT = 440.0, 262.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 62.0, 48.0, 42.0
SMALL = 10.5
Dot = tuple[int, float, str]


def course_plot(course: Course, line: Timeline, facts: Facts, lines: Guides | None, name: str) -> str:
    """The burden over time with a dot for each visit in the colour of its category, and thin lines for the lesions.

    Parameters
    ----------
    lines
        Changes from which the criterion speaks of response (from baseline) and progression (from the nadir).
    name
        Of the drawing, unique on the page: what its title is found by.
    """
    return inline(_Plot(course, line, facts, lines).svg(name))


def _nice(top: float) -> float:
    """A step that divides an axis up to `top` into three to six parts."""
    step = 10.0 ** len(str(int(max(top, 1)))) / 100
    while True:
        for factor in (1, 2, 2.5, 5):
            if top / (step * factor) <= 5:
                return step * factor
        step *= 10


class _Plot:
    """Places in the drawing, and the parts of it."""

    def __init__(self, course: Course, line: Timeline, facts: Facts, lines: Guides | None) -> None:
        self.course, self.line, self.facts, self.lines = course, line, facts, lines
        base = [] if line.baseline is None else [(line.baseline_day, line.baseline / line.scale, "")]
        self.dots: list[Dot] = base + [
            (point.day, point.burden / line.scale, point.category) for point in line.points if point.burden is not None
        ]
        self.sizes = dict(self._lesions())
        self.earlier = [
            (visit.day, amount) for visit in course.before if (amount := self._sum_at(visit.day)) is not None
        ]
        self.news = [(point.day, point.new) for point in line.points if point.new]
        self.events = [
            (day, words)
            for day, words in (
                (facts.treatment_end, "stopped"),
                (facts.new_therapy, "new therapy"),
                (facts.death, "death"),
            )
            if day is not None
        ]
        days = [dot[0] for dot in self.dots] + [day for day, _ in self.events] + [p.day for p in line.points]
        days += [visit.day for visit in (*course.before, course.baseline)]
        self.first, self.last = min([0, *days]), max([28, *days])
        high = [amount for _, amount in self.earlier] + [dot[1] for dot in self.dots]
        high += [size for path in self.sizes.values() for _, size in path]
        self.top = max([1.0, *high]) * 1.1

    def _lesions(self) -> Iterator[tuple[str, list[tuple[int, float]]]]:
        """Target lesions with day and length at each visit where it is known."""
        for target in self.course.targets:
            path = []
            for visit in (*self.course.before, self.course.baseline, *self.course.after):
                found = visit.findings.get(target.lesion)
                size = None
                if found is not None:
                    size = size_of(found, lambda one: length_of(one, self.line.criterion, self.line.unit))
                if size is not None:
                    path.append((visit.day, size / 1000))
            yield target.lesion, path

    def _sum_at(self, day: int) -> float | None:
        """Sum of the target lesions before baseline, where all of them were measured then."""
        found = [size for path in self.sizes.values() for when, size in path if when == day]
        return sum(found) if self.line.unit == "mm" and 0 < len(found) == len(self.sizes) else None

    def x(self, day: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - self.first) / (self.last - self.first)

    def y(self, amount: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * min(amount, self.top) / self.top

    def svg(self, name: str) -> str:
        who = escape(f"Patient {self.course.patient}: burden over time")
        parts = [*self._axes(), *self._guides(), *self._thin(), *self._sum(), *self._signs()]
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" '
            f'aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{who}</title>'
            f'<desc id="{name}-d">{escape(self._words())}</desc>{"".join(parts)}</svg>'
        )

    def _words(self) -> str:
        told = [f"day {day}: {amount:g} {self.line.unit} {category}".strip() for day, amount, category in self.dots]
        return "; ".join(told) or "No burden was measured."

    def _axes(self) -> Iterator[str]:
        step = _nice(self.top)
        for k in range(int(self.top / step) + 1):
            y = self.y(k * step)
            yield _line([(LEFT, y), (WIDTH - RIGHT, y)], LINE if k else QUIET, 0.8)
            yield _text(LEFT - 6, y + 4, f"{k * step:g}", "end")
        yield _text(4, 12, _axis_words(self.line), "start", QUIET)
        unit, days = time_unit(self.last - self.first)
        ticks = _nice((self.last - self.first) / days)
        ticks = max(1.0, round(ticks))
        k = -int(-self.first // (ticks * days))
        while k * ticks * days <= self.last:
            x = self.x(k * ticks * days)
            yield _line([(x, HEIGHT - BOTTOM), (x, HEIGHT - BOTTOM + 4)], QUIET, 0.8)
            yield _text(x, HEIGHT - BOTTOM + 17, f"{k * ticks:g}".replace("-", "−"), "middle")
            k += 1
        yield _text(WIDTH - RIGHT, HEIGHT - 5, f"{unit} since day 0", "end", QUIET)

    def _guides(self) -> Iterator[str]:
        """From where the criterion speaks of response, and of progression, given what came before."""
        base = self.line.baseline
        if self.lines is None or not base:
            return
        fall, rise, rise_from = self.lines
        y = self.y(base / self.line.scale * (1 + fall / 100))
        yield _line([(LEFT, y), (WIDTH - RIGHT, y)], QUIET, 1, "4 3")
        yield _text(WIDTH - 2, y + 4, f"{fall:+g} %".replace("-", "−"), "end", QUIET)
        path, lowest, before = [], base, self.line.baseline_day
        for point in self.line.points:
            if rise_from == "nadir" and point.nadir is not None:
                lowest = point.nadir
            height = self.y(lowest / self.line.scale * (1 + rise / 100))
            path += [(self.x(before), height), (self.x(point.day), height)]
            before = point.day
        yield _line(path, QUIET, 1, "1.5 2.5")

    def _thin(self) -> Iterator[str]:
        for path in self.sizes.values():
            yield _line([(self.x(day), self.y(size)) for day, size in path], QUIET, 0.9, opacity=0.65)
        if len(self.sizes) < 2:
            return
        ends = sorted((self.y(path[-1][1]), lesion, path[-1][0]) for lesion, path in self.sizes.items() if path)
        last = 0.0
        for y, lesion, day in ends:
            last = max(y + 3, last + 10.5)
            yield _text(self.x(day) + 5, min(last, HEIGHT - BOTTOM + 3), lesion[:9], "start", QUIET, SMALL)

    def _sum(self) -> Iterator[str]:
        before = [(self.x(day), self.y(amount)) for day, amount in self.earlier]
        path = [(self.x(day), self.y(amount)) for day, amount, _ in self.dots]
        yield _line([*before, *path[:1]], INK, 1.2)
        yield _line(path, INK, 2)
        for x, y in before:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{PAPER}" stroke="{QUIET}"/>'
        for day, amount, category in self.dots:
            fill = colour_of(category) if category else PAPER
            edge = INK if not category else PAPER
            yield f'<circle cx="{self.x(day):.1f}" cy="{self.y(amount):.1f}" r="4.5" fill="{fill}" stroke="{edge}"/>'
            yield _text(self.x(day), self.y(amount) - 9, category, "middle", INK, SMALL)

    def _signs(self) -> Iterator[str]:
        """Visits with new lesions, and what happened to the patient."""
        for day, _ in self.news:
            x, y = self.x(day), HEIGHT - BOTTOM - 4
            yield f'<path d="M{x - 5:.1f} {y:.1f}h10l-5 -9z" fill="{INK}" stroke="{PAPER}"/>'
        for place, (day, words) in enumerate(sorted(self.events)):
            x, top = self.x(day), 26.0 + 11 * (place % 2)
            yield _line([(x, top - 8), (x, HEIGHT - BOTTOM)], INK, 0.9, "2 2")
            side, shift = ("end", -3) if x > WIDTH / 2 else ("start", 3)
            yield _text(x + shift, top, words, side, INK, SMALL)


def _axis_words(line: Timeline) -> str:
    what = {"mm": "sum of lesions, mm", "mm²": "sum of products, mm²"}
    return what.get(line.unit, line.unit)


def _line(
    path: Sequence[tuple[float, float]], colour: str, width: float, dashes: str = "", opacity: float = 1.0
) -> str:
    if len(path) < 2:
        return ""
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in path)
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    faint = f' stroke-opacity="{opacity:g}"' if opacity < 1 else ""
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{width:g}"{dashed}{faint}/>'


def _text(x: float, y: float, words: str, anchor: str, colour: str = INK, size: float = 11.5) -> str:
    if not words:
        return ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" text-anchor="{anchor}" fill="{colour}" '
        f'stroke="{PAPER}" stroke-width="3" paint-order="stroke">{escape(words)}</text>'
    )
