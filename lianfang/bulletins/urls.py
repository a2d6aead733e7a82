from django.urls import path

from lianfang.bulletins import views

app_name = "bulletins"

DAY = "analysis/<int:pk>/<day:on>/"

urlpatterns = [
    path("analysis/", views.home, name="home"),
    path(DAY, views.day, name="day"),
    path(DAY + "sheet/", views.printed, name="sheet"),
    path(DAY + "make/", views.make, name="make"),
    path(DAY + "meet/", views.meet, name="meet"),
    path(DAY + "decide/", views.decide, name="decide"),
    path("decision/<uuid:pk>/", views.decision, name="decision"),
    path("decision/<uuid:pk>/withdraw/", views.withdraw, name="withdraw"),
]
