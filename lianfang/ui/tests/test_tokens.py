"""Colours are legible: WCAG 2.2 AA on every pair that is used, in light and in dark."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[1] / "static" / "ui"
TONES = ("done", "due", "late", "alarm", "quiet")

TEXT_PAIRS = [
    *[(text, ground) for text in ("text", "muted") for ground in ("page", "surface", "sunken")],
    *[(text, ground) for text in ("accent", "accent-hover") for ground in ("page", "surface", "sunken")],
    *[("on-accent", ground) for ground in ("accent", "accent-hover")],
    *[("accent-fg", ground) for ground in ("accent-bg", "surface", "page")],
    *[(text, "brand") for text in ("on-brand", "brand-muted")],
    ("on-brand", "brand-raised"),
    ("surface", "done-fg"),
    *[(f"{tone}-fg", ground) for tone in TONES for ground in (f"{tone}-bg", "surface", "page", "sunken")],
    *[(text, f"{tone}-bg") for tone in TONES for text in ("text", "muted")],
    ("alarm-bg", "alarm-fg"),
]
EDGE_PAIRS = [
    *[("line-strong", ground) for ground in ("surface", "page", "sunken")],
    *[("focus", ground) for ground in ("surface", "page", "sunken")],
    *[("focus-on-brand", ground) for ground in ("brand", "brand-raised")],
]


def themes() -> dict[str, dict[str, str]]:
    """The colour tokens of the light theme, of the system's dark one and of the chosen dark one."""
    css = (STATIC / "tokens.css").read_text(encoding="utf-8")
    media, rest = re.split(r"(?=@media \(prefers-color-scheme: dark\))", css)[1].split("/* The same dark", 1)
    blocks = {"light": css.split("@media", 1)[0], "system dark": media, "chosen dark": rest.split("/* Measures", 1)[0]}
    return {name: dict(re.findall(r"--lf-([a-z-]+): (#[0-9a-f]{6});", block)) for name, block in blocks.items()}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_formula_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "system dark", "chosen dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_stands_out_from_its_ground(theme: str, text: str, ground: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "system dark", "chosen dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGE_PAIRS)
def test_edges_of_inputs_and_focus_rings_can_be_seen(theme: str, edge: str, ground: str) -> None:
    colours = themes()[theme]
    assert contrast(colours[edge], colours[ground]) >= 3


def test_both_dark_themes_are_the_same_and_complete() -> None:
    found = themes()
    assert found["system dark"] == found["chosen dark"]
    assert found["light"].keys() == found["system dark"].keys()


def test_every_token_used_by_the_stylesheets_is_defined() -> None:
    sheets = {file.name: file.read_text(encoding="utf-8") for file in STATIC.glob("*.css")}
    defined = set(re.findall(r"(--lf-[a-z-]+):", sheets["tokens.css"]))
    used = {name for css in sheets.values() for name in re.findall(r"var\((--lf-[a-z-]+)", css)}
    assert used - defined == set()


def test_nothing_is_fetched_from_outside() -> None:
    for file in STATIC.iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE), file.name
        assert not re.search(r"@import|url\(", text), file.name
