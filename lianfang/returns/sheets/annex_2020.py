"""The official table of 2020, column for column as the annex of 28 January 2020 prints it."""

from lianfang.returns.sheets.table import Column
from lianfang.returns.spec import Form

COLUMNS = (
    Column("province", "省份", width=9),
    Column("at", "报告时间", width=11),
    Column("unit", "学校名称", width=24, also=("学校", "单位名称", "院校名称")),
    Column("people", "确诊情况", "人数", "confirmed", 12, also=("确诊人数",)),
    Column("here", "确诊情况", "是否在校", "confirmed_here", 17, also=("确诊是否在校",)),
    Column("people", "疑似情况", "人数", "suspected", 12, also=("疑似人数",)),
    Column("here", "疑似情况", "是否在校", "suspected_here", 17, also=("疑似是否在校",)),
    Column("people", "居家隔离人数", field="isolated_home", width=12, also=("居家隔离",)),
    Column("text", "治疗情况", field="treatment", width=26),
    Column("text", "备注", field="remark", width=16),
    Column("text", "联系人及联系方式", field="contact", width=18, also=("联系人", "联系方式")),
)


def layout(form: Form) -> tuple[Column, ...]:
    return COLUMNS
