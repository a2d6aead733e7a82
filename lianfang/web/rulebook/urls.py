from django.urls import path

from lianfang.web.rulebook.views import deciding, pages

app_name = "rulebook"

urlpatterns = [
    path("", pages.diseases, name="diseases"),
    path("<slug:disease>/", pages.disease, name="disease"),
    path("<slug:disease>/changes/", pages.changes, name="changes"),
    path("<slug:disease>/<int:pk>/", deciding.terms, name="terms"),
    path("<slug:disease>/<int:pk>/decide/", deciding.decide, name="decide"),
]
