"""The trend of the last days as ECharts options; the table under them says the same."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from lianfang.bulletins.rules import Day


def ill(days: Sequence[Day], shown: Sequence[int | str | None]) -> dict[str, Any]:
    """People absent ill, a bar a day. What is hidden (control E03) or not known has none."""
    heights = [count if isinstance(count, int) else None for count in shown]
    return {
        "xAxis": _days(days),
        "yAxis": {"type": "value", "minInterval": 1},
        "series": [{"type": "bar", "barMaxWidth": 28, "name": _("Absent, ill"), "data": heights}],
    }


def in_time(days: Sequence[Day]) -> dict[str, Any]:
    """How many of a hundred reported in time; a day nobody knows of is a gap in the line."""
    parts = [round(100 * day.in_time / day.owing) if day.in_time is not None and day.owing else None for day in days]
    return {
        "xAxis": _days(days),
        "yAxis": {"type": "value", "min": 0, "max": 100, "axisLabel": {"formatter": "{value}%"}},
        "series": [{"type": "line", "symbolSize": 8, "name": _("In time, of a hundred"), "data": parts}],
    }


def _days(days: Sequence[Day]) -> dict[str, Any]:
    return {"type": "category", "data": [f"{day.on:%m-%d}" for day in days]}
