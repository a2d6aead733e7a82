"""Where somebody who is chased goes. Addresses of rooms above, by their names."""

from datetime import date

from django.urls import reverse


def home() -> str:
    return reverse("web:home")


def missing(unit: int, kind: str, slot: str, on: date) -> str:
    """The list of who below the unit has not done it."""
    return reverse("today:missing", args=[unit, kind, slot, on]) if unit else home()
