from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lianfang.returns.models import Version
from lianfang.returns.queries import chain


class Command(BaseCommand):
    help = "Recompute every seal and label of the returns and say what does not fit."

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for fault in chain.faults():
            found += 1
            self.stderr.write(fault)
        if found:
            raise CommandError(f"{found} faults")
        self.stdout.write(f"{Version.objects.count()} versions: every seal, chain, signature, figure and label fits.")
