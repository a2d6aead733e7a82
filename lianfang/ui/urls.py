"""Only mounted while developing."""

from django.urls import path

from lianfang.ui import views

app_name = "ui"

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("sheet/", views.sheet, name="sheet"),
    path("error/<str:page>/", views.error_page, name="error"),
]
