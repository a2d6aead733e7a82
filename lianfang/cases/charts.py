"""The epidemic curve as an ECharts option; it goes with the table it is drawn from."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any


def curve(days: Sequence[date], counts: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    """Onsets, a bar a day, the groups on top of each other by their labels."""
    return {
        "xAxis": {"type": "category", "data": [f"{day:%m-%d}" for day in days]},
        "yAxis": {"type": "value", "minInterval": 1},
        "legend": {"bottom": 0},
        "grid": {"left": 8, "right": 16, "top": 16, "bottom": 40, "containLabel": True},
        "series": [
            {
                "type": "bar",
                "stack": "onsets",
                "barCategoryGap": "10%",
                "barMaxWidth": 48,
                "name": label,
                "data": list(heights),
            }
            for label, heights in counts.items()
        ],
    }
