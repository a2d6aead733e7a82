"""Whoever sets up a device reads ``docs/landing.md`` and the page of its key: what stands there is run as it stands."""

import asyncio
import json
import re
import shlex
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lianfang.api.committing import Committer
from lianfang.api.landing import Landing, land
from lianfang.core import clock as core_clock
from lianfang.core.models import Event
from lianfang.health.models import Check, Roll, Sender
from lianfang.health.tests.classes import fill
from lianfang.people.models import Person
from tests.browser import Clock
from tests.cast import Cast

TEXT = (Path(__file__).parents[3] / "docs" / "landing.md").read_text(encoding="utf-8")
durable = pytest.mark.django_db(transaction=True)
COMMANDS = re.compile(r"^curl (?:.*\\\n)*.*$", re.MULTILINE)


def send(command: str) -> tuple[int, Any]:
    """What the landing answers to a call of curl."""
    words = shlex.split(command.replace("\\\n", " "))
    headers = [word.split(": ", 1) for flag, word in pairwise(words) if flag == "-H"]
    (url,) = (word for word in words if word.startswith("http"))
    body = words[words.index("-d") + 1].encode()
    sent: list[dict[str, Any]] = []

    async def ask() -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body}

        async def answer(message: Any) -> None:
            sent.append(message)

        path = "/" + url.split("/", 3)[3]
        found = [(name.lower().encode(), value.encode()) for name, value in headers]
        await Landing(committer)({"type": "http", "method": "POST", "path": path, "headers": found}, receive, answer)

    committer = Committer(land)
    asyncio.run(ask())
    committer.stop()
    return sent[0]["status"], json.loads(sent[1]["body"])


def says(answer: Any, wanted: Any) -> bool:
    """Whether everything wanted stands in the answer; texts beside it may change."""
    if isinstance(wanted, dict):
        return all(name in answer and says(answer[name], value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return len(answer) == len(wanted) and all(says(*pair) for pair in zip(answer, wanted, strict=True))
    return bool(answer == wanted)


def filled(text: str, values: dict[str, str]) -> str:
    """All at once: a 412 inside a person's number stays."""
    return re.sub(r"\b412\b|\"UUID\"|PERSON|KEY", lambda found: values.get(found[0], found[0]), text)


@pytest.fixture(autouse=True)
def a_monday(clock: Clock) -> None:
    clock.set("2020-02-10 08:00")


@pytest.fixture
def pupil(cast: Cast) -> Person:
    return fill(cast.class_one, 3)[0]


def given(client: Client, cast: Cast, name: str = "东门测温仪") -> Any:
    typed = {"school": cast.school.pk, "name": name, "until": "2020-06-30"}
    return client.post(reverse("health:sender_new"), typed)


@durable
def test_the_examples_of_the_page_are_taken_with_the_key_shown_once(cast: Cast, pupil: Person, client: Client) -> None:
    client.force_login(cast.doctor)
    made = given(client, cast)
    key = made.context["key"]
    assert key.encode() not in bytes(Sender.objects.get().token_index)
    page = filled(unescape(made.content.decode()), {'"UUID"': f'"{pupil.pk}"', "412": str(cast.class_one.pk)})
    commands = [re.split("</pre>", one)[0] for one in COMMANDS.findall(page.replace('tabindex="0">curl', "\ncurl"))]
    assert [send(one) for one in commands] == [(200, {"state": "taken"})] * 2
    assert (Check.objects.get().temperature, Roll.objects.get().named) == (366, 0)
    listed = client.get(reverse("health:senders"))
    assert key not in listed.content.decode()
    (row,) = listed.context["rows"]
    assert (row["state"], row["sender"].seen_on) == ("sends", core_clock.today())
    client.post(reverse("health:sender_revoke", args=[row["sender"].pk]))
    assert [send(one)[0] for one in commands] == [401, 401]
    verbs = list(Event.objects.filter(verb__startswith="sender.").order_by("pk").values_list("verb", "subject"))
    assert verbs == [("sender.made", "东门测温仪"), ("sender.revoked", "东门测温仪")]


@durable
def test_the_examples_of_the_document_are_answered_as_it_says(cast: Cast, pupil: Person, client: Client) -> None:
    client.force_login(cast.doctor)
    key = given(client, cast).context["key"]
    text = filled(TEXT, {"PERSON": str(pupil.pk), "412": str(cast.class_one.pk), "KEY": key})
    examples = re.findall(r"(^curl .*\\\n.*)\n# (\d+) (.*)$", text, re.MULTILINE)
    assert len(examples) == len(COMMANDS.findall(TEXT)) == 6
    for command, status, wanted in examples:
        answered, body = send(command)
        assert (answered, says(body, json.loads(wanted))) == (int(status), True), (command, body)


def test_a_key_lasts_a_year_at_most_and_a_day_gone_by_is_refused(cast: Cast, client: Client) -> None:
    client.force_login(cast.doctor)
    for until in ("2020-02-09", "2022-01-01"):
        typed = {"school": cast.school.pk, "name": "东门", "until": until}
        page = client.post(reverse("health:sender_new"), typed)
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["until"])
    assert not Sender.objects.exists()
