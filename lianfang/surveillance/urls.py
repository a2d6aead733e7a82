"""Addresses of the room."""

from django.urls import path

from lianfang.surveillance.views import clusters, meals

app_name = "surveillance"
urlpatterns = [
    path("", clusters.index, name="clusters"),
    path("meals/", meals.index, name="meals"),
    path("meals/<int:pk>/new/", meals.new, name="meal_new"),
    path("meals/<uuid:pk>/withdraw/", meals.withdraw, name="meal_withdraw"),
    path("<uuid:pk>/", clusters.cluster, name="cluster"),
    path("<uuid:pk>/measure/", clusters.measure, name="cluster_measure"),
    path("<uuid:pk>/end/", clusters.end, name="cluster_end"),
    path("<uuid:pk>/letter/", clusters.letter, name="cluster_letter"),
    path("<uuid:pk>/letter.pdf", clusters.letter_file, {"kind": "pdf"}, name="cluster_letter_pdf"),
    path("<uuid:pk>/letter.docx", clusters.letter_file, {"kind": "docx"}, name="cluster_letter_docx"),
]
