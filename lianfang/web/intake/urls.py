from django.urls import path

from lianfang.web.intake import views

app_name = "intake"

urlpatterns = [
    path("", views.upload, name="upload"),
    path("template/", views.template, name="template"),
    path("<uuid:pk>/", views.file, name="file"),
    path("<uuid:pk>/columns/<int:sheet>/", views.columns, name="columns"),
    path("<uuid:pk>/marked/", views.marked, name="marked"),
    path("<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("<uuid:pk>/drop/", views.drop, name="drop"),
]
