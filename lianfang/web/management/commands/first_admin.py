"""The first account of an installation without the demo."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.orgs import actions as orgs
from lianfang.orgs import queries
from lianfang.people import actions as people


class Command(BaseCommand):
    help = "Make the root unit if there is none, and an administrator there with a one-time password (printed once)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name", help="the person's name")
        parser.add_argument("--code", default="000000", help="code of the unit to administer (default: the root)")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        unit = queries.by_code(options["code"])
        if unit is None and options["code"] == "000000":
            unit = orgs.create_unit(by=None, parent=None, kind="nation", code="000000", name="全国", now=now)
        if unit is None:
            raise CommandError(f"There is no unit with the code {options['code']}.")
        password = secrets.token_urlsafe(12)
        try:
            user = people.create_account(
                by=None, username=options["username"], name=options["name"], phone="", email="",
                password=password, must_change=True, now=now, unit=unit,
            )  # fmt: skip
            people.appoint(
                by=None, user=user, unit=unit, role="unit_admin", title="", deputy=False, from_on=now.date(), now=now
            )
        except Refused as refused:
            raise CommandError("\n".join(texts(refused.problems))) from refused
        self.stdout.write(f"{user.username} administers {unit.name}. One-time password: {password}")
