"""The demo: the same every time, invented where it says so, and loaded once."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from lianfang.core import clock
from lianfang.orgs import queries, rules
from lianfang.orgs.models import SponsorLine, Unit
from lianfang.people import access
from lianfang.people import queries as people
from lianfang.people.models import Posting, User
from lianfang.returns.models import Version
from lianfang.web.demo import names, places, posts
from lianfang.web.demo.actions import loading
from lianfang.web.tests.few import few_places
from tests.cast import Cast


@pytest.fixture
def few() -> Iterator[None]:
    with few_places():
        yield


def test_the_lists_of_areas_are_whole() -> None:
    rows = {row.cells["code"]: row.cells for row in places.areas()}
    assert len(rows) == 3_239 + len(places.AUTHORITIES)
    assert not {"419000", "429000", "469000", "659000"} & set(rows)
    assert rows["419001"]["parent"] == "410000"
    assert {cells["parent"] for cells in rows.values()} <= {*rows, "000000"}
    for code, cells in rows.items():
        assert rules.wrong_code(str(cells["kind"]), str(code)) is None


def test_schools_and_posts_are_the_same_every_time_and_nobody_is_there_twice() -> None:
    schools = places.schools(400)
    assert schools == places.schools(400)
    assert len({school.code for school in schools}) == 400
    assert sum(school.real for school in schools) == 158
    assert {school.city for school in schools} == {code for code, _ in places.cities()}
    wanted = [*posts.above_schools(), *(post for school in schools for post in posts.of_school(school))]
    assert len({post.username for post in wanted}) == len(wanted)
    units = {row.cells["code"] for row in places.school_rows(schools)} | {row.cells["code"] for row in places.areas()}
    assert {post.unit for post in wanted} <= units
    assert places.school_rows(schools[:5]) == places.school_rows(places.schools(158)[:5])


def test_telephones_ring_nowhere() -> None:
    found = [person for person, _ in zip(names.people("x", 1), range(300), strict=False)]
    assert all(phone.startswith("154") and len(phone) == 11 for _, phone in found)
    assert len({phone for _, phone in found}) == 300


@pytest.mark.usefixtures("db", "few")
def test_the_demo_loads_once_and_its_accounts_can_sign_in() -> None:
    out = StringIO()
    call_command("load_demo", "--schools", "6", "--days", "0", stdout=out)
    assert "6 schools" in out.getvalue()
    clerk = people.by_username(["clerk"])["clerk"]
    assert clerk.check_password(loading.PASSWORD)
    assert not clerk.must_change_password
    school = queries.by_code(places.SHOWCASE)
    assert school is not None
    assert access.can(clerk, "return.submit", school)
    assert access.can(people.by_username(["principal"])["principal"], "purge.decide", school)
    assert [unit.name for unit in queries.sponsors_of(school, clock.today())] == ["教育部"]
    before = [model.objects.count() for model in (Unit, User, Posting, Version, SponsorLine)]
    call_command("load_demo", "--schools", "6", "--days", "0", stdout=StringIO())
    assert [model.objects.count() for model in (Unit, User, Posting, Version, SponsorLine)] == before
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    assert all(post.username in out.getvalue() for post in posts.SHORT)
    assert loading.PASSWORD in out.getvalue()


@pytest.mark.usefixtures("db", "few")
def test_more_schools_can_be_added_later() -> None:
    loading.load(schools=4, past_days=0, now=clock.now())
    users = User.objects.count()
    done = loading.load(schools=6, past_days=0, now=clock.now())
    assert (done.schools, done.new) == (6, 2)
    assert User.objects.count() > users
    assert User.objects.values("phone").distinct().count() == User.objects.count()


def test_the_demo_is_not_mixed_with_units_of_ones_own(cast: Cast) -> None:
    with pytest.raises(CommandError, match="units of its own"):
        call_command("load_demo")
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    assert loading.PASSWORD not in out.getvalue()


def test_units_are_imported_by_command(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("import") / "units.csv"
    file.write_text("学校标识码,学校名称,所在地,学生数\n4143015001,甲校,长沙市,300\n", encoding="gb18030")
    out = StringIO()
    call_command("import_units", str(file), "--under", "430000", "--dry-run", stdout=out)
    assert "1 new" in out.getvalue()
    assert not Unit.objects.filter(code="4143015001").exists()
    call_command("import_units", str(file), "--under", "430000", stdout=StringIO())
    assert Unit.objects.get(code="4143015001").parent == cast.city_unit


@pytest.mark.parametrize(
    ("content", "under", "words"),
    [
        ("代码,名称\n4143015001,", "430000", "1 problems"),
        ("甲,乙\n1,2", "430000", "heading"),
        ("代码,名称\n1,2", "999999", "no unit"),
    ],
)
def test_a_wrong_file_stops_the_command_in_words(
    cast: Cast, tmp_path_factory: pytest.TempPathFactory, content: str, under: str, words: str
) -> None:
    file = tmp_path_factory.mktemp("import") / "units.csv"
    file.write_text(content, encoding="utf-8")
    before = Unit.objects.count()
    with pytest.raises(CommandError) as stopped:
        call_command("import_units", str(file), "--under", under, stderr=StringIO())
    assert words in str(stopped.value) or "没有找到表头" in str(stopped.value)
    assert Unit.objects.count() == before
