"""Scenes inside a school: departments hand in, the clerk fills and submits, leader and head sign or send back."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from tools.day.browser import Browser
from tools.day.ledger import Acknowledged, chip
from tools.day.page import Form, Page
from tools.day.plan import UNVERIFIED, Story
from tools.day.stage import Stage


def hand_in_parts(stage: Stage, story: Story) -> None:
    """Each department presses its own zero; the office finds the numbers in its form."""
    for part, (unit, username) in story.school.parts.items():
        browser = stage.browser(username)
        path = stage.path(unit, f"part/{part}")
        form = browser.get("part page", path).page.form("key")
        if part != "logistics":
            form.fields["zero"] = "1"
        browser.send("hand in part", form, path)
        stage.ledger.acknowledge(Acknowledged("part", story.school.id, username, form.fields["key"]))


def report(stage: Stage, story: Story) -> None:
    """The clerk's morning: home, then the zero report, or the form with a draft on the way."""
    clerk = stage.browser(story.school.clerk)
    clerk.get("home", "/")
    if story.by_form:
        submit_form(stage, story, story.cells)
        return
    path = stage.path(story.school.id, "zero")
    checked = clerk.get("zero: check", path).page
    _submit(stage, story, clerk, checked)


def submit_form(stage: Stage, story: Story, cells: Mapping[str, int | str]) -> None:
    """Type, save the draft, come back to it, check, submit."""
    clerk = stage.browser(story.school.clerk)
    path = stage.path(story.school.id, "fill")
    form = clerk.get("form", path).page.form("rev")
    _type(form, cells, clerk.username)
    clerk.post("save draft", path, form.fields)
    again = clerk.get("form", path).page.form("rev")
    for cell, value in cells.items():
        if f"c-{cell}" in again.fields and value != UNVERIFIED:
            stage.ledger.expect(f"{story.school.name}: draft {cell}", again.fields[f"c-{cell}"], str(value))
    checked = clerk.send("check", again, path, expect=(200,)).page
    _submit(stage, story, clerk, checked)


def _type(form: Form, cells: Mapping[str, int | str], contact: str) -> None:
    form.fields["c-contact"] = form.fields.get("c-contact") or contact
    for cell, value in cells.items():
        form.fields.pop(f"u-{cell}", None)
        form.fields[f"c-{cell}"] = "" if value == UNVERIFIED else str(value)
        if value == UNVERIFIED:
            form.fields[f"u-{cell}"] = "1"


def _submit(stage: Stage, story: Story, clerk: Browser, checked: Page) -> None:
    """Some press twice; both presses carry one key and both are told that it was submitted."""
    form = checked.form("key", "submit/")
    form.fields |= {name: "电话报告，病例待登记" for name in form.fields if name.startswith("w-")}
    presses = 2 if story.twice else 1
    with ThreadPoolExecutor(presses) as hands:
        answers = [hands.submit(clerk.send, "submit", form, "") for _ in range(presses)]
        places = [answer.result().place for answer in answers]
    stage.ledger.acknowledge(Acknowledged("submission", story.school.id, clerk.username, form.fields["key"]))
    done = clerk.get("submitted", places[0]).page
    if not done.reference():
        stage.ledger.complain(f"{story.school.name}: no reference number after submitting")


def sign(stage: Stage, story: Story, cells: Mapping[str, int | str], *, first: bool = True) -> None:
    """All signatures the version needs, in order; afterwards its page says signed."""
    school = story.school
    if is_important(stage, cells):
        _sign(stage, story, school.leader, "submitted")
    at = _sign(stage, story, school.head, "signed")
    if first:
        stage.ledger.complete(school.city, at)


def _sign(stage: Stage, story: Story, username: str, then: str) -> float:
    """Returns the moment of the acknowledgement."""
    signer = stage.browser(username)
    path = stage.path(story.school.id, "sign")
    form = signer.get("sign page", path).page.form("version")
    answer = signer.send("sign", form, path)
    stage.ledger.acknowledge(Acknowledged("signature", story.school.id, username, form.fields["version"]))
    chips = signer.get("return", answer.place).page.chips()
    stage.ledger.expect(f"{story.school.name}: state after {username} signed", chips[:1], [chip(then)])
    return answer.came_at


def send_back(stage: Stage, story: Story, username: str, cell: str, reason: str) -> None:
    """By the head before signing, by the city after it: the reason stands at the cell."""
    sender = stage.browser(username)
    path = stage.path(story.school.id, "turn-back")
    form = sender.get("send back page", path).page.form("version")
    form.fields |= {"reason": reason, f"t-{cell}": reason}
    answer = sender.send("send back", form, path)
    stage.ledger.acknowledge(Acknowledged("turn back", story.school.id, username, form.fields["version"]))
    chips = sender.get("return", answer.place).page.chips()
    stage.ledger.expect(f"{story.school.name}: state after being sent back", chips[:1], [chip("returned")])
    clerk = stage.browser(story.school.clerk)
    if reason not in clerk.get("form", stage.path(story.school.id, "fill")).page.text:
        stage.ledger.complain(f"{story.school.name}: the clerk does not see why the return came back")


def is_important(stage: Stage, cells: Mapping[str, int | str]) -> bool:
    important = [field for field in stage.form.counts if field.important]
    return any(cells[cell] != 0 for field in important for cell in stage.form.cells_of(field))
