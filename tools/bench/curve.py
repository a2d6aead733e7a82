"""A picture of what a record costs, by how many people there are. Drawn here: a few lines need no library."""

from __future__ import annotations

import math
from pathlib import Path

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 64, 20, 44, 52
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#1f2937}.small{fill:#4b5563}.grid{stroke:#e5e7eb}"
    ".band{fill:#dbeafe}.line{fill:none;stroke:#1d4ed8;stroke-width:2}.dot{fill:#1d4ed8}"
    "@media(prefers-color-scheme:dark){text{fill:#e5e7eb}.small{fill:#9ca3af}.grid{stroke:#374151}.band{fill:#1e3a5f}"
    ".line{stroke:#93c5fd}.dot{fill:#93c5fd}}"
)


def draw(path: Path, points: list[tuple[int, float]], spread: float) -> None:
    """``points``: people and microseconds. The band is ±``spread`` around their median."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(picture(points, spread))


def picture(points: list[tuple[int, float]], spread: float) -> str:
    costs = sorted(cost for _, cost in points)
    middle = costs[len(costs) // 2]
    top = _round_up(max(costs[-1], middle * (1 + spread)) * 1.15)
    low, high = (math.log10(points[place][0]) for place in (0, -1))

    def x(people: int) -> float:
        return LEFT + (math.log10(people) - low) / max(high - low, 1e-9) * (WIDTH - LEFT - RIGHT)

    def y(cost: float) -> float:
        return HEIGHT - BOTTOM - cost / top * (HEIGHT - TOP - BOTTOM)

    parts = [_text(LEFT, 24, "Microseconds a landed card, by people in the city (64 connections)")]
    upper, lower = y(middle * (1 + spread)), y(middle * (1 - spread))
    parts.append(
        f'<rect class="band" x="{LEFT}" y="{upper:.1f}" width="{WIDTH - LEFT - RIGHT}" height="{lower - upper:.1f}"/>'
    )
    parts.append(_text(WIDTH - RIGHT - 4, upper - 6, f"±{spread:.0%} of the median", "end", "small"))
    for step in range(5):
        at = y(top * step / 4)
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>')
        parts.append(_text(LEFT - 8, at + 4, f"{top * step / 4:.0f}", "end", "small"))
    line = " ".join(f"{x(people):.1f},{y(cost):.1f}" for people, cost in points)
    parts.append(f'<polyline class="line" points="{line}"/>')
    for people, cost in points:
        anchor = {points[0][0]: "start", points[-1][0]: "end"}.get(people, "middle")
        parts.append(f'<circle class="dot" cx="{x(people):.1f}" cy="{y(cost):.1f}" r="4"/>')
        parts.append(_text(x(people), y(cost) - 10, f"{cost:.0f}", anchor))
        parts.append(_text(x(people), HEIGHT - BOTTOM + 20, f"{people:,}", anchor, "small"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "people", "middle", "small"))
    said = "; ".join(f"{people:,} people: {cost:.0f} microseconds" for people, cost in points)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">'
    return "\n".join([head, f"<style>{_STYLE}</style>", *parts, "</svg>", ""])


def _text(x: float, y: float, words: str, anchor: str = "start", style: str = "") -> str:
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{words}</text>'


def _round_up(number: float) -> float:
    step = 10 ** math.floor(math.log10(number)) / 2
    return math.ceil(number / step) * step
