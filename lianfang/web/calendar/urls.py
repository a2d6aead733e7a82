from django.urls import path

from lianfang.web.calendar import views

app_name = "calendar"

urlpatterns = [
    path("", views.home, name="home"),
    path("<int:unit>/", views.year, name="year"),
    path("<int:unit>/add/", views.kinds, name="kinds"),
    path("<int:unit>/add/<slug:kind>/", views.add, name="add"),
    path("<int:unit>/entries/<int:pk>/end/", views.end, name="end"),
]
