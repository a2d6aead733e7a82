"""How a name is found by what is typed on a Latin keyboard: its pinyin and the first letters of it."""

import re
import unicodedata
from functools import lru_cache

# Surnames that are read otherwise than the same character elsewhere; then those of two characters.
_READ_OTHERWISE = (
    "单shan 仇qiu 曾zeng 解xie 区ou 查zha 盖ge 朴piao 覃qin 乐yue 缪miao 秘bi 员yun 召shao 折she 洗xian "
    "黑he 翟zhai 繁po 种chong 牟mu 句gou 祭zhai 薄bo 重chong 隗wei 郇xun 阚kan 佴nai 乜nie 适kuo"
)
_OF_TWO = (
    "令狐 欧阳 司马 上官 诸葛 东方 皇甫 公孙 慕容 宇文 司徒 夏侯 轩辕 端木 百里 呼延 南宫 独孤 公冶 宗政 濮阳 淳于 "
    "太叔 申屠 仲孙 钟离 鲜于 闾丘 司空 闻人 赫连 西门 东郭 拓跋 纳兰 完颜 亓官 尉迟 万俟 单于 长孙 澹台"
)
_COMPOUND = frozenset(_OF_TWO.split())
_READINGS = {word[0]: word[1:] for word in _READ_OTHERWISE.split()}
_READINGS |= {"尉迟": "yu chi", "万俟": "mo qi", "单于": "chan yu", "长孙": "zhang sun", "澹台": "tan tai"}
_DOTS = re.compile(r"\s*[•‧・∙⋅˙●▪]\s*|(?<=[\u3400-\u9fff])\s*\.\s*(?=[\u3400-\u9fff])")
_GAPS = re.compile(r"[\s·•‧・.,'’\-]+")
_NOBODY = re.compile(r"[\d*?？<>@#=]")
_MARKS = re.compile(r"[\u0300-\u036f]")
_MOST_PINYIN, _MOST_INITIALS = 200, 20


def tidy_name(text: str) -> str:
    """A name as it is stored: full-width letters made plain, one kind of middle dot, no blanks inside Chinese names."""
    name = " ".join(unicodedata.normalize("NFKC", text).split())
    name = _DOTS.sub("·", name)
    return name if re.search(r"[A-Za-z]", name) else name.replace(" ", "")


def may_be_name(name: str) -> bool:
    """No digits, asterisks and the like: what was hidden, counted or damaged is no name."""
    return not _NOBODY.search(name)


def keys(name: str) -> tuple[str, str]:
    """(pinyin, initials): 曾小明 → ("zeng xiaoming", "zxm"), Ali Smith → ("ali smith", "as"). Both are cut to fit their
    columns; ü is written v, as on keyboards."""
    parts = [part for part in _GAPS.split(tidy_name(name)) if part]
    spoken = [_read(part) for part in parts] if len(parts) > 1 else _family_first(parts[0] if parts else "")
    letters = "".join(syllable[:1] for part in spoken for syllable in part)
    return " ".join("".join(part) for part in spoken)[:_MOST_PINYIN], letters[:_MOST_INITIALS]


def latin(typed: str) -> str:
    """What was typed as `keys` writes it, without blanks; "" when it cannot be pinyin."""
    text = _MARKS.sub("", unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", typed))).lower()
    text = _GAPS.sub("", text)
    return text if text.isascii() and text.isalpha() else ""


def _family_first(name: str) -> list[list[str]]:
    """The syllables of surname and given name of a Chinese name; anything else is one part."""
    name = "".join(_GAPS.split(name))
    length = 2 if name[:2] in _COMPOUND and len(name) > 2 else 1
    family, given = name[:length], name[length:]
    if not given or name.isascii():
        return [_read(name)]
    reading = _READINGS.get(family)
    return [reading.split() if reading else _read(family), _read(given)]


@lru_cache(maxsize=20_000)
def _read(part: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin  # its dictionaries take a third of a second: not at every start

    found = lazy_pinyin(part, style=Style.NORMAL, errors="default", v_to_u=False)
    return [plain for syllable in found if (plain := _MARKS.sub("", unicodedata.normalize("NFKD", syllable)).lower())]
