from django.urls import path

from lianfang.web.oversight.views import beyond, desk, postings, requests

app_name = "oversight"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("requests/", requests.requests, name="requests"),
    path("requests/ask/", requests.ask, name="ask"),
    path("requests/<uuid:pk>/", requests.one, name="request"),
    path("requests/<uuid:pk>/decide/", requests.decide, name="decide"),
    path("postings/", postings.waiting, name="postings"),
    path("postings/confirm/", postings.confirm, name="confirm"),
    path("postings/<int:pk>/reject/", postings.reject, name="reject"),
    path("security/", postings.security, name="security"),
    path("emergency/", beyond.emergency, name="emergency"),
    path("access/", beyond.grants, name="grants"),
    path("access/<uuid:pk>/", beyond.grant, name="grant"),
    path("access/<uuid:pk>/end/", beyond.end, name="end"),
    path("access/<uuid:pk>/review/", beyond.review, name="review"),
]
