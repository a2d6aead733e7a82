"""Invented content for the gallery: one Tuesday of February 2020 seen from a school and from a city."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator

from lianfang.ui.nav import NavItem
from lianfang.ui.states import STATES

CITIES = [
    ("湘西州", 1, 2, 9, 9), ("张家界市", 2, 1, 7, 7), ("常德市", 3, 1, 14, 14), ("岳阳市", 4, 1, 12, 13),
    ("怀化市", 1, 3, 11, 11), ("益阳市", 3, 2, 8, 10), ("长沙市", 4, 2, 52, 58), ("娄底市", 2, 3, 6, 6),
    ("湘潭市", 3, 3, 15, 15), ("株洲市", 4, 3, 13, 14), ("邵阳市", 2, 4, 9, 12), ("衡阳市", 3, 4, 16, 16),
    ("永州市", 2, 5, 8, 8), ("郴州市", 3, 5, 0, 9),
]  # fmt: skip


class SampleForm(forms.Form):
    """A form of each kind of field, one of them wrong."""

    name = forms.CharField(label="联系人", help_text="填报当天能接电话的人。")
    phone = forms.RegexField(
        r"^1\d{10}$", label="联系电话", error_messages={"invalid": "手机号应为 11 位数字，例如 13800138000。"}
    )
    students = forms.IntegerField(label="学生确诊人数", min_value=0, help_text="没有请填 0，尚未核实请选“待核实”。")
    on_campus = forms.ChoiceField(
        label="是否在校", choices=[("1", "在校"), ("0", "不在校"), ("9", "待核实")], widget=forms.RadioSelect
    )
    day = forms.DateField(label="发病日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="人员类别", choices=[("", "请选择"), ("s", "学生"), ("t", "教职工")])
    note = forms.CharField(label="治疗情况", required=False, widget=forms.Textarea)
    sure = forms.BooleanField(label="以上数字已与校医核对")


def everything(now: datetime, theme: str = "") -> dict[str, Any]:
    """All the context of the gallery for a moment; deadlines are placed around it."""
    return {
        "theme": theme,
        "nav": _nav(),
        "acting_unit": {"name": "湖南环境生物职业技术学院", "short_name": "湖南环生"},
        "states": list(STATES),
        "soon": now + timedelta(minutes=25),
        "later": now + timedelta(hours=3, minutes=10),
        "past": now - timedelta(minutes=12),
        "yesterday": now - timedelta(days=1),
        "tomorrow": now + timedelta(days=1),
        "opens": now - timedelta(hours=6),
        "form": _wrong_form(),
        "counts": _counts(),
        "path": [{"name": "湖南省", "url": "#"}, {"name": "衡阳市", "url": "#"}, {"name": "湖南环境生物职业技术学院"}],
        "steps": _steps(now),
        "steps_returned": _steps(now, returned=True),
        "timeline": _timeline(now),
        "diff": _diff(),
        "answers": _answers(),
        "wrong_rows": _wrong_rows(),
        "tiles": [_tile(*city) for city in CITIES],
        "tabs": _tabs(),
        "page": Paginator(range(1, 1387), 50).page(7),
        "board": _board(now),
        "grid": _grid(),
        "chart": _chart(),
        "errors": [{"text": "学生确诊人数不能多于学生总数 5836 人。", "id": "g-1"}, {"text": "请写明与昨天不同的原因。", "id": "g-2"}],
    }


def kept_input() -> dict[str, Any]:
    """What unavailable.html is given."""
    return {
        "action": "/returns/",
        "fields": [("单位", "湖南环境生物职业技术学院"), ("学生确诊", 1), ("教职工确诊", 0), ("治疗情况", "在衡阳市第三人民医院隔离治疗，体温正常。")],
        "hidden": [("students", 1), ("staff", 0)],
    }


def _nav() -> list[NavItem]:
    return [
        NavItem("今日待办", "#", "checklist", current=True, count=3),
        NavItem("日报", "#", "clipboard-list"),
        NavItem("收报看板", "#", "layout-dashboard", count=9),
        NavItem("汇总表", "#", "table"),
        NavItem("通知", "#", "bell", count=1),
        NavItem("单位与人员", "#", "sitemap"),
    ]


def _wrong_form() -> SampleForm:
    form = SampleForm(
        {"name": "周海燕", "phone": "1380013", "students": "-1", "on_campus": "", "kind": "s", "note": "轻症，居家隔离。"}
    )
    form.is_valid()
    return form


def _counts() -> list[dict[str, Any]]:
    return [
        {"label": "已签", "value": 126, "of": 140, "tone": "done", "icon": "circle-check", "url": "#"},
        {"label": "未报", "value": 9, "tone": "late", "icon": "clock-exclamation", "url": "#"},
        {"label": "退回", "value": 2, "tone": "alarm", "icon": "arrow-back-up", "url": "#"},
        {"label": "迟报", "value": 3, "tone": "late", "icon": "alarm", "url": "#"},
    ]


def _steps(now: datetime, returned: bool = False) -> list[dict[str, Any]]:
    filled = {"title": "填报", "state": "done", "who": "李敏 办公室", "at": now - timedelta(hours=2)}
    if returned:
        back = {"title": "市联络员核对", "state": "returned", "who": "陈志强", "at": now, "note": "教职工确诊与昨天不符"}
        return [filled, {"title": "主任签发", "state": "done", "who": "王建国", "at": now}, back]
    return [
        filled,
        {"title": "主任签发", "state": "done", "who": "王建国", "at": now - timedelta(minutes=50)},
        {"title": "领导小组签发", "state": "now", "who": "刘副校长", "note": "有确诊病例，须由领导小组签发"},
        {"title": "市联络员签收", "state": "todo"},
    ]


def _timeline(now: datetime) -> list[dict[str, Any]]:
    return [
        {"at": now - timedelta(minutes=8), "what": "退回修改", "who": "陈志强 衡阳市", "tone": "alarm",
         "icon": "arrow-back-up", "note": "教职工确诊 1 人昨天已报，请核对是否重复。"},
        {"at": now - timedelta(minutes=50), "what": "签发", "who": "王建国 校办主任", "tone": "done", "icon": "signature"},
        {"at": now - timedelta(hours=2), "what": "提交第 1 版", "who": "李敏 校办", "tone": "due", "icon": "send"},
        {"at": now - timedelta(days=1, hours=3), "what": "开始填报", "who": "李敏 校办"},
    ]  # fmt: skip


def _diff() -> list[dict[str, Any]]:
    return [
        {"label": "教职工确诊", "old": 2, "new": 1, "reason": "1 人昨天重复登记"},
        {"label": "学生疑似", "old": None, "new": 0, "reason": "核酸结果已出，排除"},
        {"label": "治疗情况", "old": "待核实", "new": "居家隔离", "reason": ""},
    ]


def _answers() -> list[dict[str, Any]]:
    return [
        {"label": "学生确诊", "value": 1, "before": 0, "url": "#", "changed": True},
        {"label": "教职工确诊", "value": 1, "before": 1, "url": "#"},
        {"label": "治疗情况", "value": "2 人均在衡阳市第三人民医院隔离治疗，体温正常。", "before": None, "url": "#"},
        {"label": "其余 14 项", "value": "均为 0，与昨天相同", "before": None},
    ]


def _wrong_rows() -> list[dict[str, Any]]:
    return [
        {"row": 6, "column": "C 学生确诊", "value": "两人", "problem": "请填数字，例如 2。"},
        {"row": 9, "column": "A 单位代码", "value": "4143009999", "problem": "没有这个代码的单位，请对照单位名单。"},
        {"row": 12, "column": "D 教职工确诊", "value": "-1", "problem": "人数不能小于 0。"},
    ]


def _tile(name: str, column: int, row: int, signed: int, schools: int) -> dict[str, Any]:
    state = "forwarded" if signed == schools else "not_started" if not signed else "submitted"
    if schools - signed >= 3 and signed:
        state = "missing"
    note = "已报省" if signed == schools else f"未报 {schools - signed}"
    return {"name": name.removesuffix("市").replace("湘西州", "湘西"), "column": column, "row": row, "state": state,
            "value": f"{signed}/{schools}", "note": note, "url": "#"}  # fmt: skip


def _tabs() -> list[dict[str, Any]]:
    return [
        {"label": "全部", "url": "#", "current": True, "count": 140},
        {"label": "未报", "url": "#", "count": 9},
        {"label": "退回", "url": "#", "count": 2},
        {"label": "有确诊病例", "url": "#", "count": 4},
    ]


def _board(now: datetime) -> list[dict[str, Any]]:
    names = [
        ("湖南环境生物职业技术学院", "signed", 1, 0, 1, 1), ("南华大学", "forwarded", 3, 1, 2, 2),
        ("衡阳师范学院", "returned", 0, 0, 2, 1), ("湖南工学院", "late", 0, 0, 0, 0),
        ("湖南交通工程学院", "not_started", None, 1, None, 0), ("湖南财经工业职业技术学院", "submitted", 12056, 12056, 0, 0),
    ]  # fmt: skip
    return [
        {"name": name, "state": state, "students": s, "students_before": sb, "staff": t, "staff_before": tb,
         "contact": "周*燕", "phone": "138****5678", "at": now - timedelta(minutes=17 * i)}
        for i, (name, state, s, sb, t, tb) in enumerate(names)
    ]  # fmt: skip


def _grid() -> list[dict[str, Any]]:
    return [
        {"label": "确诊病例", "id": "g-1", "students": 1, "students_before": 0, "staff": 1, "staff_before": 1, "differs": True},
        {"label": "疑似病例", "id": "g-3", "students": 0, "students_before": 0, "staff": 0, "staff_before": 0},
        {"label": "医学观察", "id": "g-4", "students": 6, "students_before": 9, "staff": "", "staff_before": 2},
    ]


def _chart() -> dict[str, Any]:
    hours = ["08:00", "09:00", "10:00", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"]
    signed = [0, 4, 11, 26, 48, 71, 98, 122, 126]
    return {
        "hours": [{"hour": hour, "signed": count} for hour, count in zip(hours, signed, strict=True)],
        "option": {
            "xAxis": {"type": "category", "data": hours, "boundaryGap": False},
            "yAxis": {"type": "value", "max": 140},
            "series": [
                {
                    "type": "line", "step": "end", "name": "已签", "data": signed, "symbol": "none",
                    "lineStyle": {"width": 3}, "areaStyle": {"opacity": 0.12},
                    "markLine": {"symbol": "none", "data": [{"xAxis": "15:00", "name": "学校截止"}], "label": {"formatter": "{b}"}},
                }
            ],
        },
    }  # fmt: skip
