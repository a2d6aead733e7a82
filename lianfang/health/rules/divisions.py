"""Administrative divisions by code and by what people call them (GB/T 2260), from the list that comes with
python-stdnum. A province, its cities and their counties share a code's first two, four and six digits."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

ABROAD = "990000"
_NOT_CALLED = frozenset(
    {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划", "省直辖县级行政单位", "市区", "林区"}
)
_WITHDRAWN = re.compile(r"\[\d*-\d+\]")
_SPAN = re.compile(r"\[[\d-]*\]")
_PEOPLES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|"
    "布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|德昂|保安|裕固|独龙|鄂伦春"
)
_SUFFIX = re.compile(rf"(?:特别行政区|(?:(?:{_PEOPLES})族?)*自治[区州县旗]|林区|新区|地区|省|市|区|县|旗|盟)$")
_AUTONOMOUS = re.compile("自治[区州县旗]$")
_TWICE = frozenset({"422921", "429001"})  # 神农架林区 and 随州市 before they were 429021 and 421300
_TRADITIONAL = {"香港特別行政區": "香港特别行政区", "澳門特別行政區": "澳门特别行政区"}
MANY = 6  # places of one name that a message counts up


@cache
def names() -> dict[str, str]:
    """Code → name of every division there is today."""
    found = {ABROAD: "境外"}
    province = ""
    for line in files("stdnum.cn").joinpath("loc.dat").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or '"' not in line:
            continue
        code, told = line.split()[0], line.split('"')[1]
        if not line.startswith(" "):
            province = code
            found[province + "0000"] = _TRADITIONAL.get(told, told)
        elif code != "0000":
            called = [_SPAN.sub("", one) for one in told.split(",") if not _WITHDRAWN.match(one)]
            if called and called[-1] not in _NOT_CALLED and province + code not in _TWICE:
                found[province + code] = called[-1]
    return found


def label(code: str) -> str:
    """ "湖北省武汉市江岸区"; a code nobody knows as it is."""
    parts = [names()[one] for one in _line(code) if one in names()]
    return "".join(dict.fromkeys(parts)) if code in names() else code


def find(text: str) -> list[str]:
    """Codes of all places that are called so: "武汉", "湖北武汉", "武汉市江岸区"; of one that lies within another
    only the larger (长沙 is the city, not its county of that name). A code is found as itself."""
    told = re.sub(r"[\s·,，、/-]+", "", text)
    found = [told] if told in names() else _by_name().get(told, ())
    return [code for code in found if not any(code != other and other in _line(code) for other in found)]


def big() -> list[str]:
    """Provinces and cities in full, for a list to choose from."""
    return [label(code) for code in names() if code.endswith("00")]


@cache
def _by_name() -> dict[str, tuple[str, ...]]:
    """A place is found with and without those around it, each in full or short."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in names():
        *around, own = [_called(names()[one]) for one in _line(code) if one in names()]
        for before in _before(around):
            for name in own:
                if code not in found[before + name]:
                    found[before + name].append(code)
    return {name: tuple(codes) for name, codes in found.items()}


def _before(around: list[tuple[str, ...]]) -> Iterator[str]:
    yield ""
    for at, names_of in enumerate(around):
        for rest in _before(around[at + 1 :]):
            yield from (name + rest for name in names_of)


def _called(name: str) -> tuple[str, ...]:
    short = _SUFFIX.sub("", name)
    if len(short) == 1:  # 内蒙古自治区 is called by its people
        short = _AUTONOMOUS.sub("", name)
    return (name, short) if len(short) > 1 and short != name else (name,)


def _line(code: str) -> list[str]:
    """The province, the city and the county of a code, each once."""
    return list(dict.fromkeys((code[:2] + "0000", code[:4] + "00", code)))
