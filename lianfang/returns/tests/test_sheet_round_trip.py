"""Whatever can be reported survives the way into the spreadsheet and back."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianfang.returns import rules, sheets
from lianfang.returns.tests.test_sheet_layout import CASE, CITY, FORM, ON, School, entry

COUNTS = st.one_of(st.just("?"), st.integers(0, 300))
# As the return form keeps them: trimmed, lines ended by \n, no characters a file format cannot hold.
TEXTS = st.one_of(
    st.text(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), max_size=40
    ),
    st.sampled_from(
        ["=1+1", "'=1+1", "''@x", "+86 139", "－5", "-", "'", "第一行\n第二行", "未报", "_x0041_", "<b>&amp;"]
    ),
).map(str.strip)


@st.composite
def valid_cells(draw: st.DrawFn) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for field in FORM.counts:
        for group in FORM.groups:
            whole = cells.get(f"{field.within}.{group.id}")
            part = st.one_of(st.just("?"), st.integers(0, whole)) if isinstance(whole, int) else COUNTS
            cells[f"{field.id}.{group.id}"] = draw(part)
    return {**cells, "treatment": draw(TEXTS) or "已隔离", "remark": draw(TEXTS), "contact": draw(TEXTS) or "周敏"}


@pytest.mark.parametrize("layout", ["annex_2020", "plain"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(several=st.lists(valid_cells(), min_size=1, max_size=3))
def test_what_was_exported_is_read_back_exactly(layout: str, several: list[dict[str, Any]]) -> None:
    schools = [School(at, f"第{at}技工学校", f"43{at:04d}") for at in range(len(several))]
    for cells in several:
        assert rules.findings(FORM, cells, {"students": 3000, "staff": 300}) == []
    rows = [entry(at, cells) for at, cells in enumerate(several)]
    content = sheets.export(FORM, CITY, ON, rows, layout=layout)
    reading = sheets.read(FORM, content, "报告表.xlsx", ON, {school.name: school for school in schools})
    assert reading.problems == []
    assert [(row.unit.id, row.cells) for row in reading.ready] == list(enumerate(several))


def test_schools_of_one_name_find_back_to_their_rows() -> None:
    schools = [School(1, "技工学校", "430001"), School(2, "技工学校", "430002")]
    rows = [entry(2, CASE, "技工学校"), entry(1, CASE, "技工学校")]
    reading = sheets.read(FORM, sheets.export(FORM, CITY, ON, rows), "a.xlsx", ON, {one.code: one for one in schools})
    assert [row.unit.id for row in reading.ready] == [2, 1]


def test_schools_that_did_not_report_stay_untouched() -> None:
    school = School(1, "第1技工学校", "430001")
    reading = sheets.read(FORM, sheets.export(FORM, CITY, ON, [entry(1)]), "a.xlsx", ON, {school.name: school})
    assert (reading.rows, reading.problems, reading.unfilled) == ([], [], [school])
