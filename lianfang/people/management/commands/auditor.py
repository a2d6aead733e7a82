"""The one way to an auditor: the operator of the installation, at its console. `security_admin` is its sister."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.core.problems import Refused, texts
from lianfang.orgs import queries as units
from lianfang.people import access, actions, queries, rules


class Command(BaseCommand):
    help = "Appoint an auditor of a unit (the account is made if there is none) and print a one-time password."
    role = "auditor"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("unit", help="code of the unit")
        parser.add_argument("username")
        parser.add_argument("--name", default="", help="name of the person, for a new account")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Run again for the same person it only gives a new one-time password."""
        unit, now = units.by_code(options["unit"]), clock.now()
        if unit is None:
            raise CommandError(_("There is no unit with the code %(code)s.") % {"code": options["unit"]})
        password = get_random_string(16, rules.LEGIBLE)
        user = queries.account(options["username"])
        try:
            if user is None:
                user = actions.create_account(
                    by=None, username=options["username"], name=options["name"], phone="", email="",
                    password=password, must_change=True, unit=unit, now=now,
                )  # fmt: skip
            else:
                actions.reset_password(by=None, user=user, password=password, now=now)
            held = {(post.unit_id, post.role) for post in queries.postings_of(user) if post.to_on is None}
            if (unit.pk, self.role) not in held:
                actions.appoint(
                    by=None, user=user, unit=unit, role=self.role, title="", deputy=False, from_on=now.date(), now=now
                )
        except Refused as refused:
            raise CommandError(" ".join(texts(refused.problems))) from None
        words = _("%(role)s of %(unit)s: %(name)s. One-time password:")
        said = words % {"role": access.ROLES[self.role].label, "name": user.name, "unit": unit.name}
        self.stdout.write(f"{said} {password}")  # apart by a blank in every language: it is copied from here
