"""Template tags and filters."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from pytest_django import Settings

from lianfang.core import clock
from lianfang.ui import icons
from lianfang.ui.states import STATES

NOW = datetime(2020, 2, 11, 14, 5, tzinfo=clock.ZONE)


@pytest.fixture(autouse=True)
def fixed_moment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    with translation.override("zh-hans"):
        yield


def render(source: str, path: str = "/", **context: object) -> str:
    return Template(source).render(Context({"request": RequestFactory().get(path), **context})).strip()


def test_when_carries_the_exact_moment() -> None:
    assert render("{{ due|when }}", due=NOW.replace(hour=15, minute=0)) == (
        '<time datetime="2020-02-11T15:00:00+08:00" title="2020-02-11 15:00:00">今天 15:00</time>'
    )
    assert render("{{ due|when }}", due=None) == "–"
    assert render("{{ due|when_text }}", due=NOW) == "今天 14:05"


def test_a_clock_bar_runs_from_its_opening_to_its_deadline() -> None:
    source = "{% clock_state due opens as bar %}{{ bar.span }} {{ bar.left }} {{ bar.word }}"
    opens = NOW - timedelta(hours=1)
    assert render(source, due=NOW + timedelta(hours=1), opens=opens) == "7200 3600"
    assert render(source, due=NOW + timedelta(minutes=30), opens=opens) == "5400 1800 near"
    assert render(source, due=NOW - timedelta(minutes=1), opens=opens) == "3540 0 past"
    assert render(source, due=NOW + timedelta(hours=99), opens=None) == "28800 28800"


def test_query_replaces_one_parameter_and_keeps_the_others() -> None:
    path = "/board/?state=late&q=%E5%AD%A6%E9%99%A2&page=3"
    assert (
        render("{% autoescape off %}{% query page=4 %}{% endautoescape %}", path)
        == "?state=late&q=%E5%AD%A6%E9%99%A2&page=4"
    )
    assert render("{% query state=None q='' %}", path) == "?"
    assert render("{% query state='signed' q='' %}", path) == "?state=signed"


def test_active_marks_the_address_and_what_lies_under_it() -> None:
    assert render("{% active '/returns/' %}", "/returns/12/") == 'aria-current="page"'
    assert render("{% active '/returns/' %}", "/return/") == ""
    assert render("{% active '/' %}", "/returns/") == ""


def test_an_unknown_icon_is_refused_where_mistakes_should_be_loud(settings: Settings) -> None:
    settings.UI_STRICT = True
    for name in ("no-such-icon", "../../package", "Bell"):
        with pytest.raises(icons.UnknownIcon):
            icons.draw(name)


def test_an_unknown_icon_does_not_break_a_page_in_service(settings: Settings) -> None:
    settings.UI_STRICT = False
    assert icons.draw("no-such-icon") == ""


def test_an_icon_is_silent_for_screen_readers() -> None:
    drawn = icons.draw("bell")
    assert drawn.startswith('<svg class="icon"')
    assert 'aria-hidden="true"' in drawn
    assert "M0 0h24v24H0z" not in drawn
    assert 'fill="currentColor"' in icons.draw("circle-filled")


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_an_icon_and_a_word(state: str) -> None:
    drawn = render("{% chip state %}", state=state)
    assert "<svg" in drawn
    assert f"<span>{STATES[state].label}</span>" in drawn


def test_a_chip_takes_other_words_and_escapes_them() -> None:
    assert "&lt;b&gt;" in render("{% chip 'late' label %}", label="<b>")


def test_a_unit_is_named_briefly_where_it_has_a_brief_name() -> None:
    unit = SimpleNamespace(name="湖南环境生物职业技术学院", short_name="湖南环生")
    assert render("{{ unit|unit_name }} {{ unit|unit_name:'full' }}", unit=unit) == "湖南环生 湖南环境生物职业技术学院"
    assert render("{{ unit|unit_name }}", unit={"name": "衡阳市"}) == "衡阳市"
    assert render("{{ unit|unit_name }}", unit=None) == "–"


def test_pages_far_away_are_a_gap() -> None:
    page = Paginator(range(1400), 50).page(7)
    assert render("{% page_numbers page as numbers %}{{ numbers }}", page=page) == "[1, None, 6, 7, 8, None, 28]"


def test_attributes_passed_through_are_escaped_and_cannot_run() -> None:
    attrs = {"hx-get": '/x?a="1"', "onclick": "alert(1)", "style": "color:red", "data-row": True}
    assert render("{% extra attrs %}", attrs=attrs) == 'hx-get="/x?a=&quot;1&quot;" data-row'


def test_json_for_scripts_cannot_close_its_block() -> None:
    assert "</script><b>" not in render("{% json_data data 'chart' %}", data={"a": "</script><b>"})
