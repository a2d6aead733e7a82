"""What the showcase school tells everybody: a letter to the parents that was corrected, and an announcement that waits
to be published."""

from datetime import datetime, timedelta

from lianfang.notices.actions import announcing, opening
from lianfang.orgs.models import Unit
from lianfang.people.models import User

_BODY = """学校每天晨检、午检，并向主管部门如实报告。请各位家长配合以下事项：

一、早上出门前
- 孩子发热、腹泻、出疹或呕吐的，请留在家中并告诉班主任
- 健康卡有变化时，请在手机上填写

二、孩子在校期间
- 接到学校电话，请尽快到校
- 就医后请把医院的意见告诉班主任，返校以校医核对为准

{meeting}"""
_LETTER = {"title": "致全体学生家长的一封信", "addressed_to": "各位家长："}
_NOTE = {
    "kind": "announcement", "title": "关于晨检午检时间的公告", "addressed_to": "全校师生：",
    "body": "自下周一起，晨检于 8:00 前、午检于 14:10 前完成。请各班按时报告，无异常也要报。",
}  # fmt: skip


def play(*, school: Unit, people: dict[str, User], now: datetime) -> None:
    """``people``: clerk and head by these names."""
    clerk, head, began = people["clerk"], people["head"], now - timedelta(days=6)
    signed = school.name
    first = announcing.write(
        by=clerk, unit=school, kind="open_letter", signed=signed, now=began,
        body=_BODY.format(meeting="家长会改为线上，时间另行通知。"), **_LETTER,
    )  # fmt: skip
    announcing.publish(by=head, edition=first, now=began + timedelta(hours=1))
    second = announcing.correct(
        by=clerk, announcement=first.announcement, signed=signed, changed="家长会的时间已经确定",
        now=began + timedelta(days=2), body=_BODY.format(meeting="线上家长会定于周五 19:00。"), **_LETTER,
    )  # fmt: skip
    announcing.publish(by=head, edition=second, now=began + timedelta(days=2, hours=2))
    for back, times in enumerate((9, 17, 31, 44, 12, 26)):
        for _ in range(times):
            opening.count(announcement=first.announcement_id, on=(now - timedelta(days=back)).date())
    announcing.write(by=clerk, unit=school, signed=signed, now=now - timedelta(minutes=40), **_NOTE)
