"""Charts of returns as ECharts options; each goes with the table it is drawn from."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.orgs.models import Unit
from lianfang.returns.queries import board
from lianfang.returns.spec import Form


def completeness(form: Form, unit: Unit, on: date, expected: int, due: datetime | None) -> dict[str, Any]:
    """How the day filled up: schools reported, cumulative, in steps of ten minutes, against the cut-off."""
    running, points = 0, []
    for moment, number in board.signed_by_minute(form, unit, on):
        running += number
        points.append({"at": (moment + timedelta(minutes=10)).astimezone(clock.ZONE), "reported": running})
    if not points:
        return {"chart": None, "chart_rows": []}
    option = {
        "xAxis": {"type": "time"},
        "yAxis": {"type": "value", "max": expected, "minInterval": 1},
        "series": [
            {
                "type": "line",
                "step": "end",
                "showSymbol": False,
                "areaStyle": {"opacity": 0.12},
                "name": _("Schools reported"),
                "data": [[point["at"].isoformat(), point["reported"]] for point in points],
                "markLine": {
                    "symbol": "none",
                    "label": {"formatter": _("Cut-off")},
                    "data": [{"xAxis": due.astimezone(clock.ZONE).isoformat()}] if due else [],
                },
            }
        ],
        "tooltip": {"trigger": "axis"},
    }
    label = _("%(reported)s of %(expected)s schools had reported by %(at)s") % {
        "reported": running,
        "expected": expected,
        "at": f"{points[-1]['at']:%H:%M}",
    }
    return {"chart": option, "chart_rows": points, "chart_label": label}
