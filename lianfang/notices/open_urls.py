from django.urls import path

from lianfang.notices.views import open as views

app_name = "open"

urlpatterns = [
    path("<uuid:pk>/", views.letter, name="letter"),
    path("<uuid:pk>/<int:number>/", views.letter, name="edition"),
]
