from django.urls import path

from lianfang.notices import views

app_name = "notices"

urlpatterns = [
    path("", views.inbox, name="inbox"),
    path("<int:pk>/", views.read, name="read"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("write/", views.write, name="write"),
    path("check/", views.check, name="check"),
    path("send/", views.send, name="send"),
    path("sent/", views.sent, name="sent"),
    path("sent/<uuid:pk>/", views.sent_one, name="sent_one"),
]
