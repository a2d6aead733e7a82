"""How people write kinds and functions of units in a spreadsheet."""

from collections.abc import Mapping

from lianfang.orgs.models import Function, Kind

# Written word (tidied, lower case) → kind. The first word of each kind is the one the template shows.
KINDS: Mapping[str, Kind] = {
    word: kind
    for kind, words in {
        Kind.NATION: "全国 国家 nation",
        Kind.PROVINCE: "省 自治区 直辖市 province",
        Kind.CITY: "市 地级市 市州 自治州 地区 盟 city prefecture",
        Kind.COUNTY: "县 区 县区 区县 县级市 自治县 旗 county district",
        Kind.AUTHORITY: "主管部门 部门 主管单位 机关 authority sponsor",
        Kind.SCHOOL: "学校 院校 高校 技工院校 普通高等学校 school college university",
        Kind.TRAINING: "培训机构 成人高等学校 培训中心 training",
        Kind.CAMPUS: "校区 campus",
        Kind.DEPARTMENT: "系 院系 系部 二级学院 学院 年级 department faculty grade",
        Kind.CLASS: "班 班级 class",
        Kind.OFFICE: "处室 职能部门 职能处室 科室 office",
    }.items()
    for word in words.split()
}
FUNCTIONS: Mapping[str, Function] = {
    word: function
    for function, words in {
        Function.PREVENTION: "防控办 疫情防控办公室 prevention",
        Function.STUDENTS: "学生处 学工处 学生工作处 德育处 students",
        Function.PERSONNEL: "人事处 personnel",
        Function.LOGISTICS: "后勤处 总务处 后勤 logistics",
        Function.SECURITY: "保卫处 安保处 security",
        Function.CLINIC: "校医院 医务室 卫生室 clinic",
        Function.ACADEMIC: "教务处 academic",
        Function.GENERAL: "办公室 院办 校办 综合办 general",
    }.items()
    for word in words.split()
}


def first_words(table: Mapping[str, Kind] | Mapping[str, Function]) -> str:
    """The word to use for each, as a list in a sentence."""
    seen: dict[str, str] = {}
    for word, value in table.items():
        seen.setdefault(value, word)
    return "、".join(seen.values())
