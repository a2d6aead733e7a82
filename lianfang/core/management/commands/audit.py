"""The hash chain of the audit trail from the console: seal what waits, check all of it, go on after a restore."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from datetime import date, datetime
from datetime import time as midnight
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianfang.core import clock
from lianfang.core.actions import chain
from lianfang.core.keyring import KeysMissing
from lianfang.core.queries.chain import Finding

KINDS: Mapping[str, tuple[str, str]] = {
    "changed": ("事件被改动", "events were changed"),
    "deleted": ("事件被删除", "events were deleted"),
    "inserted": (
        "事件不在链中（绕过程序写入，或所在链环被删）",
        "events outside the chain (put in past the program, or their link deleted)",
    ),
    "link": ("链环被改动，或与前一环不相接", "the link was changed, or does not follow on the one before it"),
    "gap": ("此环之前缺少链环", "links are missing before this one"),
    "key": ("该环的密钥不在密钥文件中", "the key of this link is not in the key file"),
    "cut": (
        "链尾与本机上次所见不同（被截断、重造，或恢复了旧备份）",
        "the chain does not end as this machine last saw it (cut off, spun anew, or an older backup)",
    ),
}
_SHOWN = 50
_SHORTEST = 4


class Command(BaseCommand):
    help = (
        "审计链：verify 校验，seal 立即封存，accept 在恢复备份后重新认定链尾。"
        " / The audit chain: verify it, seal what waits, accept its end after a restore."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="what", required=True)
        verify = verbs.add_parser(
            "verify", help="校验全链；有不符则返回 1 / check the chain; exit code 1 if it is broken"
        )
        verify.add_argument(
            "--since", type=date.fromisoformat, help="YYYY-MM-DD: 只校验该日起的链环 / links from that day on"
        )
        verbs.add_parser("seal", help="封存等待的事件 / seal the events that wait")
        accept = verbs.add_parser("accept", help="恢复备份后使用 / after a backup was put back")
        accept.add_argument("--reason", required=True, help="原因，记入审计 / the reason, kept in the log")

    def handle(self, *args: Any, **options: Any) -> None:
        acts: Mapping[str, Callable[..., None]] = {"verify": self._verify, "seal": self._seal, "accept": self._accept}
        try:
            acts[options["what"]](**options)
        except KeysMissing as missing:
            raise CommandError(str(missing)) from None

    def _seal(self, **options: Any) -> None:
        sealed = chain.seal(now=clock.now())
        self.stdout.write(f"已封存 {sealed} 个事件。/ {sealed} events sealed.")

    def _accept(self, **options: Any) -> None:
        reason = options["reason"].strip()
        if len(reason) < _SHORTEST:  # it is what the auditor finds instead of the missing events
            raise CommandError("请写明原因：恢复了哪份备份、为什么。/ Say which backup was put back, and why.")
        newest = chain.accept(reason=reason, now=clock.now())
        number = newest.number if newest else 0
        self.stdout.write(f"已认定第 {number} 环为链尾。/ Link {number} is taken as the end of the chain.")

    def _verify(self, since: date | None, **options: Any) -> None:
        began = time.monotonic()
        from_at = datetime.combine(since, midnight(), clock.ZONE) if since else None
        report = chain.check(since=from_at, now=clock.now())
        took = max(time.monotonic() - began, 0.001)
        for finding in report.findings:
            self._say(finding)
        total = (
            f"{report.links} 环，{report.events} 个事件，{report.waiting} 个待封存，{took:.1f} 秒。 / "
            f"{report.links} links, {report.events} events ({report.events / took:,.0f}/s), {report.waiting} waiting."
        )
        if not report.holds:
            raise CommandError(f"审计链不完整！/ The audit chain is broken! {total}")
        self.stdout.write(f"审计链完整。/ The audit chain holds. {total}")

    def _say(self, finding: Finding) -> None:
        place = f"第 {finding.link} 环 / link {finding.link}: " if finding.link else ""
        self.stderr.write(f"{place}{' / '.join(KINDS[finding.kind])}")
        for one in finding.events[:_SHOWN]:
            self.stderr.write(f"  {one}")
        if len(finding.events) > _SHOWN:
            more = len(finding.events) - _SHOWN
            self.stderr.write(f"  …（另有 {more} 个 / {more} more）")
