"""Chinese numerals up to ninety-nine, and years said digit by digit."""

_NUMERALS = {**dict(zip("零一二三四五六七八九", "0123456789", strict=True)), "〇": "0", "○": "0", "两": "2"}


def in_digits(words: str) -> str:
    """一 → 1, 十 → 10, 十二 → 12, 二十一 → 21, 一九 → 19, 二〇〇五 → 2005."""
    if "十" not in words:
        return "".join(_NUMERALS[word] for word in words)
    tens, _ten, ones = words.partition("十")
    return (_NUMERALS.get(tens, "1") if len(tens) < 2 else tens) + (_NUMERALS.get(ones, "0") if len(ones) < 2 else ones)
