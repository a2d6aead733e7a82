from django.urls import path

from lianfang.notices.views import telling

app_name = "notices"

urlpatterns = [
    path("", telling.inbox, name="inbox"),
    path("<int:pk>/", telling.read, name="read"),
    path("<int:pk>/confirm/", telling.confirm, name="confirm"),
    path("write/", telling.write, name="write"),
    path("check/", telling.check, name="check"),
    path("send/", telling.send, name="send"),
    path("sent/", telling.sent, name="sent"),
    path("sent/<uuid:pk>/", telling.sent_one, name="sent_one"),
]
