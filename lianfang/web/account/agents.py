"""What a browser calls itself, as people call it."""

import re

# The first that fits: most browsers also claim to be those further down.
_BROWSERS = (
    ("微信", r"MicroMessenger/"),
    ("企业微信", r"wxwork/"),
    ("钉钉", r"DingTalk/"),
    ("QQ", r"QQBrowser/|QQ/"),
    ("UC", r"UCBrowser/"),
    ("华为浏览器", r"HuaweiBrowser/"),
    ("360", r"QihooBrowser|360SE|360EE"),
    ("Edge", r"Edg(?:A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("HarmonyOS", r"HarmonyOS|OpenHarmony"),
    ("Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux"),
)


def said(agent: str) -> str:
    """Such as "Chrome · Windows"; "" when nothing is recognised."""
    browser = next((name for name, mark in _BROWSERS if re.search(mark, agent)), "")
    system = next((name for name, mark in _SYSTEMS if re.search(mark, agent)), "")
    return " · ".join(filter(None, (browser, system)))


def is_phone(agent: str) -> bool:
    return bool(re.search(r"Mobile|Android|iPhone|HarmonyOS", agent))
