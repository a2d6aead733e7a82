"""Charts of boards as ECharts options; each goes with the table it is drawn from."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lianfang.core.clock import ZONE


def completeness(
    points: Sequence[tuple[datetime, int]], expected: int, due: datetime, until: datetime
) -> dict[str, Any]:
    """How a round filled up: classes reported, cumulative, by the time of the points, against the due time. The axis
    runs from half an hour before the first report to an hour after the due time or ``until``."""
    start = min(datetime.combine(due.date(), time(6), ZONE), points[0][0] - timedelta(minutes=30))
    last = max(until, points[-1][0])
    steps = [(start, 0), *points, (last, points[-1][1])]
    return {
        "xAxis": {"type": "time", "min": _clock(start), "max": _clock(max(last, due + timedelta(hours=1)))},
        "yAxis": {"type": "value", "max": max(expected, points[-1][1]), "minInterval": 1},
        "series": [
            {
                "type": "line",
                "step": "end",
                "showSymbol": False,
                "areaStyle": {"opacity": 0.12},
                "name": _("Classes reported"),
                "data": [[_clock(at), number] for at, number in steps],
                "markLine": {
                    "symbol": "none",
                    "label": {"formatter": _("Cut-off")},
                    "data": [{"xAxis": _clock(due)}],
                },
            }
        ],
        "tooltip": {"trigger": "axis"},
    }


def bars(points: Sequence[tuple[str, int]], name: str, *, dots: bool = False) -> dict[str, Any]:
    """Named heights in their order; as dots around zero where it matters how they lie and not how high they are."""
    reach = max([30, *(abs(height) for _label, height in points)])
    shape: dict[str, Any] = {"type": "scatter", "symbolSize": 10} if dots else {"type": "bar", "barMaxWidth": 36}
    return {
        "xAxis": {"type": "category", "data": [label for label, _height in points]},
        "yAxis": {"type": "value", "minInterval": 1, **({"min": -reach, "max": reach} if dots else {})},
        "series": [{**shape, "name": name, "data": [height for _label, height in points]}],
        "tooltip": {"trigger": "axis"},
    }


def _clock(moment: datetime) -> str:
    """China's wall clock without a zone: the chart shows it as it stands, wherever the browser is."""
    return moment.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M:%S")
