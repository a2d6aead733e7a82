from django.urls import path

from lianfang.web.rulebook import views

app_name = "rulebook"

urlpatterns = [
    path("", views.diseases, name="diseases"),
    path("<slug:disease>/", views.disease, name="disease"),
    path("<slug:disease>/changes/", views.changes, name="changes"),
]
