from django.urls import path

from lianfang.notices.views import answering, family, files, gateways, letters, sent, telling, ways, writing
from lianfang.notices.views import open as opened

app_name = "notices"

urlpatterns = [
    path("", telling.inbox, name="inbox"),
    path("<int:pk>/", telling.read, name="read"),
    path("<int:pk>/confirm/", telling.confirm, name="confirm"),
    path("<int:pk>/answer/", answering.answer, name="answer"),
    path("write/", writing.write, name="write"),
    path("check/", writing.check, name="check"),
    path("send/", writing.send, name="send"),
    path("sent/", sent.sent, name="sent"),
    path("sent/<uuid:pk>/", sent.sent_one, name="sent_one"),
    path("sent/<uuid:pk>/units/", sent.by_unit, name="by_unit"),
    path("sent/<uuid:pk>/units/<int:unit>/", sent.by_unit, name="by_unit_below"),
    path("sent/<uuid:pk>/withdraw/", sent.withdraw, name="withdraw"),
    path("sent/<uuid:pk>/answers/", answering.answers, name="answers"),
    path("sent/<uuid:pk>/answers/list/", answering.export, name="answers_export"),
    path("files/<uuid:pk>/", files.file, name="file"),
    path("letters/", letters.overview, name="letters"),
    path("letters/new/", letters.write, name="letter_write"),
    path("letters/<uuid:pk>/", letters.one, name="letter"),
    path("letters/<uuid:pk>/correct/", letters.correct, name="letter_correct"),
    path("letters/<uuid:pk>/decide/", letters.decide, name="letter_decide"),
    path("letters/<uuid:pk>/withdraw/", letters.withdraw, name="letter_withdraw"),
    path("letters/<uuid:pk>/code.svg", letters.picture, name="letter_picture"),
    path("family/<uuid:person>/", family.notices, name="family"),
    path("family/<uuid:person>/<int:pk>/", family.read, name="family_one"),
    path("family/<uuid:person>/<int:pk>/confirm/", family.confirm, name="family_confirm"),
    path("family/<uuid:person>/<int:pk>/answer/", family.answer, name="family_answer"),
    path("family/<uuid:person>/files/<uuid:file>/", family.file, name="family_file"),
    path("ways/", ways.overview, name="ways"),
    path("ways/add/<slug:channel>/", ways.add, name="way_add"),
    path("ways/subscribe/", ways.subscribe, name="subscribe"),
    path("ways/hours/", ways.hours, name="hours"),
    path("ways/<uuid:pk>/verify/", ways.verify, name="verify"),
    path("ways/<uuid:pk>/test/", ways.trial, name="way_test"),
    path("ways/<uuid:pk>/always/", ways.always, name="way_always"),
    path("ways/<uuid:pk>/remove/", ways.remove, name="way_remove"),
    path("worker.js", ways.worker, name="worker"),
    path("channels/", gateways.overview, name="gateways"),
    path("channels/set-up/", gateways.choose, name="gateway_choose"),
    path("channels/<int:unit>/<slug:driver>/", gateways.gateway, name="gateway"),
    path("channels/<uuid:pk>/test/", gateways.trial, name="gateway_test"),
    path("channels/<uuid:pk>/end/", gateways.end, name="gateway_end"),
    path("failed/", gateways.failed, name="failed"),
    path("failed/again/", gateways.again, name="again"),
]

# What everybody reads, without sign-in; short, as people type it from a wall. Named "open:…".
everybody = [
    path("unit/<int:pk>/", opened.of_unit, name="of_unit"),
    path("<uuid:pk>/", opened.letter, name="letter"),
    path("<uuid:pk>/<int:number>/", opened.letter, name="edition"),
]
