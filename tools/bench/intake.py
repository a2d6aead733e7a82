"""Import of a roster of a hundred thousand people: dry run, taking over, and the same file again, in processes of their
own, so that their memory is theirs alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from tools.bench.figures import Figure
from tools.setup import ROOT

PEOPLE, CLASSES = 100_000, 2_000
SECONDS, MEGABYTES = 60.0, 500.0
HEAD = (
    "序号", "姓名", "身份证号", "性别", "出生日期", "班级", "学号", "联系电话", "现住址", "就读方式", "宿舍",
    "家长姓名", "家长电话", "关系", "民族",
)  # fmt: skip
_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国文红梅"

# One step in a fresh process: seconds, seconds of the processor, peak of resident memory in MB.
_STEP = """
import json, resource, sys, time
import django; django.setup()
from lianfang.core import clock, events
from lianfang.orgs.models import Unit
from lianfang.people.actions import intake
from lianfang.people.actions.intake import applying, checking
from lianfang.people.models import RosterFile
events.wire({})  # the worker of the running program is not to take the job
now, step = clock.now(), sys.argv[1]
if step == "upload":
    unit = Unit.objects.get(code=sys.argv[3])
    intake.upload(by=None, unit=unit, name="r.xlsx", content=open(sys.argv[2], "rb").read(), as_a="student",
                  first_day=now.date(), now=now)
file = RosterFile.objects.defer("content").latest("at")
if step == "apply":
    intake.confirm(by=None, file=file, leave="", now=now)
began = time.monotonic()
if step == "check":
    checking.check(file_id=file.pk, now=now)
if step == "apply":
    applying.apply(file_id=file.pk, now=now)
used = resource.getrusage(resource.RUSAGE_SELF)
file.refresh_from_db(fields=["summary"])
print(json.dumps([time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, file.summary]))
"""


def measure(environment: Mapping[str, str], folder: Path, people: int = PEOPLE) -> list[Figure]:
    """On the database of ``environment`` (it must have the first school of the demo)."""
    from lianfang.core import clock
    from lianfang.orgs import actions as orgs
    from lianfang.orgs.models import Unit

    city = Unit.objects.filter(kind="city").earliest("pk")
    code = "4143999999"
    school = Unit.objects.filter(code=code).first()
    if school is None:
        now = clock.now()
        school = orgs.create_unit(by=None, parent=city, kind="school", code=code, name="测量学校", now=now)
        for at in range(CLASSES):
            orgs.create_unit(by=None, parent=school, kind="class", code=f"{code}-{at}", name=f"机电{at:04d}班", now=now)
    path = written(folder / "roster.xlsx", people)
    _run(environment, "upload", str(path), code)
    dry, whole = _run(environment, "check"), _run(environment, "apply")
    _run(environment, "upload", str(path), code)
    again = _run(environment, "check")
    seconds, peak = dry[0] + whole[0], max(dry[2], whole[2])
    right = whole[3]["applied"].get("join") == people and again[3]["counts"].get("same") == people
    said = f"dry run {dry[0]:.0f} s ({dry[1]:.0f} s of processor), taking over {whole[0]:.0f} s ({whole[1]:.0f} s)"
    return [
        Figure(f"roster of {people:,} people", f"{said}", f"together < {SECONDS:.0f} s", seconds < SECONDS),
        Figure("roster import, memory", f"{peak:.0f} MB resident", f"< {MEGABYTES:.0f} MB", peak < MEGABYTES),
        Figure("the same roster again", f"{again[0]:.0f} s, nothing changes: {right}", "nothing changes", right),
    ]


def written(path: Path, people: int) -> Path:
    """A list as schools keep it, with numbers whose check digits fit."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet("名单")
    page.write_row(0, 0, HEAD)
    for at in range(people):
        page.write_row(at + 1, 0, _row(at))
    book.close()
    return path


def _row(at: int) -> list[str]:
    from lianfang.people.rules.identity import check_digit

    born = date(2003, 1, 1) + timedelta(days=at % 1500)
    first = f"430102{born:%Y%m%d}{at // 1500 + 1:03d}"
    family, parent = _FAMILY[at % len(_FAMILY)], _GIVEN[at // 3 % len(_GIVEN)]
    name = family + _GIVEN[at // 7 % len(_GIVEN)] + _GIVEN[at // 211 % len(_GIVEN)]
    return [
        str(at + 1), name, first + check_digit(first), "男" if int(first[16]) % 2 else "女", f"{born:%Y%m%d}",
        f"机电{at % CLASSES:04d}班", f"20{at:06d}", f"138{at:08d}", f"湖南省长沙市岳麓区学苑路{at % 500}号",
        "住校" if at % 2 else "走读",
        f"{at % 20}栋{at % 900 + 100}" if at % 2 else "", family + parent, f"139{at // 2:08d}", "父亲", "汉族",
    ]  # fmt: skip


def _run(
    environment: Mapping[str, str], step: str, *more: str
) -> tuple[float, float, float, dict[str, dict[str, int]]]:
    settings = {"DJANGO_SETTINGS_MODULE": "lianfang.config.settings"}
    run = subprocess.run(
        [sys.executable, "-c", _STEP, step, *more], cwd=ROOT, env={**os.environ, **environment, **settings},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds, processor, megabytes, summary = json.loads(run.stdout.splitlines()[-1])
    return seconds, processor, megabytes, summary
