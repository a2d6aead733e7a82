from django.urls import path

from lianfang.web.account.views import devices, factors, own, signing_in

app_name = "account"

# What stands below second-factor/ and factors/ is open before the second factor was shown (`people.middleware`).
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-in/passkey/", signing_in.sign_in_by_passkey, name="sign_in_by_passkey"),
    path("sign-in/passkey/wanted/", signing_in.passkey_wanted, name="sign_in_passkey_wanted"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("second-factor/", signing_in.second_factor, name="second_factor"),
    path("second-factor/passkey/", signing_in.second_factor_by_passkey, name="second_factor_by_passkey"),
    path("second-factor/passkey/wanted/", signing_in.second_factor_wanted, name="second_factor_wanted"),
    path("factors/", factors.overview, name="factors"),
    path("factors/confirm/", signing_in.confirm, name="confirm"),
    path("factors/app/", factors.app, name="app"),
    path("factors/passkey/", factors.passkey, name="passkey"),
    path("factors/passkey/wanted/", factors.passkey_wanted, name="passkey_wanted"),
    path("factors/<int:pk>/remove/", factors.remove, name="factor_remove"),
    path("factors/codes/", factors.codes, name="codes"),
    path("devices/", devices.devices, name="devices"),
    path("devices/<int:pk>/end/", devices.end, name="device_end"),
    path("devices/end-others/", devices.end_others, name="devices_end"),
    path("password/", own.password, name="password"),
    path("language/", own.language, name="language"),
    path("", own.details, name="details"),
]
