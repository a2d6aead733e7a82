"""One column for each cell of a form: serves every form, and whoever works on with the figures."""

from lianfang.returns.sheets.table import Column
from lianfang.returns.spec import Form


def layout(form: Form) -> tuple[Column, ...]:
    columns = [
        Column("code", "学校代码", width=14, also=("代码", "单位代码")),
        Column("unit", "学校名称", width=26, also=("单位名称", "院校名称")),
        Column("province", "省份", width=9),
        Column("at", "报告时间", width=15),
    ]
    for field in form.fields:
        for cell in form.cells_of(field):
            kind = "number" if field.kind == "count" else "text"
            heading = form.label_of(cell).zh
            columns.append(Column(kind, heading, field=cell, width=min(28, max(10, len(heading) * 1.6))))  # type: ignore[arg-type]
    return tuple(columns)
