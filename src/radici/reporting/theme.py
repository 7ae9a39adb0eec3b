"""A matplotlib figure in, SVG text out: plain for a file, or for a page whose colours follow the reader's theme."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from io import StringIO
from typing import Any

import matplotlib.style
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

WIDTH = 360.0  # points; the width of a phone, so that text keeps its size there
COLOURS = {
    "ink": "#1c2128",
    "quiet": "#5c6570",
    "line": "#d5dae1",
    "paper": "#fefefe",
    "blue": "#0072b2",
    "red": "#d55e00",
    "green": "#009e73",
    "purple": "#b4568c",
    "fill": "#cfe3f0",
}
"""Okabe and Ito's palette (its purple darkened to a contrast of 3 on white); each is `--name` in the page's CSS."""

INK, QUIET, LINE, PAPER = (COLOURS[name] for name in ("ink", "quiet", "line", "paper"))
BLUE, RED, GREEN, PURPLE, FILL = (COLOURS[name] for name in ("blue", "red", "green", "purple", "fill"))
MODEL_COLOUR = {
    "clinical+image": BLUE,
    "clinical+volume": RED,
    "image": GREEN,
    "clinical": PURPLE,
    "volume": QUIET,
}

STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "radici",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 10,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "figure.facecolor": PAPER,
    "savefig.facecolor": "auto",
    "grid.color": LINE,
    "grid.linewidth": 0.7,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 9,
    "lines.linewidth": 1.8,
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"


@contextmanager
def style() -> Iterator[None]:
    """Draw inside this: the same looks whatever the user's own matplotlib settings, which come back afterwards."""
    with matplotlib.style.context(["default", STYLE]):
        yield


def canvas(height: float, width: float = WIDTH) -> Figure:
    """An empty figure of `width` and `height` points that saves itself as SVG."""
    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    FigureCanvasSVG(figure)
    return figure


def axes(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes at a place in points, measured from the figure's upper left corner."""
    across, total = figure.get_figwidth() * 72, figure.get_figheight() * 72
    found: Axes = figure.add_axes((left / across, 1 - (top + height) / total, width / across, height / total))
    return found


def svg(figure: Figure, name: str, title: str, description: str) -> str:
    """The figure as SVG text with a title and a description for those who do not see it; no date, no program."""
    stream = StringIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = stream.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = re.sub(r"(font: [^'\";]*?)'DejaVu Sans'[^;\"]*", lambda m: f"{m[1]}{FONT}", text)
    text = re.sub(r'(?<=[ "])id="', f'id="{name}-', text)
    text = re.sub(r"url\(#", f"url(#{name}-", text)
    text = re.sub(r'href="#', f'href="#{name}-', text)
    opening, rest = text.split(">", 1)
    words = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
    return f'{opening} role="img" aria-labelledby="{name}-title {name}-desc">{words}{rest}'


def inline(text: str) -> str:
    """An SVG for the page: as wide as its place, in the page's colours."""
    opening, rest = text.split(">", 1)
    opening = re.sub(r' (width|height|version|xmlns)="[^"]*"', "", opening)
    text = f"{opening}>{rest}"
    for name, colour in COLOURS.items():
        text = text.replace(colour, f"var(--{name})")
    return text


def write(figure: Figure, x: float, y: float, text: str, **looks: Any) -> None:
    """Text at a place in points, measured from the figure's upper left corner."""
    across, total = figure.get_figwidth() * 72, figure.get_figheight() * 72
    figure.text(x / across, 1 - y / total, text, **{"fontsize": 9.5, "va": "center", **looks})


def key_line(figure: Figure, x: float, y: float, length: float, colour: str, dashes: Any) -> None:
    """The sample of a line that a key shows, at a place in points."""
    across, total = figure.get_figwidth() * 72, figure.get_figheight() * 72
    ends = [x / across, (x + length) / across]
    figure.add_artist(Line2D(ends, [1 - y / total] * 2, color=colour, linestyle=dashes, linewidth=1.8))
