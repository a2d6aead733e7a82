from django.urls import path

from lianfang.web import views

app_name = "web"

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.alive, name="alive"),
]
