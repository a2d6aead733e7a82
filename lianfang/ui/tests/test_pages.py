"""Every component and every page of this room, as a browser would get them."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from pytest_django import Settings

from lianfang.core import clock
from lianfang.ui import gallery, views

TEMPLATES = Path(__file__).resolve().parents[1] / "templates"
COMPONENTS = sorted(file.stem for file in (TEMPLATES / "cotton").glob("*.html"))
PAGES = ["ui/gallery.html", "ui/gallery_sheet.html", *views.ERROR_PAGES.values()]
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "circle", "line", "rect", "polyline", "polygon", "ellipse"}


class Reader(HTMLParser):
    """Notes what the tests ask about, and that every element that opens also closes, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if len({name for name, _ in attrs}) != len(attrs):
            self.faults.append(f"attribute twice in <{tag}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else at {self.getpos()}")


@pytest.fixture(autouse=True)
def strict(settings: Settings) -> None:
    settings.UI_STRICT = True


@pytest.fixture(params=["zh-hans", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with translation.override(request.param):
        yield request.param


def read(template: str) -> tuple[str, Reader]:
    request = RequestFactory().get("/ui/")
    html = render_to_string(template, {**gallery.everything(clock.now()), **gallery.kept_input()}, request=request)
    reader = Reader()
    reader.feed(html)
    return html, reader


@pytest.mark.parametrize("template", PAGES)
def test_a_page_is_well_formed_and_needs_no_database(template: str, language: str) -> None:
    html, reader = read(template)
    assert reader.faults == []
    assert reader.open == []
    assert [attrs["lang"] for tag, attrs in reader.tags if tag == "html"] == [language]
    assert sum(tag == "h1" for tag, _ in reader.tags) == 1
    assert "{{" not in html
    assert "{%" not in html
    assert "<c-" not in html


@pytest.mark.parametrize("template", PAGES)
def test_no_page_carries_inline_style_or_script(template: str) -> None:
    _, reader = read(template)
    for tag, attrs in reader.tags:
        assert "style" not in attrs
        assert not any(name.startswith("on") for name in attrs)
        assert tag != "style"
        if tag == "script":
            assert "src" in attrs or attrs.get("type") == "application/json"


@pytest.mark.parametrize("template", PAGES)
def test_ids_are_unique_and_every_reference_leads_somewhere(template: str) -> None:
    _, reader = read(template)
    ids = [value for _, attrs in reader.tags if (value := attrs.get("id"))]
    assert len(ids) == len(set(ids))
    for _, attrs in reader.tags:
        for name in ("for", "aria-describedby", "aria-labelledby"):
            assert set((attrs.get(name) or "").split()) <= set(ids), attrs


@pytest.mark.parametrize("template", PAGES)
def test_every_control_has_a_name(template: str) -> None:
    _, reader = read(template)
    labelled = {attrs.get("for") for tag, attrs in reader.tags if tag == "label"}
    for tag, attrs in reader.tags:
        if tag in ("input", "select", "textarea") and attrs.get("type") != "hidden":
            assert attrs.get("id") in labelled or attrs.get("aria-label"), attrs


def test_nothing_is_fetched_from_another_place() -> None:
    for template in PAGES:
        _, reader = read(template)
        for _, attrs in reader.tags:
            for name in ("src", "href", "action"):
                assert not (attrs.get(name) or "").startswith(("http:", "https:", "//")), attrs


@pytest.mark.parametrize("component", COMPONENTS)
def test_each_component_is_shown_in_the_gallery_and_described(component: str) -> None:
    source = (TEMPLATES / "cotton" / f"{component}.html").read_text(encoding="utf-8")
    assert source.startswith(("{#", "{% comment %}")), "say on top what it is and which attributes it has"
    shown = "".join(file.read_text(encoding="utf-8") for file in (TEMPLATES / "ui").rglob("*.html"))
    assert re.search(rf"<c-{component.replace('_', '-')}[\s/>]", shown)


def test_every_component_stands_in_the_documentation() -> None:
    described = (Path(__file__).resolve().parents[3] / "docs" / "components.md").read_text(encoding="utf-8")
    missing = [name for name in COMPONENTS if f"`c-{name.replace('_', '-')}`" not in described]
    assert missing == []


def test_what_was_typed_stays_on_the_page_when_the_database_is_away() -> None:
    html, reader = read("ui/unavailable.html")
    assert "在衡阳市第三人民医院隔离治疗，体温正常。" in html
    hidden = {a["name"]: a["value"] for tag, a in reader.tags if tag == "input" and a.get("type") == "hidden"}
    assert hidden["students"] == "1"
    assert hidden["staff"] == "0"


def test_a_500_page_renders_without_request_or_context() -> None:
    with translation.override("en"):
        assert "Something went wrong on our side" in render_to_string("500.html")
