"""What the browser is told to guard (control A07), and that nobody has an account from the start (A01)."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from lianfang.people import actions
from lianfang.people.models import User
from tests.cast import NOW, Cast

ROOT = Path(__file__).resolve().parents[3]
_ASK = """
import django, json
django.setup()
from django.conf import settings
from django.test import Client
answer = Client().get("/no-such-page/", secure=True, headers={"x-forwarded-proto": "https"})
names = ("SESSION_COOKIE_SECURE", "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SECURE")
print(json.dumps({"headers": dict(answer.headers), **{name: getattr(settings, name) for name in names}}))
"""


def behind_tls(*command: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, with the settings of a real installation."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("LIANFANG_")}
    env |= {"LIANFANG_HTTPS": "1", "LIANFANG_HOSTS": "testserver", "DJANGO_SETTINGS_MODULE": "lianfang.config.settings"}
    env |= {name: os.environ[name] for name in ("LIANFANG_HOME", "LIANFANG_KEY_FILE") if name in os.environ}
    return subprocess.run([sys.executable, *command], env=env, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_deployment_check_is_clean_behind_tls() -> None:
    done = behind_tls("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_cookies_travel_over_tls_only_and_hsts_is_sent() -> None:
    found = json.loads(behind_tls("-c", _ASK).stdout.splitlines()[-1])
    assert (found["SESSION_COOKIE_SECURE"], found["SESSION_COOKIE_HTTPONLY"], found["CSRF_COOKIE_SECURE"]) == (
        True,
    ) * 3
    assert found["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert found["headers"]["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize("path", ["/account/sign-in/", "/account/", "/no-such-page/"])
def test_every_page_says_what_browsers_may_do(client: Client, cast: Cast, path: str) -> None:
    if path == "/account/":
        client.force_login(cast.clerk)
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self'"} <= {
        part.strip() for part in policy.split(";")
    }
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in headers.get("Cache-Control", "no-store")


def test_the_session_cookie_is_out_of_reach_of_scripts(client: Client, cast: Cast) -> None:
    actions.change_password(by=cast.clerk, password="vier-lange-worte-hier", now=NOW)
    client.post("/account/sign-in/", {"username": "clerk", "password": "vier-lange-worte-hier"})
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_new_installation_has_no_account(db: None) -> None:
    assert not User.objects.exists()


def test_the_first_administrator_has_a_name_and_a_password_of_ones_own(db: None) -> None:
    out = io.StringIO()
    call_command("first_admin", "wang.fang", "王芳", stdout=out)
    user = User.objects.get()
    password = out.getvalue().split()[-1]
    assert (user.username, user.must_change_password, user.check_password(password)) == ("wang.fang", True, True)
    assert user.password_set_at is not None
