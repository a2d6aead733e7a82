from django.urls import path

from lianfang.web.codes import views

app_name = "codes"

urlpatterns = [
    path("", views.classes, name="list"),
    path("requests/", views.requests, name="requests"),
    path("requests/<uuid:pk>/", views.answer, name="answer"),
    path("requests/<uuid:pk>/take-over/", views.take_over, name="take_over"),
    path("person/<uuid:pk>/", views.person, name="person"),
    path("person/<uuid:pk>/revoke/", views.revoke, name="revoke"),
    path("<int:pk>/", views.one, name="class"),
    path("<int:pk>/open/", views.open_code, name="open"),
    path("<int:pk>/close/", views.close_code, name="close"),
    path("<int:pk>/code.svg", views.picture, name="picture"),
    path("<int:pk>/sheet/", views.sheet, name="sheet"),
    path("<int:pk>/links/", views.links, name="links"),
]
