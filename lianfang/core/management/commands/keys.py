"""The keys of the personal data, at the console. Everything is said in both languages: whoever mends a start at night
may know only one of them."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianfang.core import clock, keyring
from lianfang.core.actions import keys
from lianfang.core.ciphers import SUITES
from lianfang.core.keyring import KeysMissing
from lianfang.core.problems import Refused, texts
from lianfang.core.queries import keys as queries
from lianfang.core.queries.keys import Fault
from lianfang.core.queries.sealed import Table

EVERY = 2.0  # seconds between two lines of progress
SHOWN = 100
WHAT: Mapping[str, str] = {
    "damaged": "已损坏 / damaged",
    "key": "缺少密钥 / its key is missing",
    "index": "索引不符 / not found by its index",
    "twice": "与另一行重复，请先合并 / the same as in another row; merge the two first",
}
MADE = """
════════════════════════════════════════════════════════════════════════════
已生成密钥文件：{file}
身份证号、电话、住址等个人信息都用它加密。丢失它，这些数据将永远无法读取。
请立即另行备份，并与数据库备份分开保存。

A key file was made: {file}
Identity numbers, telephones and addresses are sealed with it. Without it they
can never be read again. Back it up now, apart from backups of the database.
════════════════════════════════════════════════════════════════════════════
"""


class Command(BaseCommand):
    help = "个人信息的密钥：生成、查看、新增、轮换、停用、检查。/ The keys of the personal data."
    requires_system_checks = ()  # it must run where the checks fail

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="what", required=True)
        verbs.add_parser("prepare", help="启动前：生成或核对密钥文件 / before a start: make or check the key file")
        verbs.add_parser("status", help="密钥及其用量 / the keys and what they sealed")
        new = verbs.add_parser("new", help="新增密钥并启用 / add a key and use it from now on")
        new.add_argument("--suite", choices=sorted(SUITES), help="intl (AES, SHA-256) / sm (SM4, SM3)")
        verbs.add_parser("rotate", help="用当前密钥重新加密全部数据，可中断后再运行 / seal everything anew; resumable")
        retire = verbs.add_parser("retire", help="停用不再需要的密钥 / take away a key that nothing needs")
        retire.add_argument("number", type=int)
        verbs.add_parser("check", help="逐项解密检查；有误则返回 1 / open every value; exit code 1 if one is damaged")

    def handle(self, *args: Any, **options: Any) -> None:
        acts: Mapping[str, Callable[..., None]] = {
            "prepare": self._prepare, "status": self._status, "new": self._new, "rotate": self._rotate,
            "retire": self._retire, "check": self._check,
        }  # fmt: skip
        try:
            acts[options["what"]](**options)
        except KeysMissing as missing:
            raise CommandError(str(missing)) from None
        except Refused as refused:
            raise CommandError("\n".join(texts(refused.problems))) from None

    def _prepare(self, **options: Any) -> None:
        if keys.prepare(now=clock.now()):
            self.stdout.write(MADE.format(file=keyring.file()))
        else:
            self.stdout.write(f"密钥文件 / key file: {keyring.file()}")
        if keyring.file().stat().st_mode & 0o077:
            self.stdout.write(f"⚠ 其他用户也能访问它 / others have access to it: chmod 600 {keyring.file()}")

    def _status(self, **options: Any) -> None:
        ring, chain = keyring.ring(), queries.of_the_chain()
        self.stdout.write(f"密钥文件 / key file: {keyring.file()}")
        queries.refuse_misfit()
        usage = list(queries.usage())
        for key in ring.keys.values():
            values = sum(counts.get(key.number, 0) for _place, _kind, counts in usage)
            active = "，当前 / active" if key.number == ring.active else ""
            self.stdout.write(
                f"  {key.number}  {key.suite}  {key.made_at[:16]}  {values:,} 个值 / values, "
                f"{chain.get(key.number, 0):,} 个审计链环 / audit links{active}"
            )
        for place, _kind, counts in usage:
            if not counts:
                continue
            said = ", ".join(f"{number}: {many:,}" for number, many in sorted(counts.items()))
            self.stdout.write(f"  {place:<40} {said}")
        left = sum(many for *_, counts in usage for number, many in counts.items() if number != ring.active)
        if left:
            self.stdout.write(f"{left:,} 个值待轮换：keys rotate / values wait for keys rotate")

    def _new(self, **options: Any) -> None:
        key = keys.add(suite=options["suite"] or keyring.active().suite, now=clock.now())
        self.stdout.write(
            f"已启用第 {key.number} 号密钥（{key.suite}）。请重新备份密钥文件，然后运行 keys rotate。\n"
            f"Key {key.number} ({key.suite}) is active. Back up the key file again, then run keys rotate.\n"
            f"{keyring.file()}"
        )

    def _rotate(self, **options: Any) -> None:
        began, shown, done = time.monotonic(), 0.0, 0

        def told(table: Table, rows: int) -> None:
            nonlocal shown, done
            done += rows
            if time.monotonic() - shown > EVERY:
                shown = time.monotonic()
                self.stdout.write(f"  {table.name}: {done:,} 行 / rows")
                self.stdout.flush()

        faults = keys.rotate(told=told, now=clock.now())
        took = time.monotonic() - began
        self.stdout.write(f"已用当前密钥重新加密 {done:,} 行，{took:.1f} 秒。/ {done:,} rows sealed anew.")
        self._refuse(faults)

    def _retire(self, **options: Any) -> None:
        keys.retire(number=options["number"], now=clock.now())
        self.stdout.write(
            f"第 {options['number']} 号密钥已从文件中删除。更早的数据库备份仍需要旧的密钥文件备份。\n"
            f"Key {options['number']} was removed. Older backups of the database still need the older key file."
        )

    def _check(self, **options: Any) -> None:
        queries.refuse_misfit()
        faults: list[Fault] = []
        for found in queries.faults():
            if isinstance(found, Fault):
                faults.append(found)
            else:
                self.stdout.write(f"  {found.name} …")
        self._refuse(faults)
        self.stdout.write("全部数据均可解密。/ Everything opens.")

    def _refuse(self, faults: list[Fault]) -> None:
        """Names rows, never values. Raises `CommandError` if there are any."""
        for fault in faults[:SHOWN]:
            row = ", ".join(map(str, fault.row))
            self.stderr.write(f"{fault.table} {row} {fault.column}: {WHAT[fault.what]}")
        if faults:
            raise CommandError(f"{len(faults):,} 个值有误。/ {len(faults):,} values are not right.")
