"""What the gallery shows. The invented content is in gallery.yaml; here it is set into the present."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.core.paginator import Paginator

from lianfang.ui.nav import NavItem
from lianfang.ui.states import STATES

CONTENT = Path(__file__).with_name("gallery.yaml")


class SampleForm(forms.Form):
    """A form with each kind of field."""

    name = forms.CharField(label="联系人", help_text="填报当天能接电话的人。")
    phone = forms.RegexField(r"^1\d{10}$", label="联系电话")
    phone.error_messages["invalid"] = "手机号应为 11 位数字，例如 13800138000。"
    students = forms.IntegerField(label="学生确诊人数", min_value=0, help_text="没有请填 0。")
    on_campus = forms.ChoiceField(
        label="是否在校", choices=[("1", "在校"), ("0", "不在校"), ("9", "待核实")], widget=forms.RadioSelect
    )
    day = forms.DateField(label="发病日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label="人员类别", choices=[("", "请选择"), ("s", "学生"), ("t", "教职工")])
    note = forms.CharField(label="治疗情况", required=False, widget=forms.Textarea)
    sure = forms.BooleanField(label="以上数字已与校医核对")


def everything(now: datetime, theme: str = "") -> dict[str, Any]:
    """All the context of the gallery for a moment; deadlines are placed around it."""
    content = {name: _timed(value, now) for name, value in _content().items()}
    form = SampleForm(content["wrong_form"])
    form.is_valid()
    return {
        **content,
        "theme": theme,
        "nav": [NavItem(**item) for item in content["nav"]],
        "states": list(STATES),
        "soon": now + timedelta(minutes=25),
        "later": now + timedelta(hours=3, minutes=10),
        "past": now - timedelta(minutes=12),
        "yesterday": now - timedelta(days=1),
        "tomorrow": now + timedelta(days=1),
        "opens": now - timedelta(hours=6),
        "form": form,
        "page": Paginator(range(1, 1387), 50).page(7),
    }


def kept_input() -> dict[str, Any]:
    """What ui/unavailable.html is given."""
    kept: dict[str, Any] = _content()["kept_input"]
    return kept


def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(CONTENT.read_text(encoding="utf-8"))
    return content


def _timed(value: Any, now: datetime) -> Any:
    """Lists of things with ``minutes`` get the moment ``at`` that it means."""
    if not isinstance(value, list):
        return value
    return [
        {**item, "at": now + timedelta(minutes=item["minutes"])}
        if isinstance(item, dict) and "minutes" in item
        else item
        for item in value
    ]
