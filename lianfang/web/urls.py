from django.urls import path

from lianfang.web import views
from lianfang.web.events import views as events

app_name = "web"

urlpatterns = [
    path("", views.home, name="home"),
    path("coming/", views.next_deadline, name="coming"),
    path("events/", events.events, name="events"),
    path("events/find/", events.find, name="events_find"),
    path("events/export/", events.export, name="events_export"),
    path("healthz", views.alive, name="alive"),
]
