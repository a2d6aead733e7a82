from django.urls import path

from lianfang.web.letters import views

app_name = "letters"

urlpatterns = [
    path("", views.start, name="start"),
    path("template/", views.template, name="template"),
    path("<uuid:pk>/", views.batch, name="batch"),
    path("<uuid:pk>/open/", views.open_accounts, name="open"),
    path("<uuid:pk>/sheet/", views.sheet, name="sheet"),
]
