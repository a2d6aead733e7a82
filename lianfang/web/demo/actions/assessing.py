"""The demo's impact assessments: without them self-service stays shut (control F09)."""

from datetime import datetime, timedelta

from lianfang.orgs.models import Unit
from lianfang.people.models import User
from lianfang.policies import actions, queries

_TEXTS = {
    "self_service": (
        "学生和监护人无需安装应用、无需注册账号即可查看、更正本人信息，依据为《个人信息保护法》第四十四条至第五十条；"
        "只核验学校已掌握的信息，不新增收集。",
        "可能被他人冒用查看；班级码可能被转发。影响限于本人档案中的联系方式和班级信息。",
        "班级码不单独开启任何信息，须同时核验学校掌握的事实；限制尝试次数；令牌只存校验值；可随时撤销；每次查看留痕。",
    ),
    "health_notes": (
        "校医、学校疫情报告人履行传染病监测、报告职责所必需，依据为《传染病防治法》和《学校卫生工作条例》。",
        "健康信息泄露可能造成歧视。范围限于校医和学校疫情报告人。",
        "加密存储，其他岗位不显示；查看须写明理由并留痕；离校满一年后销毁。",
    ),
    "roster": (
        "掌握在校人员底数是学校履行传染病防控法定职责的前提；只收集核实身份和联系所必需的信息。",
        "花名册含证件号码和联系方式，泄露可能导致骚扰和诈骗。",
        "证件号码、电话、住址加密存储并遮盖显示；导出须经审批并加水印；导入文件用后即清除。",
    ),
    "survey": (
        "疫情应对期间摸清师生行踪是学校履行传染病防控法定职责所必需，依据为《传染病防治法》和上级防控文件；"
        "只问规定日期内的停留地、行程、接触和身体情况，不定位、不拍照。",
        "行踪轨迹属敏感个人信息，泄露可能造成歧视和骚扰。",
        "答卷加密存储，只有班主任、辅导员和校医可见；上级只看人数；导出加水印并留痕；按规定期限销毁。",
    ),
}


def assess(*, unit: Unit, by: User, now: datetime) -> int:
    """Assess every module at the unit for a year, as the security administrator would. Those in force stay. How many
    were written."""
    made, day = 0, now.date()
    for module, (necessity, risks, measures) in _TEXTS.items():
        if not queries.assessed(module, unit, day):
            actions.assess(
                by=by, unit=unit, module=module, necessity=necessity, risks=risks, measures=measures,
                valid_to=day + timedelta(days=365), now=now,
            )  # fmt: skip
            made += 1
    return made
