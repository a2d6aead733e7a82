"""All addresses of the room, under /health/."""

from django.urls import path, register_converter

from lianfang.health.addresses import CodeConverter, DayConverter, PlaceConverter, RoundConverter
from lianfang.health.views import (
    absences,
    boards,
    cards,
    findings,
    groups,
    held,
    hints,
    records,
    registers,
    rolls,
    rolls_sent,
    senders,
    summaries,
    survey_answers,
    surveys,
)

register_converter(DayConverter, "date_of")
register_converter(CodeConverter, "key")
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
    path("held/", held.index, name="held"),
    path("held/<int:school>/<date_of:on>/<key:key>/", held.one, name="held_one"),
    path("held/<int:school>/<date_of:on>/<key:key>/drop/", held.drop, name="held_drop"),
    path("groups/", groups.index, name="groups"),
    path("groups/new/", groups.new, name="group_new"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("senders/", senders.index, name="senders"),
    path("senders/new/", senders.new, name="sender_new"),
    path("senders/<uuid:pk>/revoke/", senders.revoke, name="sender_revoke"),
    path("hints/", hints.index, name="hints"),
    path("hints/<uuid:pk>/", hints.hint, name="hint"),
    path("hints/<uuid:pk>/number/<uuid:row>/", hints.number, name="hint_number"),
    path("absences/", absences.index, name="absences"),
    path("absences/register/", registers.register, name="register"),
    path("absences/register/sheet/", registers.sheet, name="register_sheet"),
    path("absences/register/table/", registers.table, name="register_table"),
    path("absences/<uuid:pk>/", absences.absence, name="absence"),
    path("absences/<uuid:pk>/step/", absences.step, name="absence_step"),
    path("absences/<uuid:pk>/number/<uuid:row>/", absences.number, name="absence_number"),
    path("card/<uuid:person>/", cards.card, name="card"),
    path("card/<uuid:person>/call/", cards.call, name="card_call"),
    path("cards/<int:unit>/<date_of:on>/", cards.of_class, name="cards"),
    path("record/<uuid:person>/", records.record, name="record"),
    path("record/<uuid:person>/sheet/", records.record_sheet, name="record_sheet"),
    path("record/<uuid:person>/own/", records.own_record, name="own_record"),
    path("record/<uuid:person>/own/sheet/", records.own_record_sheet, name="own_record_sheet"),
    path("surveys/", surveys.index, name="surveys"),
    path("surveys/new/", surveys.new, name="survey_new"),
    path("surveys/<uuid:pk>/", surveys.survey, name="survey_own"),
    path("surveys/<uuid:pk>/close/", surveys.close, name="survey_close"),
    path("surveys/<uuid:pk>/<int:unit>/", surveys.of_unit, name="survey"),
    path("surveys/<uuid:pk>/<int:unit>/chase/", surveys.chase, name="survey_chase"),
    path("surveys/<uuid:pk>/<int:unit>/table/", surveys.table, name="survey_table"),
    path("surveys/<uuid:survey>/of/<uuid:person>/", survey_answers.own, name="survey_answer"),
    path("surveys/<uuid:survey>/of/<uuid:person>/call/", survey_answers.call, name="survey_call"),
    path("board/", boards.boards, name="boards"),
    path("board/<int:pk>/", boards.board, name="board_today"),
    path("board/<int:pk>/<date_of:on>/", boards.board, name="board"),
    path("board/<int:pk>/<date_of:on>/curve/", boards.curve, name="board_curve"),
    path("board/<int:pk>/<date_of:on>/lacking/", boards.lacking, name="board_lacking"),
    path("board/<int:pk>/<date_of:on>/chase/", boards.chase, name="board_chase"),
    path("findings/", findings.mine, name="findings_mine"),
    path("findings/<int:pk>/", findings.findings, name="findings_today"),
    path("findings/<int:pk>/<date_of:on>/", findings.findings, name="findings"),
    path("summary/<int:pk>/<date_of:on>/", summaries.summary, name="summary"),
    path("summary/<int:pk>/<date_of:on>/sheet/", summaries.printed, name="summary_sheet"),
    path("summary/<int:pk>/<date_of:on>/table/", summaries.exported, name="summary_table"),
]
