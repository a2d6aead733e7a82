"""What may be wrong with a page: too small, too wide, too pale, in the wrong language, telling who it is about."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axe_playwright_python
from django.apps import apps
from django.db.models import CharField, Model, TextField
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from lianfang.core.fields import EncryptedText
from lianfang.notices.models import Notice
from lianfang.orgs.models import Unit
from lianfang.people.models import User
from tests.browser import DESK, PHONE, Visitor

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Nothing is fetched beforehand: that serves rules about sound and film, of which there is none.
ALL = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
COLOURLESS = {**ALL, "rules": {"color-contrast": {"enabled": False}}}
NARROW: Any = {"width": 320, "height": 640}
# What changes with the dark theme; the rest was seen on the phone.
CONTRAST = {**ALL, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
NOWHERE = "/no-such-page/"


def looks(visitor: Visitor, path: str) -> Iterator[str]:
    """What is wrong with the page on the phone; with its colours where one is seen for the first time, and in the dark."""
    page = visitor.page
    status = visitor.looks_at(path)
    if status != (404 if path == NOWHERE else 200):
        yield str(status)
    page.evaluate(AXE)
    yield from small_targets(page)
    shades = set(page.evaluate(SHADES)) - _seen
    yield from axe(page, "phone", ALL if shades else COLOURLESS)
    _seen.update(shades)
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    if shades := set(page.evaluate(SHADES)) - _seen:
        yield from axe(page, "desk, dark", CONTRAST)
        _seen.update(shades)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)


# What decides on contrast: the colour of a text, whether it is large, and what lies behind it.
SHADES = """() => {
    const behind = new Map();
    const under = e => {
        if (!e) return "";
        if (!behind.has(e)) {
            const s = getComputedStyle(e);
            const own = (s.backgroundImage === "none" ? "" : s.backgroundImage + e.className) + (s.opacity === "1" ? "" : s.opacity);
            const clear = s.backgroundColor === "rgba(0, 0, 0, 0)";
            const solid = !clear && s.backgroundColor.startsWith("rgb(") && s.opacity === "1";
            behind.set(e, (clear ? "" : s.backgroundColor) + own + (solid ? "" : under(e.parentElement)));
        }
        return behind.get(e);
    };
    const texts = [...document.body.querySelectorAll("*")].filter(e =>
        e.matches("input, select, textarea") || [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
    return [...new Set(texts.map(e => {
        const s = getComputedStyle(e), large = parseFloat(s.fontSize) >= (s.fontWeight >= 700 ? 18.66 : 24);
        return [s.color, large, s.textShadow, s.visibility, under(e)].join(" ");
    }))];
}"""
_seen = set[str]()


def too_wide(page: Page) -> list[str]:
    """Nothing has to be moved sideways on the narrowest screen, not even in English, whose words are the longest;
    charts take a moment to fit."""
    if page.evaluate("document.scrollingElement.scrollWidth") <= 320:
        return []
    try:
        page.wait_for_function("document.scrollingElement.scrollWidth <= 320", timeout=2_000)
    except PlaywrightError:
        return [f"{page.evaluate('document.scrollingElement.scrollWidth')} px wide on a screen of 320"]
    return []


def axe(page: Page, where: str, options: dict[str, Any]) -> list[str]:
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{where}: {rule['id']} at {node['target']}: {node['failureSummary'].splitlines()[-1].strip()}"
        for rule in found["violations"]
        for node in rule["nodes"][:3]
    ]


# Buttons and what stands in bars and menus; links inside a sentence are as large as their words (WCAG 2.5.8 agrees).
SMALL = """() => [...document.querySelectorAll(".btn, main button, summary, .lf-nav-link, .lf-tool, .lf-tabs a")]
    .filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5)
    .map(e => `${e.tagName} ${e.className} “${e.innerText.trim().slice(0, 20)}” is ${e.getBoundingClientRect().height} px high`)"""


def small_targets(page: Page) -> list[str]:
    return list(page.evaluate(SMALL))


# ── words ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

# Everything a person reads or hears, except documents (official tables are Chinese) and what names its own language.
TEXTS = """() => {
    const own = e => e.closest(".lf-person-mark, [lang]:not(html), code, script, style, svg, pre, textarea, .lf-official");
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [document.title];
    while (walk.nextNode()) if (!own(walk.currentNode.parentElement)) found.push(walk.currentNode.textContent.trim());
    for (const e of document.body.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
        if (!own(e)) found.push(e.getAttribute("aria-label") || "", e.getAttribute("title") || "", e.getAttribute("placeholder") || "");
    return found.filter(Boolean);
}"""
LATIN = re.compile(r"[A-Za-z]{3,}")
HAN = re.compile(r"[一-鿿]")
# Words that are the same in Chinese: file types and programs.
SAME = {
    "xlsx",
    "xls",
    "csv",
    "Excel",
    "CSV",
    "EN",
    "CSRT",
    "HRSS",
    "PIN",
    "JSON",
    "Chrome",
    "Linux",
    "PDF",
    "Word",
    "PowerPoint",
}
# What is no word of a language: hidden values, addresses, ends of numbers, codes of classes.
SIGNS = re.compile(
    r"\S*\*{2,}\S*|https?://\S+|…[0-9a-f]{8}|[0-9a-f-]{36}|\b[A-Z0-9]{4}-[A-Z0-9]{4}\b|\b[0-9A-F]{4}(?: [0-9A-F]{4})+\b"
)


def wrong_words(visitor: Visitor, path: str, given: list[str]) -> list[str]:
    """Words of the other language, and persons named where a browser's history would keep them."""
    title, *texts = visitor.page.evaluate(TEXTS)
    faults = [
        f"{path}: the title names {name}" for name in User.objects.values_list("name", flat=True) if name in title
    ]
    for text in [title, *texts]:
        left = SIGNS.sub(" ", text)
        for name in given:
            left = left.replace(name, " ")
        foreign = (HAN if visitor.language == "en" else LATIN).findall(left)
        faults += [f"{path} ({visitor.language}): {text}"] if set(foreign) - SAME else []
    return faults


ROOMS = (
    "bulletins", "cases", "duty", "health", "notices", "obligations", "orgs", "people", "policies", "returns",
)  # fmt: skip


def typed() -> list[str]:
    """What people wrote, the longest first: it stays in its own language."""
    latin = {
        "smtp.example.edu.cn",
        "STARTTLS",
        "TLS",
        "units.xlsx",
        "Lianfang",
        "midnight",
        *User.objects.values_list("username", flat=True),
    }
    found = {
        "男，19岁，市一医院隔离观察",
        "与医院数据不符",
        "代码",
        "名称",
        "岗位",
        "人员类别",
        "姓名",
        "班级",
        "张小明",
        "麓山路2号",
    }
    for model in (model for app in ROOMS for model in models_of(app)):
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedText):
                sealed = model._default_manager.values_list(field.name, flat=True)
                found |= {value.open() for value in sealed if value}
            elif isinstance(field, CharField | TextField) and not field.choices:
                found |= set(model._default_manager.order_by().values_list(field.name, flat=True).distinct())
    for question in Notice.objects.exclude(question={}).values_list("question", flat=True):
        found |= {question["text"], *(option["label"] for option in question.get("options", ()))}
    codes = set(Unit.objects.values_list("code", flat=True))
    return sorted({*filter(HAN.search, filter(None, found)), *codes, *latin}, key=len, reverse=True)


def models_of(app: str) -> Iterator[type[Model]]:
    return apps.get_app_config(app).get_models()
