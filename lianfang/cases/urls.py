"""Addresses of the room."""

from django.urls import path

from lianfang.cases.views import cases, contacts, emergencies, plans, proofs, statements

app_name = "cases"
urlpatterns = [
    path("emergencies/", emergencies.index, name="emergencies"),
    path("emergencies/report/", emergencies.report, name="report"),
    path("emergencies/contacts/<int:pk>/", contacts.contacts, name="contacts"),
    path("emergencies/<uuid:pk>/", emergencies.emergency, name="emergency"),
    path("emergencies/<uuid:pk>/sheet/", emergencies.sheet, name="emergency_sheet"),
    path("emergencies/<uuid:pk>/confirm/", emergencies.acknowledge, name="emergency_confirm"),
    path("emergencies/<uuid:pk>/join/", emergencies.join, name="emergency_join"),
    path("emergencies/<uuid:pk>/told/<uuid:row>/", statements.told, name="emergency_told"),
    path("emergencies/<uuid:pk>/add/", statements.add, name="emergency_add"),
    path("emergencies/<uuid:pk>/finish/", statements.finish, name="emergency_finish"),
    path("emergencies/<uuid:pk>/correct/<uuid:statement>/", statements.correct, name="emergency_correct"),
    path("", cases.index, name="cases"),
    path("suspected/", cases.suspected, name="suspected"),
    path("new/", cases.new, name="case_new"),
    path("<uuid:pk>/", cases.case, name="case"),
    path("<uuid:pk>/say/<slug:kind>/", cases.say, name="case_say"),
    path("<uuid:pk>/correct/<uuid:step>/", cases.correct, name="case_correct"),
    path("<uuid:pk>/reopen/", cases.reopen, name="case_reopen"),
    path("<uuid:pk>/certificate/", proofs.add, name="case_prove"),
    path("<uuid:pk>/certificate/<uuid:step>/", proofs.file, name="case_proof"),
    path("plans/", plans.index, name="plans"),
    path("plans/begin/", plans.begin, name="plan_begin"),
    path("plans/<uuid:pk>/", plans.plan, name="plan"),
    path("plans/<uuid:pk>/step/<slug:step>/", plans.note, name="plan_note"),
    path("plans/<uuid:pk>/end/", plans.finish, name="plan_end"),
    path("plans/<uuid:pk>/sheet/", plans.sheet, name="plan_sheet"),
    path("back/", cases.clearances, name="clearances"),
]
