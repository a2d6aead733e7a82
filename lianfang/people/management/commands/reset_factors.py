"""The way back for auditors and security administrators, whose accounts no other administrator touches."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from lianfang.core import clock
from lianfang.people import queries
from lianfang.people.actions import factors


class Command(BaseCommand):
    help = "Take away the second factors of an account whose owner lost them; they are set up anew at the next sign-in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = queries.account(options["username"])
        if user is None:
            raise CommandError(_("There is no account with this user name."))
        factors.reset(by=None, user=user, now=clock.now())
        self.stdout.write(_("The second factor has been reset. It is set up anew at the next sign-in."))
