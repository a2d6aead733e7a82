from django.urls import path

from lianfang.duty.views import desk, mine, numbers, on_duty, planning, swaps

app_name = "duty"

urlpatterns = [
    path("", on_duty.home, name="home"),
    path("mine/", mine.mine, name="mine"),
    path("mine/feed/", mine.open_feed, name="feed_open"),
    path("mine/feed/end/", mine.end_feed, name="feed_end"),
    path("feed/<str:token>.ics", mine.feed, name="feed"),
    path("<int:unit>/", on_duty.today, name="unit"),
    path("<int:unit>/numbers/", numbers.numbers, name="numbers"),
    path("<int:unit>/numbers/export/", numbers.export, name="numbers_export"),
    path("<int:unit>/roster/<day:on>/", desk.roster, name="roster"),
    path("<int:unit>/sheet/<day:on>/", desk.sheet, name="sheet"),
    path("<int:unit>/posts/new/", desk.new_post, name="post_new"),
    path("<int:unit>/import/", planning.choose, name="import"),
    path("<int:unit>/import/apply/", planning.apply, name="import_apply"),
    path("<int:unit>/import/template/", planning.template, name="template"),
    path("posts/<int:pk>/", desk.edit_post, name="post"),
    path("posts/<int:pk>/close/", desk.close_post, name="post_close"),
    path("posts/<int:pk>/plan/", planning.plan, name="plan"),
    path("patterns/<uuid:pk>/", planning.preview, name="pattern"),
    path("patterns/<uuid:pk>/publish/", planning.publish, name="publish"),
    path("shifts/<uuid:pk>/", on_duty.shift, name="shift"),
    path("shifts/<uuid:pk>/check-in/", on_duty.check_in, name="check_in"),
    path("shifts/<uuid:pk>/hand-over/", on_duty.hand_over, name="hand_over"),
    path("shifts/<uuid:pk>/assign/", desk.assign, name="assign"),
    path("shifts/<uuid:pk>/take-back/", desk.take_back, name="take_back"),
    path("shifts/<uuid:pk>/swap/", swaps.ask, name="swap_ask"),
    path("swaps/<uuid:pk>/", swaps.swap, name="swap"),
    path("hand-overs/<uuid:pk>/take/", on_duty.take, name="take"),
]
