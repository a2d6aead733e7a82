from django.urls import path

from lianfang.web.my.views import asking, child, devices, entering

app_name = "my"

urlpatterns = [
    path("", entering.home, name="home"),
    path("enter/", entering.enter, name="enter"),
    path("c/<str:word>/", entering.scan, name="scan"),
    path("l/<str:word>/", entering.follow, name="follow"),
    path("notice/", entering.notice, name="notice"),
    path("claim/guardian/", entering.claim_as_guardian, name="claim_guardian"),
    path("claim/pupil/", entering.claim_as_pupil, name="claim_pupil"),
    path("sign-out/", devices.sign_out, name="sign_out"),
    path("<uuid:pk>/", child.record, name="record"),
    path("<uuid:pk>/full/", child.full, name="full"),
    path("<uuid:pk>/looks/", child.looks, name="looks"),
    path("<uuid:pk>/copy/", child.copy, name="copy"),
    path("<uuid:pk>/copy.json", child.copy_file, name="copy_file"),
    path("<uuid:pk>/choices/", asking.choices, name="choices"),
    path("<uuid:pk>/requests/", asking.requests, name="requests"),
    path("<uuid:pk>/requests/<str:kind>/", asking.ask, name="ask"),
    path("<uuid:pk>/devices/", devices.devices, name="devices"),
    path("<uuid:pk>/devices/<uuid:other>/", devices.let_go, name="let_go"),
]
