"""Chinese first, whatever the browser asks for; English by the switch."""

import pytest
from django.conf import settings
from django.urls import reverse


@pytest.mark.django_db
@pytest.mark.parametrize(("cookie", "lang"), [("", "zh-hans"), ("en", "en"), ("zh-hans", "zh-hans"), ("fr", "zh-hans")])
def test_only_the_switch_decides(client, cookie, lang):
    if cookie:
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    answer = client.get(reverse("account:sign_in"), headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert f'<html lang="{lang}"' in answer.content.decode()


@pytest.mark.django_db
def test_the_switch_goes_back_to_the_page_it_was_used_on_but_never_to_another_site(client):
    url = reverse("account:language")
    assert client.post(url, {"language": "en", "next": "/account/sign-in/"})["Location"] == "/account/sign-in/"
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert client.post(url, {"language": "en", "next": "https://example.com/"})["Location"] == "/"
