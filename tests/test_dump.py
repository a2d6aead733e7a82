"""Whoever carries the database away: a school is filled through its pages, people of it are destroyed with two agreements,
and what ``pg_dump`` writes is searched before and after, and so is every file on the way (controls D01, G01)."""

import os
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from lianfang.core import clock
from lianfang.core.fields import SEALED
from lianfang.core.models import Event
from lianfang.people.actions import codes, grants, purging, requests
from lianfang.people.actions.intake import applying, checking
from lianfang.people.models import (
    Claim,
    ClassCode,
    Enrolment,
    Grant,
    Guardian,
    IdentityDocument,
    Person,
    Request,
    RosterFile,
    RosterRow,
    SubjectRequest,
)
from lianfang.people.tests.test_purging import agreed, prepared
from lianfang.ui.unit_field import typed_as
from lianfang.web.roster.words import REASONS
from tests.cast import DAY, NOW, Cast
from tests.families import assess, claim_of, families
from tests.pupils import number, pupils, respond
from tests.test_clear_text import forms_of
from tools.postgres_places import binaries

NAMES = ("曾小雨", "曾小强", "王秀英", "周小雨", "周小天", "陈浩", "赵敏", "李梅", "周强", "陈大勇", "江独七")
PLAIN = (*NAMES, "zeng xiaoyu", "jiang duqi", "2019010101", "20190401", "B-DUMP-7", "江独七名单")
PHONES = (
    "15400000001", "15400000011", "19900138001", "19900138002", "19900139003", "19900137000", "15400000777",
    "15400000778",
)  # fmt: skip
NUMBERS = ("430104200803091236", "430104200506015512", "430104200807076675", "430104200701018886")
OWN_NUMBER = number((NOW - timedelta(days=5700)).date(), 7)
TEXTS = ("麓山南路1号", "麓山路1号2栋301", "独七街道7号", "青霉素过敏", "独七错了", "独七答复")
SEALED_VALUES = (*PHONES, *NUMBERS, OWN_NUMBER, *TEXTS)
STAYS = "单志强"


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> None:
    """Everything that is written to disk on the way is written where the test looks."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: DAY)
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    settings.HOME = settings.MEDIA_ROOT = tmp_path / "home"
    settings.AUDIT_HEAD = tmp_path / "home" / "audit-head.json"
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 0  # uploads lie on the disk while they are read


def dumped() -> str:
    """The database as ``pg_dump`` writes it, and what sessions hold, unpacked."""
    at = connection.settings_dict
    command = [
        binaries() / "pg_dump",
        "-h",
        at["HOST"] or "",
        "-p",
        str(at["PORT"] or ""),
        "-U",
        at["USER"],
        at["NAME"],
    ]
    environment = {**os.environ, "PGPASSWORD": at["PASSWORD"] or ""}
    done = subprocess.run([str(part) for part in command], env=environment, capture_output=True, check=True)
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    return "\n".join([done.stdout.decode(), *sessions]).replace("\\\\", "\\")


def on_disk(folder: Path) -> Iterator[str]:
    """Every file below, workbooks unpacked."""
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield file.read_bytes().decode("utf-8", "replace")
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as packed:
                yield from (packed.read(part).decode("utf-8", "replace") for part in packed.namelist())


def among(texts: Iterable[str], secrets: Iterable[str]) -> set[str]:
    """Which of the secrets stand there, in any of the ways text is kept."""
    wanted = [(one, form) for one in secrets for form in {*forms_of(one), one.encode("gb18030").hex()}]
    return {one for text in texts for one, form in wanted if form in text}


def sealed_of(people: Iterable[Person]) -> set[str]:
    """What stands, sealed, in every column of these people and of what hangs on them; blind indexes with it."""
    ids = [one.pk for one in people]
    rows: list[tuple[Any, dict[str, Any]]] = [
        (Person, {"pk__in": ids}), (IdentityDocument, {"person__in": ids}), (SubjectRequest, {"person__in": ids}),
        (Guardian, {"guardianships__person__in": ids}), (RosterRow, {"person__in": ids}), (RosterFile, {}),
    ]  # fmt: skip
    found: set[str] = set()
    for model, which in rows:
        keys = list(model.objects.filter(**which).values_list("pk", flat=True))
        columns = [
            field.column for field in model._meta.concrete_fields
            if isinstance(field, SEALED) or field.column.endswith("_index")
        ]  # fmt: skip
        with connection.cursor() as cursor:
            for column in columns:
                cursor.execute(
                    f'SELECT encode("{column}", \'hex\') FROM "{model._meta.db_table}"'
                    f' WHERE id = ANY(%s) AND "{column}" IS NOT NULL',
                    [keys],
                )
                found |= {value for (value,) in cursor.fetchall()}
    return found


def filled(cast: Cast) -> list[Person]:
    """Those who will go. A roster, a look at it in every way, lists taken away, a family on the telephone."""
    respond(cast)
    assess(cast)
    school, family = pupils(cast), families(cast)
    imported(cast)
    looked_at(cast, school["girl"])
    taken_away(cast)
    on_the_telephone(cast)
    in_an_emergency(cast)
    Client().post(reverse("account:sign_in"), {"username": PHONES[0], "password": NAMES[0]})
    newcomer = Person.objects.get(name="江独七")
    return [school["girl"], school["brother"], family.rain, family.sky, family.hao, family.min, newcomer]


def imported(cast: Cast) -> None:
    """One line that joins, one that cannot."""
    lines = (
        "姓名,身份证号,班级,宿舍,床号,联系电话,家庭住址\n"
        f"江独七,{OWN_NUMBER},机电1901班,3栋301,B-DUMP-7,15400000777,独七街道7号\n"
        "江独七,430102,没有的班,,,15400000778,独七街道7号\n"
    )
    client = Client()
    client.force_login(cast.registrar)
    upload = SimpleUploadedFile("江独七名单.csv", lines.encode("gb18030"))
    sent = {"unit": typed_as(cast.school), "as_a": "student", "first_day": "2020-02-05", "file": upload}
    assert client.post(reverse("intake:upload"), sent).status_code == 302
    file = RosterFile.objects.get()
    checking.check(file_id=file.pk, now=NOW)
    assert "江独七" in client.get(reverse("intake:file", args=[file.pk])).content.decode()
    client.post(reverse("intake:confirm", args=[file.pk]), {"leave": ""})
    applying.apply(file_id=file.pk, now=NOW)


def looked_at(cast: Cast, girl: Person) -> None:
    for user in (cast.teacher, cast.registrar, cast.doctor):
        client = Client()
        client.force_login(user)
        for words in ("小雨", PHONES[0], PHONES[2], NUMBERS[0], "zxy"):
            client.post(reverse("roster:search", args=[cast.class_one.pk]), {"words": words}, follow=True)
        client.get(reverse("roster:person", args=[girl.pk]))
        client.get(reverse("roster:print", args=[cast.class_one.pk]))
        shown = client.post(
            reverse("roster:reveal", args=[girl.pk, "phone"]), {"reason": next(iter(REASONS)), "words": "需要联系"}
        )
        assert PHONES[1] in shown.content.decode()
    noted = client.post(reverse("roster:health", args=[girl.pk]), {"health_note": "青霉素过敏，独七答复"})
    assert noted.status_code == 302


def taken_away(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.registrar)
    path = reverse("roster:export", args=[cast.class_one.pk])
    for form in ("xlsx", "csv"):
        masked = client.post(path, {"columns": ["name", "phone_masked"], "purpose": "核对曾小雨的分班", "form": form})
        assert masked.status_code == 200
        assert whole(masked)
        client.post(path, {"columns": ["name", "guardian"], "purpose": "停课通知陈浩家长", "form": form})
        asked = Request.objects.get(kind="export", used_at=None)
        requests.decide(by=cast.principal, request=asked, agreed=True, reason="", now=NOW)
        answer = client.post(reverse("roster:download", args=[asked.pk]))
        assert whole(answer)


def in_an_emergency(cast: Cast) -> None:
    """Names stand in what colleagues give as their reasons, whatever the form says."""
    taken = grants.break_glass(by=cast.head, unit=cast.class_one, reason="曾小雨晕倒，找王秀英", hours=1, now=NOW)
    grants.review(by=cast.security, grant=taken, justified=True, text="曾小雨确实晕倒", now=NOW)
    asked = requests.ask(
        by=cast.city, kind="view", unit=cast.class_one, reason="核实周小雨、陈浩的同班接触者",
        detail={"verbs": ["person.view"], "hours": 4}, now=NOW,
    )  # fmt: skip
    requests.decide(by=cast.principal, request=asked, agreed=True, reason="同意，周小雨已隔离", now=NOW)


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def on_the_telephone(cast: Cast) -> None:
    phone = Client()
    codes.open_code(by=cast.teacher, unit=cast.class_one, now=NOW)
    claim = claim_of(phone, ClassCode.objects.get().code.open())
    for page in ("record", "looks", "copy", "copy_file", "devices"):
        assert phone.get(reverse(f"my:{page}", args=[claim.pk])).status_code == 200
    assert PHONES[2] in phone.post(reverse("my:full", args=[claim.pk])).content.decode()
    ask = {"about": "guardian_phone", "text": "独七错了，是15400000778"}
    assert phone.post(reverse("my:ask", args=[claim.pk, "correct"]), ask).status_code == 302
    chosen = phone.post(reverse("my:choices", args=[claim.pk]), {"purpose": "email_reminders", "given": "yes"})
    assert chosen.status_code == 302
    teacher = Client()
    teacher.force_login(cast.teacher)
    row = SubjectRequest.objects.get()
    answer = {"granted": "no", "answer": "独七答复，李梅"}
    assert teacher.post(reverse("codes:answer", args=[row.pk]), answer).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_a_dump_tells_nothing_sealed_before_and_nothing_at_all_after(cast: Cast, tmp_path: Path) -> None:
    going = filled(cast)
    before, sealed = dumped(), sealed_of(going)
    assert among([before], (*NAMES, STAYS)) == {*NAMES, STAYS}, "names stand in clear; the search finds them"
    assert among([before], SEALED_VALUES) == set()
    assert len(sealed) > 30
    assert {one for one in sealed if one not in before} == set()
    assert among(on_disk(tmp_path), (*PLAIN, *SEALED_VALUES)) == set()

    left = DAY - timedelta(days=400)
    Enrolment.objects.filter(person__in=going).update(from_on=left, to_on=left, ending="graduated")
    run = agreed(cast, prepared(cast))
    purging.carry_out(Event.objects.get(verb="purge.approved", subject_id=str(run.pk)))
    run.refresh_from_db()
    assert run.certificate == {"people": len(going), "left_out": 0}

    after = dumped()
    assert among([after], (*PLAIN, *SEALED_VALUES)) == set()
    assert {one for one in sealed if one in after} == set(), "not even sealed, or as a digest"
    assert among([after], [STAYS, "孙师傅"]) == {STAYS, "孙师傅"}, "who stays is there"
    assert among(on_disk(tmp_path), (*PLAIN, *SEALED_VALUES)) == set()
    assert not Claim.objects.exists()
    assert set(Grant.objects.values_list("reason", flat=True)) == {"…晕倒，找…", "核实…、…的同班接触者"}
