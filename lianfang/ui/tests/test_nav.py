"""The navigation registry."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from lianfang.ui import nav
from lianfang.ui.context import page
from lianfang.ui.nav import NavItem


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(nav, "_providers", [])
    monkeypatch.setattr(nav, "_unit_provider", [])
    with translation.override("en"):
        yield


def get(path: str) -> HttpRequest:
    return RequestFactory().get(path)


def test_the_longest_matching_address_is_the_current_one() -> None:
    nav.register(
        lambda request: [NavItem("A", "/", "home"), NavItem("B", "/b/", "bell"), NavItem("C", "/b/c/", "table")]
    )
    current = {path: [i.label for i in nav.items(get(path)) if i.current] for path in ("/", "/b/", "/b/c/1/", "/z/")}
    assert current == {"/": ["A"], "/b/": ["B"], "/b/c/1/": ["C"], "/z/": []}


def test_an_entry_that_says_it_is_current_is_believed() -> None:
    nav.register(lambda request: [NavItem("A", "/a/", "home"), NavItem("B", "/b/", "bell", current=True)])
    assert [i.current for i in nav.items(get("/a/"))] == [False, True]


def test_a_provider_registers_once() -> None:
    def provider(request: HttpRequest) -> list[NavItem]:
        return [NavItem("A", "/", "home")]

    nav.register(provider)
    nav.register(provider)
    assert len(nav.items(get("/"))) == 1


def test_a_page_without_navigation_asks_no_provider() -> None:
    def broken(request: HttpRequest) -> list[NavItem]:
        raise AssertionError("asked")

    nav.register(broken)
    nav.register_unit(broken)
    assert set(page(get("/"))) == {"nav", "urgent_nav", "account_nav", "acting_unit"}
    assert "lf-plain" in render_to_string("404.html", request=get("/nowhere/"))


def test_six_entries_leave_four_and_more_on_a_phone() -> None:
    entries = [NavItem(f"Entry {i}", f"/{i}/", "home") for i in range(6)]
    html = render_to_string("ui/_nav.html", {"nav": entries})
    assert html.count('class="is-extra"') == 2
    assert "lf-nav-more" in html
    assert "lf-nav-more" not in render_to_string("ui/_nav.html", {"nav": entries[:5]})


def test_ten_entries_leave_eight_and_more_at_a_desk() -> None:
    entries = [NavItem(f"Entry {i}", f"/{i}/", "home", current=i == 9) for i in range(10)]
    html = render_to_string("ui/_nav.html", {"nav": entries})
    assert html.count('class="is-extra is-far"') == 2
    assert html.count('class="is-near"') == 4, "what stands at the desk is behind more on a phone only"
    assert "is-desk" in html
    assert "is-desk" not in render_to_string("ui/_nav.html", {"nav": entries[:9]})


def test_sign_out_is_a_form_not_a_link() -> None:
    nav.register(lambda request: [NavItem("Sign out", "/out/", "logout", place="account", post=True)])
    request = get("/")
    user = {"is_authenticated": True, "name": "Wang", "username": "wang"}
    html = render_to_string("ui/_account.html", {**page(request), "user": user}, request=None)
    assert '<form method="post" action="/out/"' in html
    assert 'href="/out/"' not in html
