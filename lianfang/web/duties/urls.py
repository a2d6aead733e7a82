from django.urls import path

from lianfang.web.duties.views import areas, groups, leave

app_name = "duties"

urlpatterns = [
    path("groups/<int:unit>/", groups.groups, name="groups"),
    path("groups/<int:unit>/new/", groups.new, name="group_new"),
    path("groups/<int:unit>/<int:pk>/", groups.group, name="group"),
    path("groups/<int:unit>/<int:pk>/edit/", groups.edit, name="group_edit"),
    path("groups/<int:unit>/<int:pk>/join/", groups.join, name="group_join"),
    path("groups/<int:unit>/<int:pk>/part/<int:member>/", groups.part, name="group_part"),
    path("groups/<int:unit>/<int:pk>/dissolve/", groups.dissolve, name="group_dissolve"),
    path("areas/", areas.mine, name="areas"),
    path("areas/<int:unit>/", areas.overview, name="area_overview"),
    path("areas/<int:unit>/assign/", areas.assign, name="area_assign"),
    path("ledger/<int:pk>/", areas.ledger, name="ledger"),
    path("ledger/<int:pk>/visit/", areas.visit, name="visit"),
    path("ledger/<int:pk>/end/", areas.end, name="area_end"),
    path("ledger/<int:pk>/settle/<int:visit>/", areas.settle, name="settle"),
    path("leave/", leave.leaves, name="leaves"),
    path("leave/report/", leave.report, name="leave_report"),
    path("leave/recall/", leave.recall, name="recall"),
    path("leave/<int:pk>/", leave.leave, name="leave"),
    path("leave/<int:pk>/answer/", leave.reply, name="leave_answer"),
    path("leave/<int:pk>/back/", leave.back, name="leave_back"),
]
