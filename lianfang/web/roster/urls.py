from django.urls import path

from lianfang.web.roster.views import belonging, classes, duplicates, exports, households, lists, persons

app_name = "roster"

urlpatterns = [
    path("", lists.home, name="home"),
    path("unit/<int:pk>/", lists.people, name="list"),
    path("unit/<int:pk>/search/", lists.search, name="search"),
    path("unit/<int:pk>/counts/", lists.counts, name="counts"),
    path("unit/<int:pk>/add/", persons.add, name="add"),
    path("unit/<int:pk>/promote/", classes.promote, name="promote"),
    path("unit/<int:pk>/duplicates/", duplicates.pairs, name="duplicates"),
    path("unit/<int:pk>/households/", households.households, name="households"),
    path("unit/<int:pk>/export/", exports.export, name="export"),
    path("unit/<int:pk>/print/", exports.sheet, name="print"),
    path("export/<uuid:pk>/", exports.download, name="download"),
    path("household/<uuid:pk>/", households.household, name="household"),
    path("household/<uuid:pk>/leave/<uuid:member>/", households.leave_household, name="leave_household"),
    path("merge/<uuid:pk>/with/<uuid:other>/", duplicates.merge, name="merge"),
    path("merge/<uuid:pk>/undo/", duplicates.undo, name="undo_merge"),
    path("p/<uuid:pk>/", persons.person, name="person"),
    path("p/<uuid:pk>/show/<slug:what>/", persons.reveal, name="reveal"),
    path("p/<uuid:pk>/show/<slug:what>/<uuid:row>/", persons.reveal, name="reveal_row"),
    path("p/<uuid:pk>/change/", persons.change, name="change"),
    path("p/<uuid:pk>/health/", persons.health, name="health"),
    path("p/<uuid:pk>/document/", persons.document, name="document"),
    path("p/<uuid:pk>/document/<uuid:row>/end/", persons.end_document, name="end_document"),
    path("p/<uuid:pk>/guardian/", persons.guardian, name="guardian"),
    path("p/<uuid:pk>/guardian/<uuid:row>/", persons.change_guardian, name="change_guardian"),
    path("p/<uuid:pk>/guardian/<uuid:row>/end/", persons.end_guardian, name="end_guardian"),
    path("p/<uuid:pk>/at/<uuid:row>/move/", belonging.move, name="move"),
    path("p/<uuid:pk>/at/<uuid:row>/end/", belonging.end, name="end"),
    path("p/<uuid:pk>/at/<uuid:row>/leave/", belonging.leave, name="leave"),
    path("p/<uuid:pk>/at/<uuid:row>/back/", belonging.back, name="back"),
    path("p/<uuid:pk>/at/<uuid:row>/lodge/", belonging.lodge, name="lodge"),
    path("p/<uuid:pk>/at/<uuid:row>/mark/", belonging.mark, name="mark"),
    path("p/<uuid:pk>/unmark/<uuid:row>/", belonging.unmark, name="unmark"),
]
