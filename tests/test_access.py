"""Who may open what: every address × every role, against a table written by hand. Closed by default, outside is 404."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from importlib import import_module
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.people import access
from lianfang.people.actions import leave, requests
from lianfang.people.models import Posting
from lianfang.people.rules import APART
from lianfang.returns import spec
from lianfang.returns.actions import filing, signing
from lianfang.returns.models import Return, Signature, TurnBack, Version
from lianfang.web import failures, refusals
from tests.access.returns import ZERO
from tests.browser import FORM, Clock
from tests.cast import Cast

# The columns of the tables: a letter, the role (those who hold nothing come before the order of ROLES), who is asking.
WHO = (
    ("a", "anonymous", ""), ("n", "nobody", "outsider"), ("d", "department", "students"), ("c", "clerk", "clerk"),
    ("h", "office_head", "head"), ("l", "leader", "leader"), ("p", "principal", "principal"),
    ("t", "class_teacher", "teacher"), ("o", "counsellor", "counsellor"), ("r", "registrar", "registrar"),
    ("m", "doctor", "doctor"), ("i", "liaison", "city"), ("v", "inspector", "inspector"), ("u", "unit_admin", "admin"),
    ("s", "security_admin", "security"), ("w", "auditor", "auditor"),
)  # fmt: skip
COLUMNS = tuple(role for _, role, _ in WHO)
PEOPLE = {role: username for _, role, username in WHO}
LETTERS = " ".join(letter for letter, _, _ in WHO)

# One file an area in tests/access/: `<area>.txt` holds its rows, `<area>.py` (if it needs targets of its own) the
# function ``things(cast) -> {target: arguments of the address}``.
#
# .  answered        >  sent to the sign-in        3  403: holds the verb nowhere        4  404: not in one's scope
#
# Department, clerk, head, leader, principal, registrar and doctor are of the first school, teacher and counsellor of
# its class and department; the liaison is its city's; inspector and the three administrators are the province's.
# "beyond" lies in another province, outside everybody's scope.
AREAS = sorted((Path(__file__).parent / "access").glob("*.txt"))

SIGN = {".": "is answered", ">": "is sent to the sign-in", "3": "gets 403", "4": "gets 404"}
EVERYWHERE = ">3"  # whatever the target
Args = dict[str, list[Any]]


def rows() -> Iterator[tuple[str, str, str, str]]:
    """method, name of the address, target, signs for the columns in order."""
    for area in AREAS:
        heads, *lines = filter(str.strip, area.read_text(encoding="utf-8").splitlines())
        assert heads.split()[1:] == LETTERS.split(), f"{area.name}: its first line is not “address {LETTERS}”"
        for line in lines:
            words = line.split()
            signs = "".join(words[-len(COLUMNS) :])
            head = words[: -len(COLUMNS)]
            assert len(signs) == len(COLUMNS), f"{area.name}: {line}"
            method = head.pop(0) if head[0] == "POST" else "GET"
            yield method, head[0], head[1] if len(head) > 1 else "", signs


def dealt(things: Sequence[str], hands: int) -> list[tuple[str, ...]]:
    """Into so many hands: what each test would lay out anew is laid out once a hand."""
    return [tuple(things[at::hands]) for at in range(hands)]


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """All addresses of the program, "namespace:name"."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"


@pytest.fixture
def places(cast: Cast, clock: Clock) -> Args:
    """What the targets of the tables stand for: the builders of all areas together."""
    found: Args = {"": []}
    for area in AREAS:
        if area.with_suffix(".py").exists():
            made = import_module(f"tests.access.{area.stem}").things(cast)
            assert not found.keys() & made.keys(), f"{area.stem}: targets of another area"
            found |= made
    return found


@pytest.fixture
def ask(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Callable[..., HttpResponse]:
    """``ask("clerk", "GET", path)`` as that person; whatever it changes is undone. The answer's ``events`` are the verbs
    it recorded, refusals among them, only where somebody counts them (``told=True``): it is asked thousands of times."""
    keys: dict[str, str] = {}
    client = Client()
    before = set[Any]()  # the same for all, as everything is undone
    listens = False
    noted = refusals.note
    monkeypatch.setattr(failures, "render", drawn_once(render))
    monkeypatch.setattr(refusals, "note", lambda *refused: noted(*refused) if listens else None)

    def run(
        username: str, method: str, path: str, data: dict[str, Any] | None = None, *, told: bool = False
    ) -> HttpResponse:
        nonlocal listens
        listens = told
        client.cookies.clear()
        if username and username not in keys:
            client.force_login(cast.people[username])
            keys[username] = client.cookies["sessionid"].value
        if username:
            client.cookies["sessionid"] = keys[username]
        with transaction.atomic():
            if told and not before:
                before.update(Event.objects.values_list("pk", flat=True))
            answer = getattr(client, method.lower())(path, data)
            if told:
                answer.events = [verb for pk, verb in Event.objects.values_list("pk", "verb") if pk not in before]
            transaction.set_rollback(True)
        return answer

    return run


def drawn_once(draw: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Two answers of three are the same few pages of refusal: each is drawn the first time only."""
    drawn: dict[str, bytes] = {}

    def run(request: HttpRequest, page: str, context: dict[str, Any] | None = None, *, status: int) -> HttpResponse:
        if context or page not in drawn:
            drawn[page] = draw(request, page, context, status=status).content
        return HttpResponse(drawn[page], status=status)

    return run


def sign_of(answer: HttpResponse) -> str:
    if answer.status_code in (301, 302) and answer["Location"].startswith("/account/sign-in/?"):
        return ">"
    return {403: "3", 404: "4"}.get(
        answer.status_code, "." if answer.status_code in (200, 204, 302, 422) else str(answer.status_code)
    )


def test_every_role_has_a_column() -> None:
    assert COLUMNS[2:] == tuple(access.ROLES), "a role was added: give it a column in WHO"


def test_every_address_has_a_row() -> None:
    known = {name for _, name, _, _ in rows()}
    there = set(names(get_resolver()))
    assert not there - known, f"addresses without a row in tests/access: {', '.join(sorted(there - known))}"
    assert not known - there, f"rows of tests/access without an address: {', '.join(sorted(known - there))}"


@pytest.mark.parametrize("columns", dealt(COLUMNS, 4), ids="+".join)
def test_each_role_gets_what_the_table_says(
    columns: tuple[str, ...], places: Args, ask: Callable[..., HttpResponse]
) -> None:
    wrong, asked = [], set()
    for column, (method, name, target, signs) in product(columns, rows()):
        expected = signs[COLUMNS.index(column)]
        if expected in EVERYWHERE and (column, method, name) in asked:
            continue  # decided before anybody looks at what it is about
        found = sign_of(ask(PEOPLE[column], method, reverse(name, args=places[target])))
        if found == expected:
            asked |= {(column, method, name)} if expected in EVERYWHERE else set()
        else:
            told = f"{SIGN[expected]} by the table, but {SIGN.get(found, found)}"
            wrong.append(f"{column}: {method} {name} {target}: {told}")
    assert not wrong, "\n".join(wrong)


def test_addresses_that_change_something_refuse_to_be_read(places: Args, ask: Callable[..., HttpResponse]) -> None:
    asked = 0
    for method, name, target, signs in rows():
        if method == "POST" and "." in signs:
            who = PEOPLE[COLUMNS[signs.rindex(".")]]
            assert ask(who, "GET", reverse(name, args=places[target])).status_code == 405, name
            asked += 1
    assert asked > 8


# ── whose rows ────────────────────────────────────────────────────────────────────────────────────────────────────────

WAYS = (
    "detail",
    "fill",
    "zero",
    "done",
    "sign",
    "turn_back",
    "reopen",
    "board",
    "schools",
    "export",
    "print",
    "template",
    "import",
)
STRANGERS = [
    ("clerk", "second"), ("head", "second"), ("leader", "third"), ("principal", "second"), ("clerk_second", "school"),
    ("head_third", "school"), ("city", "second"), ("city_second", "school"), ("county", "school"), ("sponsor", "school"),
    ("company", "third"), ("students", "second"),
]  # fmt: skip


def test_a_unit_of_others_is_not_there(cast: Cast, places: Args, ask: Callable[..., HttpResponse]) -> None:
    for (who, unit), way in product(STRANGERS, WAYS):
        path = reverse(f"returns:{way}", args=[FORM, cast.day, getattr(cast, unit).pk])
        assert ask(who, "GET", path).status_code in (403, 404), (who, path)
    for (who, unit), way in product(STRANGERS, ("check", "submit", "import_apply")):
        path = reverse(f"returns:{way}", args=[FORM, cast.day, getattr(cast, unit).pk])
        assert ask(who, "POST", path, {"c-confirmed.students": "1"}).status_code in (403, 404), (who, path)


def test_an_unknown_form_or_day_is_not_there(cast: Cast, ask: Callable[..., HttpResponse]) -> None:
    good = reverse("returns:fill", args=[FORM, cast.day, cast.school.pk])
    assert ask("clerk", "GET", good).status_code == 200
    for bad in (
        good.replace(FORM, "no_such_form"),
        good.replace("2020-02-05", "2020-02-31"),
        good.replace("2020", "20"),
    ):
        assert ask("clerk", "GET", bad).status_code == 404, bad


def test_a_signer_cannot_put_another_schools_version_in(
    cast: Cast, places: Args, ask: Callable[..., HttpResponse]
) -> None:
    other = submitted(cast, "clerk_second", cast.second)
    path = reverse("returns:sign", args=[FORM, cast.day, cast.school.pk])
    assert ask("head", "POST", path, {"version": str(other.pk)}).status_code == 422
    assert not Signature.objects.exists()


def submitted(cast: Cast, who: str, unit: Any, on: date | None = None) -> Version:
    return filing.submit(
        by=cast.people[who], unit=unit, form=spec.catalog()[FORM], on=on or cast.day, cells=ZERO, reasons={},
        whys=dict.fromkeys(ZERO, "12320"), key=uuid7(), base=0, now=cast.now,
    )  # fmt: skip


# ── what each may not do ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def signed(cast: Cast, clock: Clock) -> Return:
    """The second school's return (city 430300, sponsored by two authorities), signed."""
    version = submitted(cast, "clerk_second", cast.second)
    signing.sign(by=cast.head_second, filed=version.filed, version_id=version.pk, now=cast.now)
    return Return.objects.get(pk=version.filed_id)


@pytest.mark.parametrize("who", ["sponsor", "company"])
def test_a_sponsor_sees_its_school_but_gives_no_orders(
    who: str, cast: Cast, signed: Return, ask: Callable[..., HttpResponse]
) -> None:
    one = [FORM, cast.day, cast.second.pk]
    for way in ("detail", "print", "export", "template"):
        assert ask(who, "GET", reverse(f"returns:{way}", args=one)).status_code == 200, way
    for way in ("turn_back", "reopen", "fill", "sign"):
        assert ask(who, "GET", reverse(f"returns:{way}", args=one)).status_code in (403, 404), way
    sent = {"version": str(signed.head_id), "reason": "请更正"}
    assert ask(who, "POST", reverse("returns:turn_back", args=one), sent).status_code == 404
    page = ask(who, "GET", reverse("returns:detail", args=one)).content.decode()
    assert reverse("returns:turn_back", args=one) not in page


def test_the_territorial_superior_may_send_the_same_return_back(
    cast: Cast, signed: Return, ask: Callable[..., HttpResponse]
) -> None:
    path = reverse("returns:turn_back", args=[FORM, cast.day, cast.second.pk])
    sent = {"version": str(signed.head_id), "reason": "请更正"}
    assert ask("city_second", "POST", path, sent).status_code == 302
    assert not TurnBack.objects.exists()  # `ask` undoes what it did


def test_superiors_neither_fill_in_nor_sign_for_a_school(
    cast: Cast, places: Args, ask: Callable[..., HttpResponse]
) -> None:
    version = Version.objects.get()
    for who in ("city", "province", "inspector", "admin", "auditor", "sponsor"):
        for way in ("sign", "submit", "fill", "check"):
            path = reverse(f"returns:{way}", args=[FORM, cast.day, cast.school.pk])
            assert ask(who, "POST", path, {"version": str(version.pk)}).status_code == 403, (who, way)


def test_nobody_gathers_for_another_unit(cast: Cast, signed: Return, ask: Callable[..., HttpResponse]) -> None:
    path = reverse("returns:table", args=[FORM, cast.day, cast.second_city.pk])
    from lianfang.returns.queries import rollup

    used = rollup.counted_versions(spec.catalog()[FORM], cast.second_city, cast.day)
    sent = {"seen": rollup.fingerprint(used), "key": str(uuid7()), "contact": "邓伟", "remark": ""}
    assert ask("province", "POST", path, sent).status_code in (403, 404, 422)
    assert ask("inspector", "POST", path, sent).status_code in (403, 404, 422)
    assert ask("city", "POST", path, sent).status_code == 404
    assert ask("city_second", "POST", path, sent).status_code == 302


# Taking figures out, and asking for what one may not have, is noted.
NOTED = {"duty.numbers_exported", "return.exported", "audit.exported", "posting.contacts_exported", "access.refused",
         "key_person.exported", "key_person.printed", "cluster.letter"}  # fmt: skip
OWN = (
    "account:",
    "duty:feed_open",
    "notices:inbox",
    "notices:read",
    "notices:confirm",
    "web:home",
    "web:coming",
    "web:alive",
    "rulebook:",
)


def others() -> list[tuple[str, str]]:
    """Addresses and targets that are not one's own account or notices, each once."""
    return sorted({(name, target) for _, name, target, _ in rows() if not name.startswith(OWN)})


@pytest.mark.parametrize("who", ["auditor", "inspector"])
def test_those_who_only_look_change_nothing(who: str, places: Args, ask: Callable[..., HttpResponse]) -> None:
    for name, target in others():
        sent = {"reason": "x", "version": str(uuid7())}
        answer = ask(who, "POST", reverse(name, args=places[target]), sent, told=True)
        left = set(answer.events) - NOTED  # type: ignore[attr-defined]
        assert not left, (name, left)


def test_no_address_knows_another_way_to_change_something(places: Args, ask: Callable[..., HttpResponse]) -> None:
    for name, target in dict(others()).items():
        for method in ("PUT", "DELETE"):
            left = set(ask("auditor", method, reverse(name, args=places[target]), told=True).events) - NOTED  # type: ignore[attr-defined]
            assert not left, (method, name, left)


def test_the_three_administrators_share_no_power() -> None:
    """Looking at units and notices is everybody's; beyond that no verb belongs to two of them, and none opens a
    person's record or a return."""
    everybodys = {"unit.view", "notice.read", "gap.view"}
    powers = {name: access.ROLES[name].verbs - everybodys for name in APART}
    for one, other in combinations(powers, 2):
        assert not powers[one] & powers[other], (one, other)
    for name, verbs in powers.items():
        assert not {verb for verb in verbs if verb.startswith(("person.", "return.", "break_glass"))}, name
    assert not {verb for verb in powers["auditor"] if not verb.endswith((".view", ".audit", ".watch"))}
    assert "posting.manage" in powers["unit_admin"]
    assert "posting.confirm" in powers["security_admin"]
    assert "event.audit" in powers["auditor"]


def test_the_unit_administrator_neither_confirms_nor_reads_the_audit_and_the_security_administrator_opens_no_account(
    cast: Cast, places: Args, ask: Callable[..., HttpResponse]
) -> None:
    waiting = places["waiting_posting"]
    for who, method, name, args in (
        ("admin", "GET", "web:events", []),
        ("admin", "POST", "oversight:confirm", []),
        ("admin", "POST", "oversight:reject", waiting),
        ("admin", "POST", "oversight:security", []),
        ("security", "GET", "web:events", []),
        ("security", "POST", "accounts:new", []),
        ("security", "POST", "accounts:appoint", places["clerk"]),
        ("auditor", "POST", "oversight:confirm", []),
        ("auditor", "POST", "oversight:review", places["school_grant"]),
        ("auditor", "POST", "oversight:end", places["school_grant"]),
    ):
        answer = ask(who, method, reverse(name, args=args), {"posting": waiting, "reason": "x", "agreed": "yes"})
        assert answer.status_code == 403, (who, name)


def test_no_refusal_stands_between_a_school_and_its_report(cast: Cast, clock: Clock) -> None:
    """Control B05. Requests are refused, the clerk's absence is refused, duties wait: the report goes out all the same.
    The emergency report of a later issue has to pass this test too."""
    asked = requests.ask(by=cast.clerk, kind="view", unit=cast.class_one, reason="核实名单", now=cast.now,
                         detail={"verbs": ["person.view"], "hours": 1})  # fmt: skip
    requests.decide(by=cast.principal, request=asked, agreed=False, reason="不必", now=cast.now)
    absent = leave.report(by=cast.clerk, unit=cast.school, kind="leave", from_on=cast.day, to_on=cast.day, where="",
                          reason="就诊", stand_in=None, now=cast.now)  # fmt: skip
    leave.answer(by=cast.principal, leave=absent, agreed=False, text="值班", now=cast.now)
    version = submitted(cast, "clerk", cast.school)
    signing.sign(by=cast.head, filed=version.filed, version_id=version.pk, now=cast.now)
    assert Return.objects.get(pk=version.filed_id).head_id == version.pk


def test_reports_know_nothing_of_requests_and_approvals() -> None:
    room = Path(__file__).parents[1] / "lianfang" / "returns"
    for path in room.rglob("*.py"):
        if "tests" not in path.parts:
            named = path.read_text(encoding="utf-8")
            for word in ("actions.requests", "queries.requests", "actions.grants", "queries.grants"):
                assert word not in named, f"{path.name}: {word}"


def test_an_administrator_reads_no_returns(cast: Cast, signed: Return, ask: Callable[..., HttpResponse]) -> None:
    for unit in (cast.second, cast.second_city, cast.province_unit):
        for way in ("detail", "board", "schools", "table", "print", "export"):
            assert ask("admin", "GET", reverse(f"returns:{way}", args=[FORM, cast.day, unit.pk])).status_code == 403, (
                way
            )
    home = ask("admin", "GET", reverse("web:home")).content.decode()
    assert "/returns/" not in home


def test_a_posting_that_is_over_opens_nothing(cast: Cast, places: Args, ask: Callable[..., HttpResponse]) -> None:
    path = reverse("returns:fill", args=places["school"])
    assert ask("clerk", "GET", path).status_code == 200
    Posting.objects.filter(user=cast.clerk).update(to_on=cast.day - timedelta(days=1))
    assert ask("clerk", "GET", path).status_code == 403
