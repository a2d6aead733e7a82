from django.urls import path

from lianfang.web.accounts import views

app_name = "accounts"

urlpatterns = [
    path("", views.people, name="list"),
    path("new/", views.new, name="new"),
    path("factors/", views.factors, name="factors"),
    path("<int:pk>/factors/", views.factors_reset, name="factors_reset"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/appoint/", views.appoint, name="appoint"),
    path("<int:pk>/dismiss/<int:posting>/", views.dismiss, name="dismiss"),
    path("<int:pk>/reset/", views.reset, name="reset"),
    path("<int:pk>/deactivate/", views.deactivate, name="deactivate"),
    path("<int:pk>/activate/", views.activate, name="activate"),
    path("<int:pk>/slip/", views.slip, name="slip"),
]
