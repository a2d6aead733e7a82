from datetime import date

from django.urls import path, register_converter

from lianfang.returns.views import board, filing, gathering, names, sheets, signing, terms


class DayConverter:
    """A day in an address: 2020-02-10. Days that do not exist are no address (404)."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

app_name = "returns"

ONE = "<slug:form>/<day:on>/<int:pk>/"

urlpatterns = [
    path(ONE, signing.detail, name="detail"),
    path(ONE + "fill/", filing.fill, name="fill"),
    path(ONE + "check/", filing.check, name="check"),
    path(ONE + "zero/", filing.zero, name="zero"),
    path(ONE + "submit/", filing.submit, name="submit"),
    path(ONE + "done/", filing.done, name="done"),
    path(ONE + "part/<slug:part>/", filing.part, name="part"),
    path(ONE + "names/", names.figures_of, name="behind"),
    path(ONE + "names/<str:cell>/", names.names, name="names"),
    path(ONE + "sign/", signing.sign, name="sign"),
    path(ONE + "turn-back/", signing.turn_back, name="turn_back"),
    path(ONE + "reopen/", signing.reopen, name="reopen"),
    path("<slug:form>/<int:pk>/terms/", terms.terms, name="terms"),
    path("<slug:form>/<int:pk>/terms/decide/", terms.decide, name="decide"),
    path("<slug:form>/<int:pk>/terms/assign/", terms.assign, name="assign"),
    path(ONE + "board/", board.board, name="board"),
    path(ONE + "schools/", board.schools, name="schools"),
    path(ONE + "table/", gathering.table, name="table"),
    path(ONE + "sheet/", sheets.export, name="export"),
    path(ONE + "print/", sheets.printed, name="print"),
    path(ONE + "template/", sheets.template, name="template"),
    path(ONE + "import/", sheets.upload, name="import"),
    path(ONE + "import/apply/", sheets.apply, name="import_apply"),
]
