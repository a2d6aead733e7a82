from django.urls import path

from lianfang.web.account import views

app_name = "account"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.password, name="password"),
    path("language/", views.language, name="language"),
    path("", views.details, name="details"),
]
