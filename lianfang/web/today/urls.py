from django.urls import path, register_converter

from lianfang.health.addresses import DayConverter
from lianfang.web.today import views

register_converter(DayConverter, "on_day")

app_name = "today"

ONE = "missing/<int:pk>/<slug:kind>/<str:slot>/<on_day:on>/"

urlpatterns = [
    path(ONE, views.missing, name="missing"),
    path(ONE + "chase/", views.chase, name="chase"),
    path(ONE + "phones/", views.phones, name="phones"),
]
