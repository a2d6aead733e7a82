"""Print the accounts to try the demo with."""

import unicodedata
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from lianfang.orgs import queries
from lianfang.people import access
from lianfang.people.queries import by_username
from lianfang.web.demo import posts
from lianfang.web.demo.actions import loading


class Command(BaseCommand):
    help = "Print the demo's accounts: user name, duty and unit, and the one password."

    def handle(self, *args: Any, **options: Any) -> None:
        if not loading.loaded():
            self.stdout.write("这里没有演示数据。 No demo is loaded.")
            return
        units = queries.by_codes(post.unit for post in posts.SHORT)
        users = by_username(post.username for post in posts.SHORT)
        rows = [("用户名 User", "职责 Duty", "", "单位 Unit", "姓名 Name")]
        for post in posts.SHORT:
            if post.username not in users:
                continue
            unit, role = units[post.unit], access.ROLES[post.role]
            place = unit.name if unit.kind != "office" or unit.parent is None else f"{unit.parent.name} {unit.name}"
            rows.append((post.username, _said(role, "zh-hans"), _said(role, "en"), place, users[post.username].name))
        for row in rows:
            self.stdout.write(
                "  " + "  ".join(_wide(cell, width) for cell, width in zip(row, (12, 22, 30, 28, 8), strict=True))
            )
        self.stdout.write(f"  密码 Password: {loading.PASSWORD}")
        self.stdout.write(
            "  管理员、审计员等登录时还需二次验证，演示中验证码直接显示在页面上。\n"
            "  Administrators, auditors and the like also need a second factor; the demo shows its code on the page."
        )


def _said(role: access.Role, language: str) -> str:
    with override(language):
        return str(role.label)


def _wide(text: str, width: int) -> str:
    """Padded to that many columns of a terminal, in which a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * max(0, width - taken)
