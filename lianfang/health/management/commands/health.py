from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianfang.core import clock
from lianfang.core.actions import months
from lianfang.health.actions import recounting
from lianfang.health.models import Roll
from lianfang.orgs.models import Unit


class Command(BaseCommand):
    help = "health recount: derive the statuses and counts of a day anew, put right what differs, and say it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["recount"])
        parser.add_argument("--on", type=date.fromisoformat, help="the day, today if left out")
        parser.add_argument("--school", help="code of one school; all of them if left out")

    def handle(self, *args: Any, **options: Any) -> None:
        on = options["on"] or clock.today()
        if on.replace(day=1) not in months.months_of(Roll._meta.db_table):
            raise CommandError(f"Nothing of {on:%Y-%m} is here: no report came, or the month was archived.")
        schools = recounting.schools_of(on)
        if code := options["school"]:
            school = Unit.objects.filter(code=code, valid_to__isnull=True).values_list("pk", flat=True).first()
            if school is None:
                raise CommandError(f"There is no school with the code {code}.")
            schools = [school]
        found = 0
        for one in schools:
            for different in recounting.recount(one, on, now=clock.now()):
                found += 1
                place = f"school {different.school_id}, unit {different.unit_id}"
                self.stdout.write(f"{place}: {different.what} was {different.was}, is {different.now}")
        self.stdout.write(f"{on}: {len(schools)} schools counted anew, {found} differences put right.")
