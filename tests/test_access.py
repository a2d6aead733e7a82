"""Who may open what: every address × every role, against a table written by hand. Closed by default, outside is 404."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from lianfang.core.ids import uuid7
from lianfang.core.models import Event
from lianfang.notices import actions as notices
from lianfang.orgs import actions as orgs
from lianfang.orgs.actions.keeping import keep_list
from lianfang.orgs.models import SponsorLine
from lianfang.people import access
from lianfang.people.models import Posting
from lianfang.returns import spec
from lianfang.returns.actions import filing, signing
from lianfang.returns.models import Return, Signature, TurnBack, Version
from tests.browser import FORM, Clock
from tests.cast import Cast

# The columns of the table: who is asking. The order is that of ROLES, with those who hold nothing before it.
COLUMNS = (
    "anonymous", "nobody", "department", "clerk", "office_head", "leader", "principal", "liaison", "inspector",
    "unit_admin", "auditor",
)  # fmt: skip
PEOPLE = {
    "anonymous": "", "nobody": "outsider", "department": "students", "clerk": "clerk", "office_head": "head",
    "leader": "leader", "principal": "principal", "liaison": "city", "inspector": "inspector",
    "unit_admin": "admin", "auditor": "auditor",
}  # fmt: skip

# .  answered        >  sent to the sign-in        3  403: holds the verb nowhere        4  404: not in one's scope
#
# Department, clerk, head, leader and principal are of the first school; the liaison is its city's; inspector,
# administrator and auditor are the province's. "beyond" lies in another province, outside everybody's scope.
# POST stands before an address that takes nothing else.
#                                        a n d c h l p l i a a
TABLE = """
web:home                                 > . . . . . . . . . .
web:alive                                . . . . . . . . . . .
web:events                               > 3 3 . . . . . . 3 .

account:sign_in                          . . . . . . . . . . .
POST account:sign_out                    > . . . . . . . . . .
account:password                         > . . . . . . . . . .
POST account:language                    . . . . . . . . . . .
account:details                          > . . . . . . . . . .

accounts:list                            > 3 3 3 3 3 3 3 3 . 3
accounts:new                             > 3 3 3 3 3 3 3 3 . 3
accounts:detail clerk                    > 3 3 3 3 3 3 3 3 . 3
accounts:detail stranger                 > 3 3 3 3 3 3 3 3 4 3
accounts:change clerk                    > 3 3 3 3 3 3 3 3 . 3
accounts:change stranger                 > 3 3 3 3 3 3 3 3 4 3
accounts:appoint clerk                   > 3 3 3 3 3 3 3 3 . 3
accounts:appoint stranger                > 3 3 3 3 3 3 3 3 4 3
accounts:dismiss clerk_post              > 3 3 3 3 3 3 3 3 . 3
accounts:dismiss stranger_post           > 3 3 3 3 3 3 3 3 4 3
accounts:dismiss swapped_post            > 3 3 3 3 3 3 3 3 4 3
accounts:reset clerk                     > 3 3 3 3 3 3 3 3 . 3
accounts:reset stranger                  > 3 3 3 3 3 3 3 3 4 3
accounts:reset auditor                   > 3 3 3 3 3 3 3 3 4 3
accounts:deactivate clerk                > 3 3 3 3 3 3 3 3 . 3
accounts:deactivate stranger             > 3 3 3 3 3 3 3 3 4 3
POST accounts:activate clerk             > 3 3 3 3 3 3 3 3 . 3
POST accounts:activate stranger          > 3 3 3 3 3 3 3 3 4 3
accounts:slip clerk                      > 3 3 3 3 3 3 3 3 . 3
accounts:slip stranger                   > 3 3 3 3 3 3 3 3 4 3

units:tree                               > 3 . . . . . . . . .
units:below school_unit                  > 3 4 . . . . . . . .
units:below beyond_unit                  > 3 4 4 4 4 4 4 4 4 4
units:unit school_unit                   > 3 4 . . . . . . . .
units:unit office_unit                   > 3 . . . . . . . . .
units:unit beyond_unit                   > 3 4 4 4 4 4 4 4 4 4
units:edit school_unit                   > 3 3 3 3 3 3 3 3 . 3
units:edit beyond_unit                   > 3 3 3 3 3 3 3 3 4 3
units:add school_unit                    > 3 3 3 3 3 3 3 3 . 3
units:add beyond_unit                    > 3 3 3 3 3 3 3 3 4 3
units:move school_unit                   > 3 3 3 3 3 3 3 3 . 3
units:move beyond_unit                   > 3 3 3 3 3 3 3 3 4 3
units:close school_unit                  > 3 3 3 3 3 3 3 3 . 3
units:close beyond_unit                  > 3 3 3 3 3 3 3 3 4 3
units:sponsor school_unit                > 3 3 3 3 3 3 3 3 . 3
units:sponsor beyond_unit                > 3 3 3 3 3 3 3 3 4 3
units:end_sponsor sponsored_line         > 3 3 3 3 3 3 3 3 . 3
units:end_sponsor swapped_line           > 3 3 3 3 3 3 3 3 4 3
units:gaps                               > 3 3 3 3 3 3 . . . 3
units:gaps_export                        > 3 3 3 3 3 3 . . . 3
units:import                             > 3 3 3 3 3 3 3 3 . 3
units:template                           > 3 3 3 3 3 3 3 3 . 3
units:import_below school_unit           > 3 3 3 3 3 3 3 3 . 3
units:import_below beyond_unit           > 3 3 3 3 3 3 3 3 4 3
units:import_check admins_list           > 3 3 3 3 3 3 3 3 . 3
units:import_check others_list           > 3 3 3 3 3 3 3 3 4 3
POST units:import_apply admins_list      > 3 3 3 3 3 3 3 3 . 3
POST units:import_apply others_list      > 3 3 3 3 3 3 3 3 4 3

notices:inbox                            > . . . . . . . . . .
notices:read clerks_notice               > 4 4 . 4 4 4 4 4 4 4
POST notices:confirm clerks_notice       > 4 4 . 4 4 4 4 4 4 4
notices:write                            > 3 3 . . . . . 3 . 3
POST notices:check                       > 3 3 . . . . . 3 . 3
POST notices:send                        > 3 3 . . . . . 3 . 3
notices:sent                             > 3 3 . . . . . 3 . 3
notices:sent_one citys_notice            > 3 3 4 4 4 4 . 3 4 3

returns:detail school                    > 3 3 . . . . . . 3 3
returns:detail beyond                    > 3 3 4 4 4 4 4 4 3 3
returns:fill school                      > 3 3 . . 3 3 3 3 3 3
returns:fill beyond                      > 3 3 4 4 3 3 3 3 3 3
POST returns:check school                > 3 3 . . 3 3 3 3 3 3
POST returns:check beyond                > 3 3 4 4 3 3 3 3 3 3
returns:zero school                      > 3 3 . . 3 3 3 3 3 3
returns:zero beyond                      > 3 3 4 4 3 3 3 3 3 3
POST returns:submit school               > 3 3 . . 3 3 3 3 3 3
POST returns:submit beyond               > 3 3 4 4 3 3 3 3 3 3
returns:done school                      > 3 3 . . 3 3 3 3 3 3
returns:done beyond                      > 3 3 4 4 3 3 3 3 3 3
returns:part school_part                 > 3 4 . 3 3 3 3 3 3 3
returns:part office_part                 > 3 . . 3 3 3 3 3 3 3
returns:part other_office_part           > 3 4 . 3 3 3 3 3 3 3
returns:part beyond_part                 > 3 4 4 3 3 3 3 3 3 3
returns:sign school                      > 3 3 3 . . . 3 3 3 3
returns:sign beyond                      > 3 3 3 4 4 4 3 3 3 3
returns:turn_back school                 > 3 3 3 . . . . 3 3 3
returns:turn_back beyond                 > 3 3 3 4 4 4 4 3 3 3
returns:reopen school                    > 3 3 3 3 3 3 . 3 3 3
returns:reopen beyond                    > 3 3 3 3 3 3 4 3 3 3
returns:terms form_school                > 3 4 . . . . . . . .
returns:terms form_beyond                > 3 4 4 4 4 4 4 4 4 4
POST returns:decide form_school          > 3 3 3 3 3 3 . 3 . 3
POST returns:decide form_beyond          > 3 3 3 3 3 3 4 3 4 3
POST returns:assign form_school          > 3 3 3 3 3 3 . 3 . 3
POST returns:assign form_beyond          > 3 3 3 3 3 3 4 3 4 3
returns:board school                     > 3 3 . . . . . . 3 3
returns:board city                       > 3 3 4 4 4 4 . . 3 3
returns:board beyond                     > 3 3 4 4 4 4 4 4 3 3
returns:schools city                     > 3 3 4 4 4 4 . . 3 3
returns:schools beyond                   > 3 3 4 4 4 4 4 4 3 3
POST returns:chase city                  > 3 3 3 3 3 3 . 3 3 3
POST returns:chase beyond                > 3 3 3 3 3 3 4 3 3 3
returns:table city                       > 3 3 4 4 4 4 . . 3 3
returns:table beyond                     > 3 3 4 4 4 4 4 4 3 3
returns:export school                    > 3 3 . . . . . . 3 3
returns:export city                      > 3 3 4 4 4 4 . . 3 3
returns:export beyond                    > 3 3 4 4 4 4 4 4 3 3
returns:print school                     > 3 3 . . . . . . 3 3
returns:print beyond                     > 3 3 4 4 4 4 4 4 3 3
returns:template school                  > 3 3 . . . . . . 3 3
returns:template beyond                  > 3 3 4 4 4 4 4 4 3 3
returns:import school                    > 3 3 . 3 3 3 3 3 3 3
returns:import beyond                    > 3 3 4 3 3 3 3 3 3 3
POST returns:import_apply school         > 3 3 . 3 3 3 3 3 3 3
POST returns:import_apply beyond         > 3 3 4 3 3 3 3 3 3 3
"""

SIGN = {".": "is answered", ">": "is sent to the sign-in", "3": "gets 403", "4": "gets 404"}
Args = dict[str, list[Any]]


def rows() -> Iterator[tuple[str, str, str, str]]:
    """method, name of the address, target, signs for the columns in order."""
    for line in filter(str.strip, TABLE.splitlines()):
        words = line.split()
        signs = "".join(words[-len(COLUMNS) :])
        head = words[: -len(COLUMNS)]
        method = head.pop(0) if head[0] == "POST" else "GET"
        yield method, head[0], head[1] if len(head) > 1 else "", signs


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """All addresses of the program, "namespace:name"."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"


@pytest.fixture
def places(cast: Cast, clock: Clock) -> Args:
    """What the targets of the table stand for."""
    form, day, now = spec.catalog()[FORM], cast.day, cast.now
    province = orgs.create_unit(by=None, parent=cast.nation, kind="province", code="440000", name="广东省", now=now)
    city = orgs.create_unit(by=None, parent=province, kind="city", code="440100", name="广州市", now=now)
    beyond = orgs.create_unit(by=None, parent=city, kind="school", code="4144010001", name="珠江技师学院", now=now)
    filing.submit(
        by=cast.clerk, unit=cast.school, form=form, on=day, cells=ZERO, reasons={}, key=uuid7(), base=0, now=now
    )
    told = notices.post(by=None, unit=cast.school, to=[cast.clerk.pk], key="t", title="x", to_confirm=True, now=now)
    sent = notices.post(by=cast.city, unit=cast.city_unit, to=[cast.clerk.pk], key="s", title="y", now=now)
    held = {post.user.username: post.pk for post in Posting.objects.select_related("user")}
    one = [FORM, day]
    lines = {line.unit_id: line.pk for line in SponsorLine.objects.all()}
    lists = [
        keep_list(by=who, under=cast.province_unit, rows=[], name="a.csv", now=now) for who in (cast.admin, cast.city)
    ]
    return {
        "": [],
        "school": [*one, cast.school.pk], "beyond": [*one, beyond.pk], "city": [*one, cast.city_unit.pk],
        "form_school": [FORM, cast.school.pk],
        "form_beyond": [FORM, beyond.pk],
        "school_part": [*one, cast.school.pk, "students"], "beyond_part": [*one, beyond.pk, "students"],
        "office_part": [*one, cast.student_affairs.pk, "students"],
        "other_office_part": [*one, cast.personnel.pk, "staff"],
        "school_unit": [cast.school.pk], "office_unit": [cast.student_affairs.pk], "beyond_unit": [beyond.pk],
        "sponsored_line": [cast.second.pk, lines[cast.second.pk]], "swapped_line": [cast.school.pk, lines[cast.second.pk]],
        "admins_list": [lists[0].pk], "others_list": [lists[1].pk],
        "clerks_notice": [told.deliveries.get().pk], "citys_notice": [sent.pk],
        # cast.company is posted outside the province; nobody's administrator looks after that account
        "clerk": [cast.clerk.pk], "stranger": [cast.company.pk], "auditor": [cast.auditor.pk],
        "clerk_post": [cast.clerk.pk, held["clerk"]], "stranger_post": [cast.company.pk, held["company"]],
        "swapped_post": [cast.clerk.pk, held["company"]],
    }  # fmt: skip


ZERO: dict[str, Any] = {
    **dict.fromkeys(spec.catalog()[FORM].count_cells, 0), "treatment": "", "remark": "", "contact": "周敏"
}  # fmt: skip


@pytest.fixture
def ask(cast: Cast) -> Callable[..., HttpResponse]:
    """``ask("clerk", "GET", path)`` as that person; whatever it changes is undone."""
    keys: dict[str, str] = {}
    client = Client()

    def run(username: str, method: str, path: str, data: dict[str, Any] | None = None) -> HttpResponse:
        client.cookies.clear()
        if username and username not in keys:
            client.force_login(cast.people[username])
            keys[username] = client.cookies["sessionid"].value
        if username:
            client.cookies["sessionid"] = keys[username]
        with transaction.atomic():
            last = Event.objects.values_list("pk", flat=True).order_by("-pk").first()
            answer = getattr(client, method.lower())(path, data)
            new = Event.objects.filter(pk__gt=last) if last else Event.objects.all()
            answer.events = list(new.values_list("verb", flat=True))
            transaction.set_rollback(True)
        return answer  # type: ignore[no-any-return]

    return run


def sign_of(answer: HttpResponse) -> str:
    if answer.status_code in (301, 302) and answer["Location"].startswith("/account/sign-in/?"):
        return ">"
    return {403: "3", 404: "4"}.get(
        answer.status_code, "." if answer.status_code in (200, 302, 422) else str(answer.status_code)
    )


def test_every_role_has_a_column() -> None:
    assert COLUMNS[2:] == tuple(access.ROLES), "a role was added: give it a column in TABLE"


def test_every_address_has_a_row() -> None:
    known = {name for _, name, _, _ in rows()}
    there = set(names(get_resolver()))
    assert not there - known, f"addresses without a row in TABLE: {', '.join(sorted(there - known))}"
    assert not known - there, f"rows of TABLE without an address: {', '.join(sorted(known - there))}"


@pytest.mark.parametrize("column", COLUMNS)
def test_each_role_gets_what_the_table_says(column: str, places: Args, ask: Callable[..., HttpResponse]) -> None:
    wrong = []
    for method, name, target, signs in rows():
        expected = signs[COLUMNS.index(column)]
        found = sign_of(ask(PEOPLE[column], method, reverse(name, args=places[target])))
        if found != expected:
            wrong.append(f"{method} {name} {target}: {SIGN[expected]} by the table, but {SIGN.get(found, found)}")
    assert not wrong, "\n".join([f"{column}:", *wrong])


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


@pytest.mark.parametrize(("who", "unit"), STRANGERS)
def test_a_unit_of_others_is_not_there(
    who: str, unit: str, cast: Cast, places: Args, ask: Callable[..., HttpResponse]
) -> None:
    for way in WAYS:
        path = reverse(f"returns:{way}", args=[FORM, cast.day, getattr(cast, unit).pk])
        assert ask(who, "GET", path).status_code in (403, 404), path
    for way in ("check", "submit", "chase", "import_apply"):
        path = reverse(f"returns:{way}", args=[FORM, cast.day, getattr(cast, unit).pk])
        assert ask(who, "POST", path, {"c-confirmed.students": "1"}).status_code in (403, 404), path


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
        key=uuid7(), base=0, now=cast.now,
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


OWN = ("account:", "notices:inbox", "notices:read", "notices:confirm", "web:home", "web:alive")


@pytest.mark.parametrize("who", ["auditor", "inspector"])
def test_those_who_only_look_change_nothing(who: str, places: Args, ask: Callable[..., HttpResponse]) -> None:
    for _, name, target, _ in rows():
        if name.startswith(OWN):
            continue
        path = reverse(name, args=places[target])
        for method in ("POST", "PUT", "DELETE"):
            answer = ask(who, method, path, {"reason": "x", "version": str(uuid7())} if method == "POST" else None)
            left = set(answer.events) - {"return.exported"}  # type: ignore[attr-defined]  # taking figures out is noted
            assert not left, (method, name, left)


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
