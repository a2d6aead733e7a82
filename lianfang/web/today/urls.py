from datetime import date

from django.urls import path, register_converter

from lianfang.web.today import views


class DayConverter:
    """A day in an address: 2020-02-10. Days that do not exist are no address (404)."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "on_day")

app_name = "today"

ONE = "missing/<int:pk>/<slug:kind>/<str:slot>/<on_day:on>/"

urlpatterns = [
    path(ONE, views.missing, name="missing"),
    path(ONE + "chase/", views.chase, name="chase"),
    path(ONE + "phones/", views.phones, name="phones"),
    path(ONE + "exempt/<int:child>/", views.exempt, name="exempt"),
    path(ONE + "exempt/<int:child>/end/", views.exempt_end, name="exempt_end"),
    path(ONE + "extend/<int:child>/", views.extend, name="extend"),
    path(ONE + "extend/<int:child>/end/", views.extend_end, name="extend_end"),
]
