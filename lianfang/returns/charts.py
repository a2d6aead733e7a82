"""Charts of returns as ECharts options; each goes with the table it is drawn from."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.returns.queries import board
from lianfang.returns.spec import due_at


def completeness(total: board.Count, on: date, due: datetime | None, now: datetime) -> dict[str, Any]:
    """How the day filled up: schools reported, cumulative, in steps of ten minutes, against the cut-off."""
    running = 0
    points: list[dict[str, Any]] = []
    for moment, number in sorted(total.signed_in.items()):
        running += number
        points.append({"at": (moment + timedelta(minutes=10)).astimezone(clock.ZONE), "reported": running})
    if not points:
        return {"chart": None, "chart_rows": []}
    option = _step_line(points, total.expected, due, now, on)
    label = _("%(reported)s of %(expected)s schools had reported by %(at)s") % {
        "reported": running,
        "expected": total.expected,
        "at": f"{points[-1]['at']:%H:%M}",
    }
    return {"chart": option, "chart_rows": points, "chart_label": label}


def _step_line(
    points: list[dict[str, Any]], expected: int, due: datetime | None, now: datetime, on: date
) -> dict[str, Any]:
    """The axis runs from seven in the morning (or the first report, if earlier) to an hour after the cut-off or now."""
    start = min(due_at(on, "07:00"), points[0]["at"] - timedelta(minutes=30))
    last = min(now, due_at(on, "24:00"))
    end = max(last, (due or last) + timedelta(hours=1))
    steps = [
        (start, 0),
        *((point["at"], point["reported"]) for point in points),
        (max(last, points[-1]["at"]), points[-1]["reported"]),
    ]
    return {
        "xAxis": {"type": "time", "min": _clock(start), "max": _clock(end)},
        "yAxis": {"type": "value", "max": expected, "minInterval": 1},
        "series": [
            {
                "type": "line",
                "step": "end",
                "showSymbol": False,
                "areaStyle": {"opacity": 0.12},
                "name": _("Schools reported"),
                "data": [[_clock(at), number] for at, number in steps],
                "markLine": {
                    "symbol": "none",
                    "label": {"formatter": _("Cut-off")},
                    "data": [{"xAxis": _clock(due)}] if due else [],
                },
            }
        ],
        "tooltip": {"trigger": "axis"},
    }


def _clock(moment: datetime) -> str:
    """China's wall clock without a zone: the chart shows it as it stands, wherever the browser is."""
    return moment.astimezone(clock.ZONE).strftime("%Y-%m-%dT%H:%M:%S")
