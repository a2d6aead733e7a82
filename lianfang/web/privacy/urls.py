from django.urls import path

from lianfang.web.privacy.views import assessments, desk, holds, incidents, public, purges, responses

app_name = "privacy"

urlpatterns = [
    path("", public.rules, name="rules"),
    path("print/", public.sheet, name="sheet"),
    path("map/", desk.map_of_data, name="map"),
    path("desk/", desk.desk, name="desk"),
    path("responses/", responses.listed, name="responses"),
    path("responses/new/", responses.new, name="response_new"),
    path("responses/<int:pk>/end/", responses.end, name="response_end"),
    path("assessments/", assessments.listed, name="assessments"),
    path("assessments/new/", assessments.new, name="assessment_new"),
    path("assessments/<int:pk>/", assessments.detail, name="assessment"),
    path("purges/", purges.listed, name="purges"),
    path("purges/new/", purges.new, name="purge_new"),
    path("purges/of/<uuid:pk>/", purges.of_request, name="purge_of"),
    path("purges/<uuid:pk>/", purges.detail, name="purge"),
    path("purges/<uuid:pk>/ask/", purges.ask, name="purge_ask"),
    path("purges/<uuid:pk>/begin/", purges.begin, name="purge_begin"),
    path("purges/<uuid:pk>/certificate/", purges.certificate, name="certificate"),
    path("holds/", holds.listed, name="holds"),
    path("holds/new/", holds.new, name="hold_new"),
    path("holds/<uuid:pk>/lift/", holds.lift, name="hold_lift"),
    path("incident/", incidents.incident, name="incident"),
]
