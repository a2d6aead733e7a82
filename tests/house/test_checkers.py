"""Each checker of the house finds its bad example and lets its good one pass."""

from collections.abc import Callable

import pytest

from tests.house import habits, locks, pages, sizes, staircase, unmasking, writes

Checker = Callable[[str, str], list[str]]
ACTIONS, QUERIES, VIEWS, MODELS = (f"lianfang/orgs/{name}.py" for name in ("actions", "queries", "views", "models"))

BAD: list[tuple[Checker, str, str]] = [
    (writes.outside_actions, VIEWS, "row.save()"),
    (writes.outside_actions, VIEWS, "row.save(update_fields=['name'])"),
    (writes.outside_actions, QUERIES, "Unit.objects.create(name='x')"),
    (writes.outside_actions, QUERIES, "unit.children.create(name='x')"),
    (writes.outside_actions, QUERIES, "Unit.objects.bulk_create(rows)"),
    (writes.outside_actions, MODELS, "Unit.objects.get_or_create(name='x')"),
    (writes.outside_actions, MODELS, "Unit.objects.update_or_create(name='x')"),
    (writes.outside_actions, QUERIES, "Unit.objects.filter(pk=1).update(**columns)"),
    (writes.outside_actions, QUERIES, "rows.update(name='x')"),
    (writes.outside_actions, QUERIES, "unit.posting_set.all().delete()"),
    (writes.outside_actions, "lianfang/orgs/management/commands/load.py", "Unit(name='x').save()"),
    (writes.outside_actions, QUERIES, "SQL = 'INSERT INTO orgs_unit (id) VALUES (1)'"),
    (writes.outside_actions, QUERIES, "SQL = 'with a as (select 1) update orgs_unit set name = 1'"),
    (writes.outside_actions, QUERIES, "cursor.execute(f'DELETE FROM {table}')"),
    (habits.other_clocks, VIEWS, "timezone.now()"),
    (habits.other_clocks, VIEWS, "datetime.datetime.now(UTC)"),
    (habits.other_clocks, VIEWS, "field = f(default=timezone.now)"),
    (habits.other_clocks, VIEWS, "date.today()"),
    (habits.other_clocks, VIEWS, "from django.utils.timezone import now"),
    (habits.other_clocks, MODELS, "at = models.DateTimeField(auto_now_add=True)"),
    (habits.other_clocks, QUERIES, "SQL = 'SELECT 1 WHERE due_at < now()'"),
    (habits.signals, VIEWS, "from django.db.models.signals import post_save"),
    (habits.signals, VIEWS, "from django.db.models import signals"),
    (habits.signals, VIEWS, "from django.dispatch import receiver"),
    (habits.door_plates, "lianfang/orgs/__init__.py", "'''Units.'''\nfrom x import y"),
    (habits.door_plates, "lianfang/orgs/__init__.py", ""),
    (staircase.upward_strings, MODELS, "models.ForeignKey('returns.Return', models.PROTECT)"),
    (staircase.upward_strings, MODELS, "import_string('lianfang.returns.actions.sign')"),
    (staircase.mounts, "lianfang/orgs/urls.py", "path('x', include('lianfang.people.urls'))"),
    (unmasking.opened_elsewhere, VIEWS, "shown = person.phone.open()"),
    (unmasking.opened_elsewhere, QUERIES, "[row.phone.open() if row.phone else '' for row in rows]"),
    (unmasking.opened_elsewhere, QUERIES, "crypto.unseal(token, 'people_person.phone')"),
    (unmasking.opened_elsewhere, "lianfang/web/templates/x.html", "<p>\n{{ person.phone.open }}</p>"),
    (unmasking.opened_elsewhere, "lianfang/web/templates/x.html", "{% if person.phone.open|length %}"),
    (unmasking.needless, "lianfang/web/my/copies.py", "shown = str(person.phone)"),
    (sizes.too_long_files, MODELS, "x = 1\n" * 501),
    (sizes.too_long_files, "lianfang/ui/templates/ui/page.html", "<p>\n" * 151),
    (sizes.too_long_functions, ACTIONS, "def act():\n" + "    x = 1\n" * 60),
    (sizes.too_long_functions, VIEWS, "@needs('a')\ndef act(request):\n" + "    x = 1\n" * 25),
    (locks.addresses, "requirements.lock", "a @ https://example.org/a.whl"),
    (locks.addresses, "requirements.lock", "--index-url example"),
    (locks.addresses, "requirements.lock", "-i example"),
    (locks.addresses, "package-lock.json", '{"packages": {"a": {"resolved": "somewhere"}}}'),
    (locks.addresses, "package-lock.json", '{"packages": [{"from": "https://example.org"}]}'),
    (locks.addresses, "uv.lock", ""),
    (locks.machine_paths, "docs/x.md", "see /" + "root/notes"),
    (locks.machine_paths, "Makefile", "cp x /" + "tmp/x"),
    (locks.machine_paths, "tools/x.py", 'PATH = "/' + 'home/li/x"'),
    (pages.unsafe_markup, "x.html", '<p class="a"\n style="color: red">'),
    (pages.unsafe_markup, "x.html", "<style>p {}</style>"),
    (pages.unsafe_markup, "x.html", "<script>go()</script>"),
    (pages.unsafe_markup, "x.html", '<script nonce="{{ n }}">go()</script>'),
    (pages.unsafe_markup, "x.html", '<button {% if a > b %}disabled{% endif %} onclick="go()">'),
    (pages.unsafe_markup, "x.html", '<a href="javascript:go()">'),
    (pages.unsafe_markup, "x.html", '<a hx-on:click="go()">'),
    (pages.unsafe_markup, "x.html", "{% now 'Y' %}"),
]

GOOD: list[tuple[Checker, str, str]] = [
    (writes.outside_actions, ACTIONS, "Unit.objects.create(name='x')"),
    (writes.outside_actions, "lianfang/orgs/actions/units.py", "row.save()"),
    (writes.outside_actions, "lianfang/orgs/tests/test_units.py", "row.save()"),
    (
        writes.outside_actions,
        "lianfang/orgs/migrations/0001_initial.py",
        "SQL = 'UPDATE orgs_unit SET name = 1'",
    ),
    (writes.outside_actions, QUERIES, "table.update(other)\nbook.save(buffer)\ncache.delete('key')"),
    (writes.outside_actions, QUERIES, "def f():\n    '''Does not insert into any table.'''"),
    (writes.outside_actions, "tools/bench.py", "row.save()"),
    (habits.other_clocks, VIEWS, "clock.now()\nclock.today()\ntime.monotonic()\nrow.now"),
    (habits.other_clocks, "lianfang/core/clock.py", "datetime.now(UTC)"),
    (habits.other_clocks, VIEWS, "def f():\n    '''Never now().'''"),
    (habits.signals, VIEWS, "from lianfang.surveillance import queries"),
    (habits.door_plates, "lianfang/orgs/__init__.py", "'''Step 2. Units.'''"),
    (
        staircase.upward_strings,
        "lianfang/returns/models.py",
        "f('orgs.Unit'); f('lianfang.orgs.rules'); f('returns.Return')",
    ),
    (staircase.upward_strings, "lianfang/config/wiring.py", "f('lianfang.returns.actions.sign')"),
    (staircase.mounts, "lianfang/config/urls.py", "path('x', include('lianfang.people.urls'))"),
    (unmasking.opened_elsewhere, VIEWS, "open('x').read()\npath.open('w')\nfile.open(mode='r')\nstr(person.phone)"),
    (unmasking.opened_elsewhere, "lianfang/orgs/tests/test_x.py", "person.phone.open()"),
    (
        unmasking.opened_elsewhere,
        "lianfang/web/templates/x.html",
        "<p>{{ person.phone }} {% if post.open %}</p> phone.open",
    ),
    (unmasking.needless, "lianfang/web/my/copies.py", "person.phone.open()"),
    (sizes.too_long_files, MODELS, "x = 1\n" * 500),
    (sizes.too_long_functions, ACTIONS, 'def act():\n    """' + "\n" * 9 + '"""\n' + "    x = 1\n" * 59),
    (sizes.too_long_functions, VIEWS, "@needs('a')\ndef act(request):\n" + "    x = 1\n" * 24),
    (locks.addresses, "requirements.lock", "a==1 \\\n    --hash=sha256:00\n    # via b"),
    (locks.addresses, "package-lock.json", '{"a": {"funding": {"url": "https://example.org"}}}'),
    (
        locks.machine_paths,
        "docs/x.md",
        "var/tmp/x and home/work/x and ~/work/x and https://example.org/work/x",
    ),
    (
        pages.unsafe_markup,
        "x.html",
        '<script src="/a.js"></script><script type="application/json">{}</script>',
    ),
    (
        pages.unsafe_markup,
        "x.html",
        '<p data-style="a" data-on="b">{# <style> #}<!-- onclick="x" --> on = off</p>',
    ),
]


@pytest.mark.parametrize(("checker", "path", "text"), BAD)
def test_it_finds(checker: Checker, path: str, text: str) -> None:
    assert checker(path, text), f"{checker.__name__} let this pass: {text}"


@pytest.mark.parametrize(("checker", "path", "text"), GOOD)
def test_it_lets_pass(checker: Checker, path: str, text: str) -> None:
    assert checker(path, text) == []


@pytest.mark.parametrize(
    "path", ["lianfang/orgs/utils.py", "tools/helpers.py", "lianfang/common/x.py", "lianfang/orgs/signals.py"]
)
def test_it_finds_the_drawer(path: str) -> None:
    assert habits.forbidden_names(path)
    assert not habits.forbidden_names("lianfang/orgs/tree.py")


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("lianfang.returns.actions", "lianfang.orgs.models"),
        ("lianfang.returns.actions.sign", "lianfang.people.models"),
        ("lianfang.returns.queries", "lianfang.notices.actions"),
        ("lianfang.returns.models", "lianfang.notices.forms"),
        ("lianfang.returns.views", "lianfang.notices.actions"),
        ("lianfang.returns.views", "lianfang.orgs.models"),
        ("lianfang.returns.rules", "lianfang.people.access"),
        ("lianfang.returns.actions", "lianfang.ui.needs"),
        ("lianfang.returns.urls", "lianfang.notices.views"),
        ("lianfang.returns.sheets.official", "lianfang.notices.actions"),
        ("lianfang.returns.queries", "lianfang.orgs.tests.make"),
        ("lianfang.returns.forms", "lianfang.returns.actions"),
        ("lianfang.returns.actions", "lianfang.notices.wording"),
        ("lianfang.returns.apps", "lianfang.notices.models"),
        ("lianfang.web.views", "lianfang.returns.actions"),
        ("lianfang.web.account.views", "lianfang.notices.models"),
        ("lianfang.web.account.forms", "lianfang.people.actions"),
        ("lianfang.config.wiring", "lianfang.returns.models"),
        ("lianfang.config.urls", "lianfang.api.landing"),
        ("lianfang.api.landing", "lianfang.health.views"),
    ],
)
def test_it_finds_a_look_at_a_file_that_may_not_be_seen(importer: str, imported: str) -> None:
    def source(_: str) -> str:
        return f"from {imported} import Thing\nThing.objects"

    assert staircase.sight([(importer, imported)], source) == [f"{importer}: may not see {imported}"]


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("lianfang.returns.actions", "lianfang.notices.actions"),
        ("lianfang.returns.actions", "lianfang.people.access"),
        ("lianfang.returns.models", "lianfang.people.access"),
        ("lianfang.returns.models", "lianfang.orgs.models"),
        ("lianfang.returns.queries", "lianfang.orgs.models"),
        ("lianfang.returns.views", "lianfang.ui.needs"),
        ("lianfang.returns.views", "lianfang.orgs.queries"),
        ("lianfang.web.queries", "lianfang.returns.spec"),
        ("lianfang.returns.actions", "lianfang.core.models"),
        ("lianfang.returns.tests.test_sign", "lianfang.orgs.models"),
        ("lianfang.returns.views", "lianfang.returns.actions"),
        ("lianfang.config.urls", "lianfang.returns.urls"),
        ("lianfang.returns.apps", "lianfang.notices.wording"),
        ("lianfang.web.account.views", "lianfang.people.actions"),
        ("lianfang.returns.views", "django.http"),
        ("lianfang.config.asgi", "lianfang.api.landing"),
        ("lianfang.api.landing", "lianfang.health.actions.landing"),
    ],
)
def test_it_lets_a_file_see_what_it_may(importer: str, imported: str) -> None:
    assert staircase.sight([(importer, imported)], lambda _: "") == []


def test_a_type_of_another_room_may_be_named_but_not_used() -> None:
    named = "from lianfang.orgs.models import Unit\ndef act(*, unit: Unit | None) -> list[Unit]: ...\nx: Unit"
    assert staircase.only_annotates(named, "lianfang.orgs.models")
    assert not staircase.only_annotates(named + "\nUnit.objects.get()", "lianfang.orgs.models")
    assert not staircase.only_annotates("import lianfang.orgs.models", "lianfang.orgs.models")
