"""The address a request came from, and who is believed about it."""

import pytest
from django.core.checks import run_checks
from django.test import Client, RequestFactory
from django.urls import reverse
from pytest_django import Settings

from lianfang.core import origin
from lianfang.core.models import Event
from tests.cast import Cast


@pytest.mark.parametrize(
    ("peer", "told", "found"),
    [
        ("198.51.100.7", "", "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),  # a header from somebody who is no proxy of ours
        ("10.0.0.5", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.5", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the first was written by the client
        ("10.0.0.5", "203.0.113.9, 10.0.0.6", "203.0.113.9"),
        ("10.0.0.5", "203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.5", "[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:10.0.0.5", "2001:db8::1", "2001:db8::1"),
        ("10.0.0.5", "unknown", "10.0.0.5"),
        ("10.0.0.5", "", "10.0.0.5"),
        ("", "", None),
        ("", "203.0.113.9", None),
    ],
)
def test_a_header_is_believed_only_from_a_trusted_proxy(peer, told, found, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    headers = {"X-Forwarded-For": told} if told else {}
    assert origin.address(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)) == found


def test_an_event_keeps_the_address_and_a_command_has_none(cast: Cast, client: Client) -> None:
    assert set(Event.objects.values_list("ip", flat=True)) == {None}
    client.force_login(cast.clerk)
    client.post(reverse("account:details"), {"phone": "0731-8800 0002", "email": ""}, REMOTE_ADDR="198.51.100.7")
    assert Event.objects.get(verb="account.changed").ip == "198.51.100.7"
    assert origin.current() is None


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("AUDIT_DAYS", 183, "core.E002"),
        ("AUDIT_DAYS", 184, ""),
        ("TRUSTED_PROXIES", ["proxy.example"], "core.E003"),
        ("TRUSTED_PROXIES", ["192.168.1.7/24"], ""),
    ],
)
def test_the_start_is_refused_for_logs_kept_too_short_and_proxies_that_are_none(
    name: str, value: object, code: str, settings: Settings
) -> None:
    setattr(settings, name, value)
    found = [message.id for message in run_checks() if message.id in ("core.E002", "core.E003")]
    assert found == ([code] if code else [])
