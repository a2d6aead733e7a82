"""All addresses of the room, under /health/."""

from django.urls import path, register_converter

from lianfang.health.addresses import DayConverter, PlaceConverter, RoundConverter
from lianfang.health.views import rolls, rolls_sent

register_converter(DayConverter, "date_of")
register_converter(PlaceConverter, "place")
register_converter(RoundConverter, "round")

app_name = "health"

ROLL = "roll/<place:at>/<round:code>/<date_of:on>/"

urlpatterns = [
    path("", rolls.mine, name="mine"),
    path("roll/worker.js", rolls.worker, name="worker"),
    path("roll/<place:at>/<round:code>/", rolls.roll, name="roll_today"),
    path(ROLL, rolls.roll, name="roll"),
    path(ROLL + "submit/", rolls.submit, name="roll_submit"),
    path(ROLL + "person/", rolls.person, name="roll_person"),
    path(ROLL + "keep/", rolls.keep, name="roll_keep"),
    path(ROLL + "still/", rolls.still, name="roll_still"),
    path(ROLL + "compare/", rolls_sent.compare, name="roll_compare"),
    path(ROLL + "decide/", rolls_sent.decide, name="roll_decide"),
    path("roll/<place:at>/sheet/<date_of:on>/", rolls_sent.printed, name="roll_sheet"),
]
